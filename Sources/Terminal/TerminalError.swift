import Glibc

/// Why there can be no screen. The program prints ``description`` and exits 69 (`EX_UNAVAILABLE`).
public enum TerminalError: Error, Sendable, Equatable, CustomStringConvertible {
  /// `standard input` or `standard output` leads to no terminal.
  case notATerminal(stream: String)
  /// TERM is unset or empty.
  case typeMissing
  /// terminfo has no entry of this name.
  case typeUnknown(String)
  /// The terminal cannot move its cursor (TERM=dumb and its like).
  case typeTooSimple(String)
  /// A process has one screen at a time: ncurses' state is global.
  case alreadyOpen
  /// A system call failed.
  case system(call: String, errno: Int32)

  /// One line: what failed and what to do.
  public var description: String {
    switch self {
    case .notATerminal(let stream):
      "\(stream) is not a terminal: run tryst in one, or with --headless or --plain"
    case .typeMissing:
      "TERM is not set, so the terminal's type is unknown: set it (xterm-256color suits most), "
        + "or use --headless"
    case .typeUnknown(let name):
      "terminfo does not know the terminal type '\(printable(name))': install its entry "
        + "(apt: ncurses-term), set TERM to one it knows, or use --headless"
    case .typeTooSimple(let name):
      "a terminal of type '\(printable(name))' cannot move its cursor: set TERM to what the "
        + "terminal really is, or use --headless"
    case .alreadyOpen:
      "this process already has a screen"
    case .system(let call, let number):
      "\(call) failed: \(message(of: number)); use --headless to do without the screen"
    }
  }

  /// TERM may hold anything; it must not reach the terminal raw.
  private func printable(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.prefix(40).map { (0x20..<0x7f).contains($0.value) ? $0 : "?" }))
  }

  private func message(of number: Int32) -> String {
    // strerror gives a string that lives until this thread's next call; it is copied at once.
    guard let text = unsafe strerror(number) else { return "error \(number)" }
    return unsafe String(cString: text)
  }
}

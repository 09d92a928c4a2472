import CTerminalGuard
import Glibc
import Monitor

/// The operator's terminal as the far end of a serial line: keys come as they are pressed and nothing is
/// echoed, Ctrl-C included. The terminal is given back as it was by ``close()``, at exit, and when a fatal
/// signal ends the program. One at a time, and not together with a ``Screen``.
public final class LineTerminal {
  private let input: Int32
  private let output: Int32
  private let shellModes: TerminalModes
  private var isOpen = true

  /// Takes the terminal `input`. `output`: a descriptor for the same terminal to which what undoes the
  /// guest's modes can be written, or -1.
  public init(input: Int32, output: Int32) throws(TerminalError) {
    self.input = input
    self.output = output
    shellModes = try TerminalModes(of: input)
    arm([])
    shellModes.forLine.apply(to: input)
  }

  deinit { close() }

  /// Takes note of what brings the terminal's screen back, for the case that nobody calls ``close()``.
  public func arm(_ undo: [UInt8]) {
    guard isOpen else { return }
    _ = unsafe shellModes.withPointer { modes in
      // C copies both during the call; what is too long it refuses.
      unsafe undo.withUnsafeBytes { bytes in
        unsafe terminal_guard_arm(input, output, modes, bytes.baseAddress, bytes.count)
      }
    }
  }

  /// Takes the terminal again, after a stop during which the shell had it.
  public func resume() { if isOpen { shellModes.forLine.apply(to: input) } }

  /// Gives the keys back; the screen is the caller's to bring back before. Again: does nothing.
  public func close() {
    guard isOpen else { return }
    isOpen = false
    shellModes.apply(to: input)
    terminal_guard_disarm()
  }

  /// Whether `descriptor` leads to a terminal.
  public static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

  /// Whether a terminal here takes UTF-8, by the locale, and knows escape sequences, by TERM.
  public static func abilities(
    environment: TerminalEnvironment = .process
  ) -> (isUTF8: Bool, obeysSequences: Bool) {
    let term = environment.term ?? ""
    return (ScreenLocale.adopt() != .ascii, !term.isEmpty && term != "dumb")
  }
}

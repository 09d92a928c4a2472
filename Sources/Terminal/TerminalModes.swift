import CCurses
import Glibc

/// The line discipline's settings of a terminal.
struct TerminalModes {
  private var modes: termios

  /// The settings of the terminal `descriptor` now.
  init(of descriptor: Int32) throws(TerminalError) {
    var modes = termios()
    // Fills the local.
    guard unsafe tcgetattr(descriptor, &modes) == 0 else {
      throw .system(call: "tcgetattr", errno: errno)
    }
    self.modes = modes
  }

  private init(_ modes: termios) { self.modes = modes }

  /// For the screen: keys at once, unechoed, Ctrl-S and Enter as they are. While the keyboard is the
  /// monitor's ISIG is set: Ctrl-C, Ctrl-\ and Ctrl-Z are signals, which work even when nobody reads the
  /// keys. The guest gets them as bytes.
  func forScreen(_ keyboard: KeyboardOwner) -> TerminalModes {
    var raw = modes
    raw.c_lflag &= ~tcflag_t(ICANON | ECHO | ECHONL | IEXTEN | ISIG)
    if keyboard == .monitor { raw.c_lflag |= tcflag_t(ISIG) }
    raw.c_iflag &= ~tcflag_t(ICRNL | INLCR | IGNCR | IXON | ISTRIP)
    raw.c_oflag &= ~tcflag_t(ONLCR)
    unsafe withUnsafeMutableBytes(of: &raw.c_cc) { characters in
      // Both indices are constants below NCCS.
      unsafe characters[Int(VMIN)] = 1
      unsafe characters[Int(VTIME)] = 0
    }
    return TerminalModes(raw)
  }

  /// For the far end of a serial line: every key is a byte, at once and unechoed. What becomes of the
  /// output stays as it is, so that the lines of other programs on the terminal look as usual.
  var forLine: TerminalModes {
    var raw = forScreen(.guest)
    raw.modes.c_oflag = modes.c_oflag
    return raw
  }

  /// For a line between two programs: all bytes as they are, both ways.
  var forPlainLine: TerminalModes {
    var raw = modes
    unsafe cfmakeraw(&raw)
    return TerminalModes(raw)
  }

  /// Sets them at once: waiting for the output to drain would hang on a stuck terminal.
  func apply(to descriptor: Int32) {
    var modes = modes
    _ = unsafe tcsetattr(descriptor, TCSANOW, &modes)
  }

  /// Hands them to C for the time of the call.
  func withPointer<Result>(_ body: (UnsafePointer<termios>) -> Result) -> Result {
    unsafe withUnsafePointer(to: modes) { unsafe body($0) }
  }
}

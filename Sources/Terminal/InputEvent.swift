import Monitor

/// What came from the terminal's input.
enum InputEvent: Sendable, Hashable {
  /// A key.
  case key(Key)
  /// The mouse.
  case mouse(MouseEvent)
  /// The terminal's window has got the focus (true) or lost it: xterm's mode 1004.
  case focus(Bool)
  /// Text pasted while the terminal puts pastes in brackets: any bytes.
  case paste([UInt8])
}

import Monitor

/// What came from the terminal's input.
enum InputEvent: Sendable, Hashable {
  /// A key.
  case key(Key)
  /// The mouse.
  case mouse(MouseEvent)
  /// Text pasted while the terminal puts pastes in brackets: any bytes.
  case paste([UInt8])
}

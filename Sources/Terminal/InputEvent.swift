public import Monitor

/// What came from the terminal's input.
public enum InputEvent: Sendable, Hashable {
  /// A key.
  case key(Key)
  /// The mouse.
  case mouse(MouseEvent)
}

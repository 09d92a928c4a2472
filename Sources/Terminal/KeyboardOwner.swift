/// Who gets the keys that the operator presses.
public enum KeyboardOwner: Sendable, Hashable {
  /// The monitor: Ctrl-C and its like are signals.
  case monitor
  /// The guest: every key is a key, and the terminal puts pastes in brackets, so that they are known.
  case guest
}

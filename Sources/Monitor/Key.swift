/// A key, as the terminal delivered it.
public enum Key: Sendable, Hashable {
  /// A printable scalar.
  case character(Unicode.Scalar)
  /// Control and a letter, lower case: `.control("c")`.
  case control(Unicode.Scalar)
  /// F1 to F12.
  case function(Int)
  case up, down, left, right, home, end, pageUp, pageDown
  case tab, backTab, enter, escape, backspace, delete, insert
  /// A cursor or function key with modifiers held. Alt and a character come as Esc and the character.
  indirect case modified(Key, KeyModifiers)

  /// The key that does the same on the screen: without modifiers, and Enter and Backspace for the
  /// control characters that some terminals send instead.
  public var plain: Key {
    switch self {
    case .modified(let key, _): key
    case .control("j"): .enter
    case .control("h"): .backspace
    default: self
    }
  }
}

/// Keys held together with another, as xterm numbers them (less 1).
public struct KeyModifiers: OptionSet, Sendable, Hashable {
  /// One bit a key.
  public let rawValue: UInt8
  /// A set from its bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }
  /// Shift.
  public static let shift = KeyModifiers(rawValue: 1)
  /// Alt.
  public static let alt = KeyModifiers(rawValue: 2)
  /// Control.
  public static let control = KeyModifiers(rawValue: 4)
}

/// A mouse event; columns and rows from 0.
public struct MouseEvent: Sendable, Hashable {
  /// What the mouse did.
  public enum Kind: Sendable { case press, wheelUp, wheelDown }
  /// Column.
  public var x: Int
  /// Row.
  public var y: Int
  /// What it did.
  public var kind: Kind
  /// An event.
  public init(x: Int, y: Int, kind: Kind) {
    self.x = x
    self.y = y
    self.kind = kind
  }
}

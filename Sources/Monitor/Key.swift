/// A key, as the terminal delivered it.
public enum Key: Sendable, Hashable {
  /// A printable scalar.
  case character(Unicode.Scalar)
  /// Control and a letter, lower case: `.control("c")`.
  case control(Unicode.Scalar)
  /// F1 to F12.
  case function(Int)
  case up, down, left, right, home, end, pageUp, pageDown
  case tab, backTab, enter, escape, backspace, delete
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

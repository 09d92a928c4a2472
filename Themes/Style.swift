/// Attributes that a terminal can add to text.
public struct Attributes: OptionSet, Sendable, Hashable {
  /// One bit an attribute, as ``names`` lists them.
  public let rawValue: UInt8

  /// A set from its bits; unknown ones mean nothing.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Bold, or bright on old terminals.
  public static let bold = Attributes(rawValue: 1)
  /// Faint.
  public static let dim = Attributes(rawValue: 2)
  /// Slanted.
  public static let italic = Attributes(rawValue: 4)
  /// Underlined.
  public static let underline = Attributes(rawValue: 8)
  /// Foreground and background exchanged.
  public static let reverse = Attributes(rawValue: 16)

  /// The names in theme files.
  public static let names: [(name: String, attribute: Attributes)] = [
    ("bold", .bold), ("dim", .dim), ("italic", .italic), ("underline", .underline),
    ("reverse", .reverse),
  ]
}

/// How the cells of a role look.
public struct Style: Sendable, Hashable {
  /// Colour of the text.
  public var foreground: Color
  /// Colour behind it.
  public var background: Color
  /// Attributes, at every colour depth.
  public var attributes: Attributes
  /// What to use for the foreground where there are 8 or 16 colours: `.terminal` or `.ansi`;
  /// nil: the nearest.
  public var ansiForeground: Color?
  /// The same for the background.
  public var ansiBackground: Color?
  /// Attributes where there is no colour at all.
  public var monochrome: Attributes
  /// A symbol that the theme prefers for what has this role (one column wide); nil: the view's own.
  public var glyph: Unicode.Scalar?

  /// A style; by default the terminal's own.
  public init(
    foreground: Color = .terminal, background: Color = .terminal, attributes: Attributes = [],
    ansiForeground: Color? = nil, ansiBackground: Color? = nil, monochrome: Attributes = [],
    glyph: Unicode.Scalar? = nil
  ) {
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
    self.ansiForeground = ansiForeground
    self.ansiBackground = ansiBackground
    self.monochrome = monochrome
    self.glyph = glyph
  }
}

/// What a theme says of one name; what it leaves out comes from the shorter name.
struct StyleRule: Sendable, Hashable {
  var foreground: Color?
  var background: Color?
  var attributes: Attributes?
  var ansiForeground: Color?
  var ansiBackground: Color?
  var monochrome: Attributes?
  var glyph: Unicode.Scalar?
}

/// How a character looks: what SGR (select graphic rendition, ECMA-48 8.3.117) has set. Colours are
/// those of xterm's palette of 256; truecolour is mapped to it.
public struct Rendition: Sendable, Hashable, BitwiseCopyable {
  /// Bits 0 to 8 the foreground, 9 to 17 the background (0: the terminal's own, else 1 more than the
  /// palette's number), above them the attributes.
  public private(set) var rawValue: UInt32

  /// The terminal's own colours, no attribute.
  public init() { rawValue = 0 }

  /// The number of the foreground in the palette, or nil for the terminal's own.
  public var foreground: UInt8? {
    get { Self.color(rawValue & 0x1ff) }
    set { rawValue = rawValue & ~0x1ff | Self.field(newValue) }
  }
  /// The same for the background.
  public var background: UInt8? {
    get { Self.color(rawValue >> 9 & 0x1ff) }
    set { rawValue = rawValue & ~(0x1ff << 9) | Self.field(newValue) << 9 }
  }
  /// The attributes.
  public var attributes: Attributes {
    get { Attributes(rawValue: UInt8(truncatingIfNeeded: rawValue >> 18)) }
    set { rawValue = rawValue & 0x3ffff | UInt32(newValue.rawValue) << 18 }
  }

  private static func color(_ field: UInt32) -> UInt8? {
    field == 0 ? nil : UInt8(truncatingIfNeeded: field &- 1)
  }
  private static func field(_ color: UInt8?) -> UInt32 { color.map { UInt32($0) + 1 } ?? 0 }

  /// What SGR can switch on beside colours.
  public struct Attributes: OptionSet, Sendable, Hashable {
    /// One bit an attribute.
    public let rawValue: UInt8
    /// A set from its bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// SGR 1.
    public static let bold = Attributes(rawValue: 1)
    /// SGR 2.
    public static let dim = Attributes(rawValue: 2)
    /// SGR 3.
    public static let italic = Attributes(rawValue: 4)
    /// SGR 4 and 21.
    public static let underline = Attributes(rawValue: 8)
    /// SGR 5 and 6.
    public static let blink = Attributes(rawValue: 16)
    /// SGR 7: foreground and background exchanged.
    public static let reverse = Attributes(rawValue: 32)
    /// SGR 8: not to be seen.
    public static let conceal = Attributes(rawValue: 64)
    /// SGR 9.
    public static let strike = Attributes(rawValue: 128)
  }

  /// The nearest number of xterm's palette (6×6×6 cube and 24 greys) to a colour.
  static func palette(red: UInt8, green: UInt8, blue: UInt8) -> UInt8 {
    func level(_ value: UInt8) -> Int { value < 48 ? 0 : value < 115 ? 1 : (Int(value) - 35) / 40 }
    func light(_ level: Int) -> Int { level == 0 ? 0 : 55 + 40 * level }
    func square(_ value: UInt8, _ other: Int) -> Int { (Int(value) - other) * (Int(value) - other) }
    func distance(_ r: Int, _ g: Int, _ b: Int) -> Int {
      square(red, r) + square(green, g) + square(blue, b)
    }
    let (r, g, b) = (level(red), level(green), level(blue))
    let mean = (Int(red) + Int(green) + Int(blue)) / 3
    let step = max(0, min(23, (mean - 3) / 10))
    let grey = 8 + 10 * step
    return distance(grey, grey, grey) < distance(light(r), light(g), light(b))
      ? UInt8(232 + step) : UInt8(16 + 36 * r + 6 * g + b)
  }
}

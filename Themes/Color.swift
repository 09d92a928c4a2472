/// A colour in sRGB, 8 bits a channel.
public struct RGB: Sendable, Hashable {
  /// Red, 0 to 255.
  public var red: UInt8
  /// Green, 0 to 255.
  public var green: UInt8
  /// Blue, 0 to 255.
  public var blue: UInt8

  /// A colour from its channels.
  public init(red: UInt8, green: UInt8, blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// A colour from 0xRRGGBB; bits above 23 are ignored.
  public init(_ value: UInt32) {
    red = UInt8(truncatingIfNeeded: value >> 16)
    green = UInt8(truncatingIfNeeded: value >> 8)
    blue = UInt8(truncatingIfNeeded: value)
  }

  /// 0xRRGGBB.
  public var value: UInt32 { UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue) }

  /// The square of the distance to `other` in sRGB: good enough to choose among few colours.
  public func distance(to other: RGB) -> Int {
    let red = Int(red) - Int(other.red)
    let green = Int(green) - Int(other.green)
    let blue = Int(blue) - Int(other.blue)
    return red * red + green * green + blue * blue
  }
}

/// The sixteen colours that every colour terminal names (ECMA-48 SGR 30-37 and aixterm 90-97). The
/// raw values are the numbers that terminals use.
public enum ANSIColor: UInt8, Sendable, CaseIterable {
  case black, red, green, yellow, blue, magenta, cyan, white
  case brightBlack, brightRed, brightGreen, brightYellow
  case brightBlue, brightMagenta, brightCyan, brightWhite

  /// The colour's name in a theme file: `red`, `brightblack`.
  public var name: String { "\(self)".lowercased() }

  /// The colour of that name in a theme file.
  public init?(name: String) {
    guard let color = ANSIColor.allCases.first(where: { $0.name == name }) else { return nil }
    self = color
  }

  /// What xterm shows for it by default; people change these, so it only serves to choose.
  public var rgb: RGB {
    switch self {
    case .black: RGB(0x000000)
    case .red: RGB(0xcd0000)
    case .green: RGB(0x00cd00)
    case .yellow: RGB(0xcdcd00)
    case .blue: RGB(0x0000ee)
    case .magenta: RGB(0xcd00cd)
    case .cyan: RGB(0x00cdcd)
    case .white: RGB(0xe5e5e5)
    case .brightBlack: RGB(0x7f7f7f)
    case .brightRed: RGB(0xff0000)
    case .brightGreen: RGB(0x00ff00)
    case .brightYellow: RGB(0xffff00)
    case .brightBlue: RGB(0x5c5cff)
    case .brightMagenta: RGB(0xff00ff)
    case .brightCyan: RGB(0x00ffff)
    case .brightWhite: RGB(0xffffff)
    }
  }
}

/// What a theme may say of a foreground or a background.
public enum Color: Sendable, Hashable {
  /// The terminal's own default; `default` in a theme file.
  case terminal
  /// One of the sixteen that the user's terminal names.
  case ansi(ANSIColor)
  /// An exact colour, mapped to the nearest one where the terminal has fewer.
  case rgb(RGB)
}

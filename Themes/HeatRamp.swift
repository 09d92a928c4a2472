/// A scale of colours from little to much that gets steadily lighter, also for people who do not see
/// one of red, green and blue. The colours are those of matplotlib's colormaps of the same names.
enum HeatRamp: String, CaseIterable {
  /// Blue to yellow, much the same to every eye.
  case cividis
  /// Black over red to yellow.
  case inferno
  /// Violet over green to yellow.
  case viridis

  /// The roles of the steps, least first.
  static let roles: [Role] = [
    .heat1, .heat2, .heat3, .heat4, .heat5, .heat6, .heat7, .heat8,
  ]

  /// What the theme says of the eight steps. The end that would vanish in the background is left out,
  /// and little is what is nearest to it: dark on dark, light on light.
  func rules(on appearance: Theme.Appearance) -> [StyleRule] {
    let isLight = appearance == .light
    let colors = HeatRamp.interpolate(
      stops, from: isLight ? 0.75 : 0.25, to: isLight ? 0 : 1, count: HeatRamp.roles.count)
    let names = isLight ? lightNames : darkNames
    return colors.indices.map { index in
      StyleRule(foreground: .rgb(colors[index]), ansiForeground: names[index / 3])
    }
  }

  /// `count` colours (two or more) evenly between two places on `stops`, of which 0 is the first and 1
  /// the last.
  static func interpolate(
    _ stops: [RGB], from start: Double = 0, to end: Double = 1, count: Int
  ) -> [RGB] {
    guard let last = stops.indices.last, count > 1 else { return [] }
    return (0..<count).map { step in
      let fraction = start + (end - start) * Double(step) / Double(count - 1)
      let place = max(0, min(1, fraction)) * Double(last)
      let index = min(Int(place), max(0, last - 1))
      let weight = place - Double(index)
      let (first, second) = (stops[index], stops[min(index + 1, last)])
      func mix(_ first: UInt8, _ second: UInt8) -> UInt8 {
        UInt8((Double(first) + (Double(second) - Double(first)) * weight).rounded())
      }
      return RGB(
        red: mix(first.red, second.red), green: mix(first.green, second.green),
        blue: mix(first.blue, second.blue))
    }
  }

  /// Three for terminals with sixteen colours, for steps 1 to 3, 4 to 6, 7 and 8.
  private var darkNames: [Color] {
    switch self {
    case .cividis: [.ansi(.brightBlack), .ansi(.white), .ansi(.brightYellow)]
    case .inferno: [.ansi(.magenta), .ansi(.brightRed), .ansi(.brightYellow)]
    case .viridis: [.ansi(.brightBlue), .ansi(.cyan), .ansi(.brightYellow)]
    }
  }

  private var lightNames: [Color] {
    switch self {
    case .cividis: [.ansi(.brightBlack), .ansi(.blue), .terminal]
    case .inferno: [.ansi(.yellow), .ansi(.red), .terminal]
    case .viridis: [.ansi(.cyan), .ansi(.blue), .terminal]
    }
  }

  /// Every sixteenth of the ramp.
  private var stops: [RGB] {
    let values: [UInt32]
    switch self {
    case .cividis:
      values = [
        0x00224e, 0x002e6a, 0x1a386f, 0x32436d, 0x434e6c, 0x535a6d, 0x61656f, 0x6f7073, 0x7d7c78,
        0x8c8878, 0x9b9476, 0xaba072, 0xbcae6c, 0xcdbb63, 0xdec958, 0xf0d846, 0xfee838,
      ]
    case .inferno:
      values = [
        0x000004, 0x0b0724, 0x210c4a, 0x3d0965, 0x57106e, 0x71196e, 0x8a226a, 0xa32c61, 0xbc3754,
        0xd24644, 0xe45a31, 0xf1731d, 0xf98e09, 0xfcac11, 0xf9cb35, 0xf2ea69, 0xfcffa4,
      ]
    case .viridis:
      values = [
        0x440154, 0x48186a, 0x472d7b, 0x424086, 0x3b528b, 0x33638d, 0x2c728e, 0x26828e, 0x21918c,
        0x1fa088, 0x28ae80, 0x3fbc73, 0x5ec962, 0x84d44b, 0xaddc30, 0xd8e219, 0xfde725,
      ]
    }
    return values.map { RGB($0) }
  }
}

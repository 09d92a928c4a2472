/// The 256 colours of xterm: sixteen that people change, a cube of 6x6x6, 24 greys.
public enum XtermPalette {
  private static let levels: [UInt8] = [0, 95, 135, 175, 215, 255]

  /// The entry, 16 to 255, whose colour is the nearest. The first sixteen are left out: nobody knows
  /// what they look like.
  public static func nearest(to rgb: RGB) -> UInt8 {
    func level(_ channel: UInt8) -> Int {
      levels.indices.min {
        abs(Int(levels[$0]) - Int(channel)) < abs(Int(levels[$1]) - Int(channel))
      } ?? 0
    }
    let cube = 16 + 36 * level(rgb.red) + 6 * level(rgb.green) + level(rgb.blue)
    let mean = (Int(rgb.red) + Int(rgb.green) + Int(rgb.blue)) / 3
    let grey = 232 + max(0, min(23, (mean - 3) / 10))
    let (first, second) = (UInt8(truncatingIfNeeded: cube), UInt8(truncatingIfNeeded: grey))
    return rgb.distance(to: color(second)) < rgb.distance(to: color(first)) ? second : first
  }

  /// The colour of an entry; of the first sixteen what xterm shows unless told otherwise.
  public static func color(_ index: UInt8) -> RGB {
    if let name = ANSIColor(rawValue: index) { return name.rgb }
    if index >= 232 {
      let level = 8 + 10 * (index - 232)
      return RGB(red: level, green: level, blue: level)
    }
    let place = Int(index) - 16
    return RGB(
      red: levels[place / 36], green: levels[place / 6 % 6], blue: levels[place % 6])
  }
}

extension ANSIColor {
  /// The nearest of the sixteen as xterm shows them.
  public static func nearest(to rgb: RGB) -> ANSIColor {
    allCases.min { rgb.distance(to: $0.rgb) < rgb.distance(to: $1.rgb) } ?? .white
  }
}

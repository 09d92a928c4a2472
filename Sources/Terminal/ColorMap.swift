import CCurses
import Console
import Themes

/// From a theme's colours to the numbers that ncurses knows at a colour depth.
struct ColorMap {
  /// The depth.
  let depth: ColorDepth

  /// ncurses' number for the terminal's own colour.
  static let terminal: Int32 = -1

  /// The number of `color`; `fallback` is the theme's explicit choice for 8 and 16 colours.
  func number(_ color: Color, fallback: Color?) -> Int32 {
    switch depth {
    case .monochrome: ColorMap.terminal
    case .ansi8, .ansi16: sixteen(fallback ?? color)
    case .indexed256:
      switch color {
      case .terminal: ColorMap.terminal
      case .ansi(let name): Int32(name.rawValue)
      case .rgb(let rgb): Int32(XtermPalette.nearest(to: rgb))
      }
    case .direct:
      switch color {
      case .terminal: ColorMap.terminal
      case .ansi(let name) where name.rawValue < 8: Int32(name.rawValue)
      case .ansi(let name): Int32(name.rgb.value)
      // Entries with direct colour take 1 to 7 as the ANSI colours; one step of blue is no loss.
      case .rgb(let rgb): rgb.value < 8 ? (rgb.value < 4 ? 0 : 8) : Int32(rgb.value)
      }
    }
  }

  private func sixteen(_ color: Color) -> Int32 {
    let count: UInt8 = depth == .ansi16 ? 16 : 8
    switch color {
    case .terminal: return ColorMap.terminal
    // Of eight its nearest would be black, on what is often black.
    case .ansi(.brightBlack) where depth == .ansi8: return ColorMap.terminal
    case .ansi(let name): return Int32(name.rawValue % count)
    case .rgb(let rgb):
      let candidates = ANSIColor.allCases.filter { $0.rawValue < count }
      let best = candidates.min { rgb.distance(to: $0.rgb) < rgb.distance(to: $1.rgb) }
      return Int32((best ?? .white).rawValue)
    }
  }

  /// The number of entry `index` of xterm's palette, whose first sixteen are the terminal's own colours.
  func number(palette index: UInt8) -> Int32 {
    if let name = ANSIColor(rawValue: index) { return number(.ansi(name), fallback: nil) }
    if depth == .indexed256 { return Int32(index) }
    return number(.rgb(XtermPalette.color(index)), fallback: nil)
  }

  /// A guest's attributes as ncurses' bits. Blinking and struck-out text looks plain.
  func attributes(of rendition: Rendition) -> UInt32 {
    let bits: [(Rendition.Attributes, UInt32)] = [
      (.bold, curses_bold()), (.dim, curses_dim()), (.italic, curses_italic()),
      (.underline, curses_underline()), (.reverse, curses_reverse()),
    ]
    let wanted = rendition.attributes
    return bits.reduce(0) { wanted.contains($1.0) ? $0 | $1.1 : $0 }
  }

  /// Attributes as ncurses' bits.
  func attributes(of style: Style) -> UInt32 {
    let wanted = depth == .monochrome ? style.monochrome : style.attributes
    let bits: [(Attributes, UInt32)] = [
      (.bold, curses_bold()), (.dim, curses_dim()),
      (.italic, curses_italic()), (.underline, curses_underline()),
      (.reverse, curses_reverse()),
    ]
    return bits.reduce(0) { wanted.contains($1.0) ? $0 | $1.1 : $0 }
  }
}

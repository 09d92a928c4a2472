import CCurses
import Console
import Monitor
import Themes

/// What ncurses sets for a cell.
struct Paint {
  var attributes: UInt32 = 0
  var pair: Int32 = 0
  var background = ColorMap.terminal

  /// What shows of a blank is its background. Reversed it would be the foreground, and underlined a line.
  var isPlain: Bool { attributes & (curses_reverse() | curses_underline()) == 0 }
}

/// The paints of a theme at a colour depth.
struct PaintTable {
  /// Paints of renditions that are remembered: a hostile guest has millions.
  private static let guestLimit = 1024

  private let theme: Theme
  private let map: ColorMap
  /// Looks by number, where ncurses is given those in place of colours.
  private(set) var numbers: PaintNumbers?
  /// In the order of the roles.
  private var roles: [Paint] = []
  /// The paints of the guest's renditions, as they are needed.
  private var guest: [Rendition: Paint] = [:]

  init(_ theme: Theme, depth: ColorDepth, numbers: PaintNumbers?) {
    self.theme = theme
    self.numbers = numbers
    map = ColorMap(depth: depth)
    for role in Role.allCases {
      let style = theme.style(of: role)
      roles.append(
        paint(
          map.number(style.foreground, fallback: style.ansiForeground),
          map.number(style.background, fallback: style.ansiBackground),
          attributes: map.attributes(of: style)))
    }
  }

  /// That of `cell`.
  mutating func paint(of cell: Cell) -> Paint {
    if cell.rendition == Rendition() { return roles[cell.role.place] }
    if let paint = guest[cell.rendition] { return paint }
    if guest.count >= Self.guestLimit { guest.removeAll(keepingCapacity: true) }
    let paint = paint(of: cell.rendition)
    guest[cell.rendition] = paint
    return paint
  }

  /// What the guest wants, over the theme's style for the console.
  private mutating func paint(of rendition: Rendition) -> Paint {
    let style = theme.style(of: .console)
    let foreground =
      rendition.foreground.map { map.number(palette: $0) }
      ?? map.number(style.foreground, fallback: style.ansiForeground)
    let background =
      rendition.background.map { map.number(palette: $0) }
      ?? map.number(style.background, fallback: style.ansiBackground)
    // Reverse twice is not reverse.
    let (theirs, ours) = (map.attributes(of: rendition), map.attributes(of: style))
    return paint(
      foreground, background, attributes: (theirs | ours) & ~(theirs & ours & curses_reverse()))
  }

  private mutating func paint(_ foreground: Int32, _ background: Int32, attributes: UInt32) -> Paint
  {
    if numbers != nil {
      let number = numbers?.number(foreground, background, attributes: attributes) ?? 0
      // ncurses may erase where blanks are: not where a blank shows more than its background.
      return Paint(
        attributes: attributes & (curses_reverse() | curses_underline()),
        pair: numbers?.pair(number) ?? 0, background: background)
    }
    let isDefault = foreground == ColorMap.terminal && background == ColorMap.terminal
    let pair = isDefault ? 0 : max(0, alloc_pair(foreground, background))
    return Paint(attributes: attributes, pair: pair, background: background)
  }
}

extension Role {
  /// Its place in `allCases`. A hash of a role is one of its name, which is too dear for each cell.
  var place: Int {
    // An enumeration without payloads is a byte, its cases numbered in the order of their declaration.
    Int(unsafe unsafeBitCast(self, to: UInt8.self))
  }
}

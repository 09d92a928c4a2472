import Themes

extension GlyphSet {
  /// How many samples a cell of a curve has.
  var samplesPerCell: Int { self == .braille ? 2 : 1 }

  /// A curve of `width` cells, the newest sample at its right end. `history` gives the last so many
  /// samples.
  func curve(width: Int, _ history: (Int) -> [Double]) -> String {
    let values = history(max(0, width) * samplesPerCell)
    return self == .braille
      ? BrailleCurve.text(values, width: width) : Sparkline.text(values, width: width)
  }
}

extension Frame {
  /// The samples that a curve of `width` cells shows.
  func samples(inCurve width: Int) -> Int { max(0, width) * glyphs.samplesPerCell }

  /// Draws such a curve of `values`, no more than ``samples(inCurve:)``, from column `x` of row `y`.
  mutating func putCurve(_ x: Int, _ y: Int, width: Int, _ role: Role, _ values: [Double]) {
    guard width > 0 else { return }
    let top = values.reduce(0) { $1.isFinite && $1 > $0 ? $1 : $0 }
    if glyphs == .braille {
      put(x, y, count: width, role) { BrailleCurve.scalar($0, of: width, values, top) }
    } else {
      put(x, y, count: width, role) { Sparkline.scalar($0, of: width, values, top) }
    }
  }
}

/// A row of cells of braille with two samples each, as columns of up to four dots.
enum BrailleCurve {
  /// The dots of the left and of the right column of a cell, from the bottom: so many of them lit.
  private static let left: [UInt32] = [0, 0x40, 0x44, 0x46, 0x47]
  private static let right: [UInt32] = [0, 0x80, 0xa0, 0xb0, 0xb8]

  /// The last `2 * width` of `values`, scaled to the largest of them; nothing happened (0 or no number):
  /// no dot, and a blank where a cell has none. Any value above 0 shows, however small.
  static func text(_ values: [Double], width: Int) -> String {
    guard width > 0 else { return "" }
    let shown = Array(values.suffix(2 * width))
    let top = shown.reduce(0) { $1.isFinite && $1 > $0 ? $1 : $0 }
    var line = String.UnicodeScalarView()
    for cell in 0..<width { line.append(scalar(cell, of: width, shown, top)) }
    return String(line)
  }

  /// The cell of that place, of `width`; `top` is the largest of `values`.
  static func scalar(_ cell: Int, of width: Int, _ values: [Double], _ top: Double)
    -> Unicode.Scalar
  {
    // Counted from the newest, which is the right column of the last cell.
    let place = values.count - 2 * (width - cell)
    return scalar(level(values, place, top), level(values, place + 1, top))
  }

  /// A cell with so many dots, 0 to 4, in its left and in its right column.
  static func scalar(_ first: Int, _ second: Int) -> Unicode.Scalar {
    let dots = left[max(0, min(4, first))] | right[max(0, min(4, second))]
    // A blank, as fonts without braille have one: U+2800 would be a box there.
    return dots == 0 ? " " : Unicode.Scalar(0x2800 + dots) ?? " "
  }

  private static func level(_ values: [Double], _ place: Int, _ top: Double) -> Int {
    guard values.indices.contains(place), values[place].isFinite, values[place] > 0, top > 0 else {
      return 0
    }
    return 1 + min(3, Int(values[place] / top * 4))
  }
}

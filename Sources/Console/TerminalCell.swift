/// A place on the screen of a ``TerminalEmulator``.
public struct TerminalCell: Sendable, Hashable {
  /// The Unicode scalar's value: always one that ``PrintableScalar`` lets through; 0 is the right half of
  /// the wide one before it.
  public var scalar: UInt32
  /// How it looks.
  public var rendition: Rendition

  /// A cell; a blank by default.
  public init(scalar: UInt32 = 0x20, rendition: Rendition = Rendition()) {
    self.scalar = scalar
    self.rendition = rendition
  }

  /// Whether it looks like nothing at all.
  var isBlank: Bool { scalar == 0x20 && rendition.rawValue == 0 }
}

/// A line of a screen or of what has scrolled off it.
public struct TerminalLine: Sendable, Equatable {
  /// From column 0; blanks at the end may be missing.
  public internal(set) var cells: ContiguousArray<TerminalCell>
  /// Whether the text goes on in the next line because it reached the right margin.
  public internal(set) var isWrapped = false

  init(columns: Int, _ blank: TerminalCell = TerminalCell()) {
    cells = ContiguousArray(repeating: blank, count: columns)
  }

  init(cells: ContiguousArray<TerminalCell>, isWrapped: Bool) {
    self.cells = cells
    self.isWrapped = isWrapped
  }

  /// The columns up to the last cell that is not blank.
  public var usedColumns: Int {
    var count = cells.count
    while count > 0 && cells[count - 1].isBlank { count -= 1 }
    return count
  }

  /// The characters up to the last that is not blank.
  public var text: String {
    var view = String.UnicodeScalarView()
    for cell in cells.prefix(usedColumns) where cell.scalar != 0 {
      view.append(Unicode.Scalar(cell.scalar) ?? "\u{fffd}")
    }
    return String(view)
  }

  /// The line without the blanks at its end, in as little memory.
  var trimmed: TerminalLine {
    TerminalLine(cells: ContiguousArray(cells.prefix(usedColumns)), isWrapped: isWrapped)
  }

  /// Writes ASCII bytes (0x20 to 0x7e) from column `x`; the caller has seen to the bounds.
  mutating func put(_ bytes: [UInt8], _ range: Range<Int>, at x: Int, _ rendition: Rendition) {
    separate(at: x)
    separate(at: x &+ range.count)
    var column = x
    for index in range {
      cells[column] = TerminalCell(scalar: UInt32(bytes[index]), rendition: rendition)
      column &+= 1
    }
  }

  /// Makes sure that no wide character lies across the boundary before column `x`: a half is a blank.
  mutating func separate(at x: Int) {
    guard x > 0 && x < cells.count && cells[x].scalar == 0 else { return }
    cells[x].scalar = 0x20
    cells[x - 1].scalar = 0x20
  }

  /// Blanks `range`.
  mutating func erase(_ range: Range<Int>, _ blank: TerminalCell) {
    let range = range.clamped(to: 0..<cells.count)
    if range.isEmpty { return }
    separate(at: range.lowerBound)
    separate(at: range.upperBound)
    for index in range { cells[index] = blank }
  }

  /// Moves what is from `x` on to the right by `count`, which is lost at the end, and blanks the gap.
  mutating func insert(_ count: Int, at x: Int, _ blank: TerminalCell) {
    guard x < cells.count else { return }
    let count = min(count, cells.count - x)
    separate(at: x)
    separate(at: cells.count - count)
    for index in stride(from: cells.count - 1, through: x + count, by: -1) {
      cells[index] = cells[index - count]
    }
    for index in x..<(x + count) { cells[index] = blank }
  }

  /// Takes `count` cells out at `x`; blanks come in at the end.
  mutating func delete(_ count: Int, at x: Int, _ blank: TerminalCell) {
    guard x < cells.count else { return }
    let count = min(count, cells.count - x)
    separate(at: x)
    separate(at: x + count)
    for index in x..<(cells.count - count) { cells[index] = cells[index + count] }
    for index in (cells.count - count)..<cells.count { cells[index] = blank }
  }

  /// Clips or extends the line.
  mutating func resize(columns: Int) {
    if columns < cells.count {
      separate(at: columns)
      cells.removeLast(cells.count - columns)
      isWrapped = false
    } else {
      cells.append(contentsOf: repeatElement(TerminalCell(), count: columns - cells.count))
    }
  }
}

public import Console
public import Themes

/// One terminal cell: a scalar (0: the right half of the wide one before it) and what it means.
public struct Cell: Equatable, Sendable, BitwiseCopyable {
  /// The Unicode scalar's value.
  public var scalar: UInt32
  /// What it means; the theme turns that into colours and attributes.
  public var role: Role
  /// What the guest wants it to look like, over what the theme says: only the console has that.
  public var rendition = Rendition()
  /// A cell.
  public init(_ scalar: Unicode.Scalar = " ", _ role: Role = .text) {
    self.scalar = scalar.value
    self.role = role
  }
  /// Whether they look the same.
  @inlinable public static func == (one: Cell, other: Cell) -> Bool {
    one.scalar == other.scalar && one.role == other.role && one.rendition == other.rendition
  }
}

/// A picture of the screen: a pure value. Views build one, tests read ``text``, Terminal paints it.
public struct Frame: Sendable, Equatable {
  /// Columns.
  public let width: Int
  /// Rows.
  public let height: Int
  /// What the painters may draw with.
  public let glyphs: GlyphSet
  /// Row by row.
  public private(set) var cells: [Cell]

  /// A blank frame; negative sizes count as 0.
  public init(width: Int, height: Int, glyphs: GlyphSet = .blocks) {
    self.glyphs = glyphs
    self.width = max(0, width)
    self.height = max(0, height)
    cells = Array(repeating: Cell(), count: self.width * self.height)
  }

  /// The cell at column `x`, row `y`. Reading outside gives a blank, writing outside does nothing. What is
  /// written over one half of a wide character leaves a blank of the other half.
  public subscript(x: Int, y: Int) -> Cell {
    get { x >= 0 && y >= 0 && x < width && y < height ? cells[y * width + x] : Cell() }
    set {
      guard x >= 0 && y >= 0 && x < width && y < height else { return }
      let place = y * width + x
      let old = cells[place].scalar
      cells[place] = newValue
      guard newValue.scalar != old else { return }
      if old == 0 && x > 0 { cells[place - 1].scalar = 0x20 }
      if old != 0 && x + 1 < width && cells[place + 1].scalar == 0 {
        cells[place + 1].scalar = 0x20
      }
    }
  }

  /// Row `y` (must be inside).
  public func row(_ y: Int) -> ArraySlice<Cell> { cells[(y * width)..<((y + 1) * width)] }

  /// Writes `text` from column `x` of row `y`, clipped to the frame and to `limit` columns; control
  /// characters and scalars of width 0 are left out. Returns the next column.
  @discardableResult
  public mutating func put(
    _ x: Int, _ y: Int, _ text: String, _ role: Role = .text, limit: Int = .max
  ) -> Int {
    let end = limit >= width - min(x, width) ? width : max(x, 0) + max(0, limit)
    guard y >= 0 && y < height else { return x }
    var column = x
    for scalar in text.unicodeScalars {
      let columns = CellWidth.of(scalar)
      if columns == 0 { continue }
      if column + columns > end { break }
      if column >= 0 {
        self[column, y] = Cell(scalar, role)
        if columns == 2 {
          var tail = Cell(" ", role)
          tail.scalar = 0
          self[column + 1, y] = tail
        }
      }
      column += columns
    }
    return column
  }

  /// Fills `width` columns of row `y` from `x` with blanks of `role`.
  public mutating func fill(_ x: Int, _ y: Int, width: Int, _ role: Role) {
    for column in x..<(x + max(0, width)) { self[column, y] = Cell(" ", role) }
  }

  /// The text, a line a row, trailing blanks trimmed: what tests and golden files hold.
  public var text: String {
    (0..<height).map { y in
      var line = ""
      for cell in row(y) where cell.scalar != 0 {
        line.unicodeScalars.append(Unicode.Scalar(cell.scalar) ?? " ")
      }
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }
}

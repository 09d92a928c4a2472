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
      let columns = width
      var row = cells.mutableSpan
      Self.set(&row, y * columns, x, columns, newValue)
    }
  }

  /// Sets column `x` of the row of `width` cells that begins at `start`.
  @inline(__always)
  private static func set(
    _ cells: inout MutableSpan<Cell>, _ start: Int, _ x: Int, _ width: Int, _ cell: Cell
  ) {
    let place = start + x
    let old = cells[place].scalar
    cells[place] = cell
    guard cell.scalar != old else { return }
    if old == 0 {
      if x > 0 { cells[place - 1].scalar = 0x20 }
    } else if x + 1 < width && cells[place + 1].scalar == 0 {
      cells[place + 1].scalar = 0x20
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
    let (start, width) = (y * width, width)
    var column = x
    var row = cells.mutableSpan
    var cell = Cell(" ", role)
    var reader = ScalarReader()
    let bytes = text.utf8Span.span
    while let scalar = reader.next(in: bytes) {
      let columns = CellWidth.of(scalar)
      if columns == 0 { continue }
      if column + columns > end { break }
      if column >= 0 {
        cell.scalar = scalar
        Self.set(&row, start, column, width, cell)
        if columns == 2 && column + 1 < width {
          cell.scalar = 0
          Self.set(&row, start, column + 1, width, cell)
        }
      }
      column += columns
    }
    return column
  }

  /// Writes `count` scalars of one column each from column `x` of row `y`, clipped to the frame; `scalar` is asked
  /// for each of them.
  mutating func put(
    _ x: Int, _ y: Int, count: Int, _ role: Role, _ scalar: (Int) -> Unicode.Scalar
  ) {
    guard y >= 0 && y < height else { return }
    let (start, width) = (y * width, width)
    let places = max(0, -x)..<max(0, -x, min(count, width - x))
    var row = cells.mutableSpan
    for place in places { Self.set(&row, start, x + place, width, Cell(scalar(place), role)) }
  }

  /// Fills `width` columns of row `y` from `x` with blanks of `role`.
  public mutating func fill(_ x: Int, _ y: Int, width: Int, _ role: Role) {
    put(x, y, count: width, role) { _ in " " }
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

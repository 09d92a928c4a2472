/// Everything that a terminal remembers: what a ``ControlParser`` finds works on this.
struct TerminalState: Sendable {
  private(set) var columns: Int
  private(set) var rows: Int
  var screen: TerminalScreen
  /// The main screen while the alternate one is shown.
  var mainScreen: TerminalScreen?
  var scrollBack: ScrollBack
  var cursor = Cursor()
  var saved = Cursor()
  /// What 1049 saved: apart from DECSC's, which the program on the alternate screen may use.
  var savedOnMain = Cursor()
  var modes = Modes()
  /// The rows that scroll (DECSTBM).
  var region: Range<Int>
  /// A bit for each column with a tab stop.
  var tabStops: [Bool]
  var answers: [UInt8] = []
  var bells = 0
  /// The last character printed, for REP.
  var lastPrinted: UInt32?

  /// What DECSC saves.
  struct Cursor: Sendable {
    var row = 0
    var column = 0
    /// The last column is full: the next character goes to the next line first.
    var wrapIsPending = false
    var rendition = Rendition()
    /// G0 to G3, which of them is in use, and which a single shift names for one character.
    var sets = InlineArray<4, GraphicSet>(repeating: .ascii)
    var set = 0
    var singleShift: Int?
    var isOriginRelative = false
  }

  /// Modes that DECSTR resets.
  struct Modes: Sendable {
    /// DECAWM.
    var wraps = true
    /// IRM.
    var inserts = false
    /// LNM: a line feed returns.
    var returnsOnLineFeed = false
    var isCursorVisible = true
    var hasApplicationCursorKeys = false
    var hasBracketedPaste = false
    var isReverse = false
  }

  /// Whether the guest has sent a carriage return: until then a line feed is one too.
  var knowsReturns = false

  init(columns: Int, rows: Int, scrollBackLimit: Int) {
    self.columns = columns
    self.rows = rows
    screen = TerminalScreen(columns: columns, rows: rows)
    scrollBack = ScrollBack(limit: scrollBackLimit)
    region = 0..<rows
    tabStops = Self.defaultTabStops(columns)
  }

  var isAlternate: Bool { mainScreen != nil }

  static func defaultTabStops(_ columns: Int) -> [Bool] { (0..<columns).map { $0 % 8 == 0 } }

  /// What erasing leaves: a blank in the background that is set (as xterm and the Linux console do).
  var blank: TerminalCell {
    var rendition = Rendition()
    rendition.background = cursor.rendition.background
    return TerminalCell(rendition: rendition)
  }

  // MARK: Size

  mutating func resize(columns newColumns: Int, rows newRows: Int) {
    if newColumns == columns && newRows == rows { return }
    let excess = max(0, cursor.row + 1 - newRows)
    if !isAlternate { for line in screen.lines.prefix(excess) { scrollBack.append(line.trimmed) } }
    fit(&screen, newColumns, newRows, dropping: excess)
    if var main = mainScreen {
      fit(&main, newColumns, newRows, dropping: 0)
      mainScreen = main
    }
    let stops = Self.defaultTabStops(newColumns)
    tabStops = Array(tabStops.prefix(newColumns) + stops.dropFirst(min(columns, newColumns)))
    (columns, rows) = (newColumns, newRows)
    region = 0..<rows
    cursor.row -= excess
    settle(&cursor)
    settle(&saved)
    settle(&savedOnMain)
  }

  private func fit(
    _ screen: inout TerminalScreen, _ newColumns: Int, _ newRows: Int, dropping excess: Int
  ) {
    screen.lines.removeFirst(min(excess, screen.lines.count))
    if screen.lines.count > newRows { screen.lines.removeLast(screen.lines.count - newRows) }
    for index in screen.lines.indices { screen.lines[index].resize(columns: newColumns) }
    while screen.lines.count < newRows { screen.lines.append(TerminalLine(columns: newColumns)) }
  }

  /// Brings a cursor into the screen.
  func settle(_ cursor: inout Cursor) {
    cursor.row = max(0, min(cursor.row, rows - 1))
    cursor.column = max(0, min(cursor.column, columns - 1))
    cursor.wrapIsPending = false
  }

  // MARK: Scrolling

  /// Scrolls the region up; what leaves the top of the main screen goes to the scroll-back.
  mutating func scrollUp(_ count: Int) {
    let count = min(count, region.count)
    if region.lowerBound == 0 && !isAlternate {
      for row in 0..<count { scrollBack.append(screen.lines[row].trimmed) }
    }
    screen.scrollUp(region, by: count, columns: columns, blank)
  }

  mutating func scrollDown(_ count: Int) {
    screen.scrollDown(region, by: count, columns: columns, blank)
  }

  /// IND: down a row, scrolling at the end of the region.
  mutating func index() {
    cursor.wrapIsPending = false
    if cursor.row == region.upperBound - 1 {
      scrollUp(1)
    } else if cursor.row < rows - 1 {
      cursor.row += 1
    }
  }

  /// RI: up a row, scrolling at the beginning of the region.
  mutating func reverseIndex() {
    cursor.wrapIsPending = false
    if cursor.row == region.lowerBound {
      scrollDown(1)
    } else if cursor.row > 0 {
      cursor.row -= 1
    }
  }
}

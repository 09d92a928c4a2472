/// Where everything of the IPI view is, and how many vcpus a cell of the matrix stands for. Both
/// painting and the mouse ask it.
struct IPILayout {
  private(set) var region: IPIRegion
  /// Sources of a row.
  var rowStep = 1
  /// Destinations of a column.
  var columnStep = 1
  /// Columns of the screen for a cell: 1, 2, or 6 with its number in it.
  var cellWidth = 1
  /// Whether the list of top talkers has the place of the matrix.
  private(set) var isList: Bool
  /// Columns of the longest vcpu number.
  private(set) var digits: Int
  /// Columns of the rows' labels, after the marker.
  var labelWidth = 1
  /// Whether those to all and what was sent have columns.
  var hasTotals = false
  /// The most rows and columns that there is room for.
  var room = (rows: 1, columns: 1)

  var ruler = Rect(x: 0, y: 0, width: 0, height: 0)
  /// The cells alone.
  var grid = Rect(x: 0, y: 0, width: 0, height: 0)
  var received = Rect(x: 0, y: 0, width: 0, height: 0)
  var details = Rect(x: 0, y: 0, width: 0, height: 0)
  /// The list of top talkers with its title.
  var talkers = Rect(x: 0, y: 0, width: 0, height: 0)
  /// By mode, with its title: where a small matrix leaves room.
  var modes = Rect(x: 0, y: 0, width: 0, height: 0)
  var operatorLine = Rect(x: 0, y: 0, width: 0, height: 0)
  var legend = Rect(x: 0, y: 0, width: 0, height: 0)

  var rows: Int { grid.height }
  var columns: Int { cellWidth > 0 ? grid.width / cellWidth : 0 }
  /// The columns of a talker's line; alone it has all of them.
  var talkerWidth: Int {
    isList ? talkers.width : min(talkers.width, 22 + digits + max(digits, 3))
  }
  /// How many lines of talkers stand beside each other.
  var talkerColumns: Int { max(1, (talkers.width + 2) / (talkerWidth + 2)) }
  /// How many talkers there is room for.
  var talkerCount: Int { max(0, talkers.height - 1) * talkerColumns }

  /// The columns of `→all` and `→/s`, a blank and four each.
  static let totalsWidth = 10
  /// Sources of a row: every second one is a power of two, so that no more than a third is wasted.
  private static let rowSteps = [
    1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512,
  ]

  /// `vcpus`: of the machine. `isList`: the list has the place of the matrix.
  init(_ rect: Rect, region: IPIRegion, vcpus: Int, hasOperator: Bool, isList: Bool) {
    self.region = region
    self.isList = isList
    digits = String(max(0, vcpus - 1)).utf8.count
    guard !rect.isEmpty, !region.sources.isEmpty, !region.destinations.isEmpty else { return }
    let legendRows = rect.height >= 14 ? 2 : rect.height >= 3 ? 1 : 0
    var whole = RowStack(rect)
    legend = whole.takeLast(legendRows)
    let body = whole.rest
    if isList {
      var stack = RowStack(body)
      if body.height >= 10 { details = stack.takeLast(2) }
      if hasOperator && body.height >= 8 { operatorLine = stack.takeLast(1) }
      talkers = stack.rest
      return
    }
    var below = self
    below.placeBelow(body, hasOperator: hasOperator)
    var beside = self
    beside.placeBeside(body, hasOperator: hasOperator)
    self = Self.better(below, beside, in: body)
  }

  /// The panel beside the matrix, where that costs no detail of it; on low screens it is always there.
  private static func better(_ below: IPILayout, _ beside: IPILayout, in body: Rect) -> IPILayout {
    if beside.talkers.isEmpty { return below }
    if below.talkers.isEmpty { return beside }
    let (one, other) = (beside, below)
    let wins =
      (one.columnStep, one.rowStep, -one.cellWidth)
      <= (other.columnStep, other.rowStep, -other.cellWidth)
    return wins ? beside : below
  }

  // MARK: The two ways

  private mutating func placeBelow(_ body: Rect, hasOperator: Bool) {
    let detailRows = body.height >= 11 ? 2 : body.height >= 8 ? 1 : 0
    let operatorRows = hasOperator && body.height >= 16 ? 1 : 0
    let listRows = body.height >= 14 ? 3 : 0
    var rest = body
    rest.height -= detailRows + operatorRows + listRows
    placeMatrix(rest)
    // What the matrix leaves is the list's.
    var lower = body
    if rows > 0 {
      lower.y = max(grid.bottom, received.bottom)
      lower.height = body.bottom - lower.y
    }
    var stack = RowStack(lower)
    details = stack.take(detailRows)
    operatorLine = stack.takeLast(operatorRows)
    if stack.left >= 2 { talkers = stack.rest }
  }

  private mutating func placeBeside(_ body: Rect, hasOperator: Bool) {
    // A marker, the pair, a blank and four columns of its rate.
    let narrow = 7 + digits + max(digits, 3)
    let isLow = body.height < 12
    let panel = body.width >= 63 ? 31 : isLow && body.width >= 20 + narrow ? narrow : 0
    guard panel > 0 else { return }
    var rest = body
    rest.width -= panel + 2
    placeMatrix(rest)
    guard rows > 0 else { return }
    // The panel takes what the matrix leaves, and no more than it can use.
    var x = grid.x + grid.width + (hasTotals ? Self.totalsWidth : 0) + 2
    // Wide enough for the table by mode below the matrix.
    if !isLow { x = max(x, min(body.x + 47, body.x + body.width - panel)) }
    var list = RowStack(
      Rect(x: x, y: body.y, width: min(60, body.x + body.width - x), height: body.height))
    if !isLow {
      details = list.take(8)
      if hasOperator { operatorLine = list.takeLast(2) }
    }
    talkers = list.rest
    let y = max(grid.bottom, received.bottom) + 1
    if body.bottom - y >= 6 {
      modes = Rect(x: body.x, y: y, width: x - body.x - 2, height: body.bottom - y)
    }
  }

  /// The lines of the table by mode.
  func modeList(_ model: MonitorModel) -> IPISourceList {
    IPISourceList(model, modes.dropping(1), headRows: modes.isEmpty ? 0 : 3, legendRows: 0)
  }

  private mutating func placeMatrix(_ rect: Rect) {
    guard rect.height >= 2 else { return }
    let receivedRows = rect.height >= 6 ? 1 : 0
    hasTotals = rect.width >= 44
    let room = rect.width - 2 - digits - (hasTotals ? Self.totalsWidth : 0)
    let rowRoom = rect.height - 1 - receivedRows
    guard room >= 1 else { return }
    self.room = (rowRoom, room)
    let (sources, destinations) = (region.sources.count, region.destinations.count)
    while (destinations + columnStep - 1) / columnStep > room { columnStep *= 2 }
    rowStep =
      Self.rowSteps.first { (sources + $0 - 1) / $0 <= rowRoom } ?? (sources + rowRoom - 1)
      / rowRoom
    let columns = (destinations + columnStep - 1) / columnStep
    let rows = (sources + rowStep - 1) / rowStep
    cellWidth = columnStep == 1 && columns * 6 <= room ? 6 : columns * 2 <= room ? 2 : 1
    let hasRanges = rowStep > 1 && room - columns * cellWidth >= digits + 1
    labelWidth = hasRanges ? digits * 2 + 1 : digits
    let x = rect.x + 2 + labelWidth
    let width = columns * cellWidth
    let full = 2 + labelWidth + width + (hasTotals ? Self.totalsWidth : 0)
    ruler = Rect(x: rect.x, y: rect.y, width: full, height: 1)
    grid = Rect(x: x, y: rect.y + 1, width: width, height: rows)
    received = Rect(x: rect.x, y: grid.bottom, width: full, height: receivedRows)
  }

  // MARK: Blocks

  /// The row of the cell with `source`.
  func row(of source: Int) -> Int { (source - region.sources.lowerBound) / rowStep }
  /// The column of the cell with `destination`.
  func column(of destination: Int) -> Int {
    (destination - region.destinations.lowerBound) / columnStep
  }
  /// The sources of `row`.
  func sources(row: Int) -> Range<Int> { Self.block(region.sources, row, rowStep) }
  /// The destinations of `column`.
  func destinations(column: Int) -> Range<Int> {
    Self.block(region.destinations, column, columnStep)
  }

  private static func block(_ range: Range<Int>, _ index: Int, _ step: Int) -> Range<Int> {
    let start = max(range.lowerBound, min(range.lowerBound + index * step, range.upperBound))
    return start..<min(range.upperBound, start + step)
  }

  /// The part to show after zooming into the block of the cell: one vcpu a row and column as far as they
  /// fit, else the block. Nil where it is so already.
  func zoomed(_ source: Int, _ destination: Int?) -> IPIRegion? {
    guard rows > 0 && columns > 0 else { return nil }
    var next = region
    next.sources = Self.window(
      region.sources, sources(row: row(of: source)), step: rowStep, room: room.rows)
    if let destination {
      next.destinations = Self.window(
        region.destinations, destinations(column: column(of: destination)), step: columnStep,
        room: room.columns)
    }
    return next == region ? nil : next
  }

  private static func window(_ range: Range<Int>, _ block: Range<Int>, step: Int, room: Int)
    -> Range<Int>
  {
    guard step > 1 else { return range }
    guard room > step else { return block }
    // Whole blocks, so that tiles and labels stay at round numbers.
    let count = min(range.count, room / step * step)
    let start = max(range.lowerBound, min(block.lowerBound, range.upperBound - count))
    return start..<(start + count)
  }
}

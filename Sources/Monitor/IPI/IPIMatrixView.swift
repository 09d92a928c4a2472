import Themes

/// The matrix itself: rows of sources by columns of destinations, a cell the largest pair in it.
enum IPIMatrixView {
  static func paint(
    _ frame: inout Frame, _ layout: IPILayout, _ model: MonitorModel, _ matrix: IPIMatrix,
    _ heat: IPIHeat
  ) {
    guard layout.rows > 0 && layout.columns > 0 else { return }
    let reading = model.ipiReading
    let row = layout.row(of: model.ipiSource)
    let column = model.ipiDestination.map { layout.column(of: $0) }
    ruler(&frame, layout, column)
    for index in 0..<layout.rows {
      let y = layout.grid.y + index
      let isSelected = index == row
      let sources = layout.sources(row: index)
      let label =
        layout.labelWidth > layout.digits
        ? IPIRegion.words(sources) : "\(sources.lowerBound)"
      let text = (isSelected ? ">" : " ") + label.rightAligned(layout.labelWidth)
      frame.put(layout.ruler.x, y, text, isSelected ? .title : .dim)
      for place in 0..<layout.columns {
        let cell = Rect(
          x: layout.grid.x + place * layout.cellWidth, y: y, width: layout.cellWidth, height: 1)
        let isLeftOut =
          !reading.includesSelf && sources == layout.destinations(column: place)
          && sources.count == 1
        Self.cell(
          &frame, cell, matrix[index, place], reading, heat, isLeftOut: isLeftOut,
          isSelected: isSelected && place == column)
      }
      totals(
        &frame, layout, reading, y, matrix.toAll[index], matrix.sent[index],
        isSelected: isSelected && column == nil)
    }
    received(&frame, layout, reading, matrix)
  }

  /// The numbers of the columns, as many as stand apart, and an arrow over the cell's.
  private static func ruler(_ frame: inout Frame, _ layout: IPILayout, _ column: Int?) {
    let y = layout.ruler.y
    let corner = layout.labelWidth >= 6 ? "src\\dst" : ""
    frame.put(layout.ruler.x, y, corner, .dim, limit: layout.labelWidth + 2)
    let width = layout.cellWidth
    var step = 1
    // One row of numbers has a number each at most where there is a blank between.
    while step * width < layout.digits + 1 { step *= 2 }
    for place in stride(from: 0, to: layout.columns, by: step) {
      let number = "\(layout.destinations(column: place).lowerBound)"
      let x = layout.grid.x + place * width + (width >= 6 ? 1 : 0)
      let end = layout.grid.x + layout.grid.width
      if x + number.utf8.count <= end { frame.put(x, y, number, .dim) }
    }
    if layout.hasTotals {
      let x = layout.grid.x + layout.grid.width
      frame.put(x, y, "→all".rightAligned(5), column == nil ? .title : .dim)
      frame.put(x + 5, y, "sent".rightAligned(5), .dim)
    }
    let x = layout.grid.x + (column.map { $0 * width } ?? layout.grid.width)
    guard column != nil || layout.hasTotals else { return }
    frame[x, y] = Cell("↓", .title)
  }

  private static func cell(
    _ frame: inout Frame, _ rect: Rect, _ value: UInt64, _ reading: IPIReading, _ heat: IPIHeat,
    isLeftOut: Bool, isSelected: Bool
  ) {
    var cell = isLeftOut ? Cell("-", .dim) : IPIHeat.cell(step: heat.step(reading.scaled(value)))
    if isSelected { cell.role = .selection }
    guard rect.width >= 6 else {
      for x in rect.x..<(rect.x + rect.width) { frame[x, rect.y] = cell }
      return
    }
    // A blank, the shade, the number.
    frame[rect.x + 1, rect.y] = cell
    if isSelected { frame.fill(rect.x + 2, rect.y, width: 4, .selection) }
    if value > 0 && !isLeftOut {
      frame.put(rect.x + 2, rect.y, reading.short(value).leftAligned(4), cell.role, limit: 4)
    }
  }

  private static func totals(
    _ frame: inout Frame, _ layout: IPILayout, _ reading: IPIReading, _ y: Int, _ toAll: UInt64,
    _ sent: UInt64, isSelected: Bool
  ) {
    guard layout.hasTotals else { return }
    let x = layout.grid.x + layout.grid.width
    let text = toAll == 0 ? "·" : reading.short(toAll)
    frame.put(
      x + 1, y, text.rightAligned(4), isSelected ? .selection : toAll == 0 ? .dim : .ipi, limit: 4)
    frame.put(
      x + 6, y, reading.short(sent).rightAligned(4), sent == 0 ? .dim : .text, limit: 4)
  }

  /// The last row: what was received, as numbers where they fit, else as bars.
  private static func received(
    _ frame: inout Frame, _ layout: IPILayout, _ reading: IPIReading, _ matrix: IPIMatrix
  ) {
    guard !layout.received.isEmpty else { return }
    let y = layout.received.y
    let label = layout.labelWidth >= 3 ? "recv" : "in"
    frame.put(layout.ruler.x, y, label.rightAligned(layout.labelWidth + 1), .dim)
    let width = layout.cellWidth
    if width >= 6 {
      for (place, value) in matrix.received.enumerated() {
        frame.put(
          layout.grid.x + place * width + 2, y, reading.short(value).leftAligned(4),
          value == 0 ? .dim : .text, limit: 4)
      }
    } else {
      let bars = Sparkline.text(matrix.received.map(reading.scaled), width: layout.columns)
      for (place, scalar) in bars.unicodeScalars.enumerated() {
        for x in 0..<width {
          frame[layout.grid.x + place * width + x, y] = Cell(scalar, .graph)
        }
      }
    }
    guard layout.hasTotals else { return }
    let x = layout.grid.x + layout.grid.width
    let toAll = matrix.toAll.reduce(0, &+)
    frame.put(x + 1, y, reading.short(toAll).rightAligned(4), .dim, limit: 4)
    frame.put(x + 6, y, reading.short(matrix.sent.reduce(0, &+)).rightAligned(4), .dim, limit: 4)
  }
}

/// The sources in lines, a page of them with the selected one: what the panes by vector and by mode have.
struct IPISourceList {
  /// The sources, in their order.
  let order: [Int]
  /// Where the lines are.
  let rows: Rect
  let legend: Rect
  /// The place of the first line.
  let top: Int

  /// The list that is a pane of its own, with its legend.
  init(_ model: MonitorModel, _ rect: Rect) {
    let hasSums = model.ui.ipi.pane == .modes && rect.height >= 7
    self.init(
      model, rect, headRows: hasSums ? 3 : 1,
      legendRows: rect.height >= 14 ? 2 : rect.height >= 3 ? 1 : 0)
  }

  /// `headRows`: 1 for the title, and by mode two more for the sums.
  init(_ model: MonitorModel, _ rect: Rect, headRows head: Int, legendRows: Int) {
    order = model.ipiReading.sources(busiestFirst: model.ui.ipi.isBusiestFirst)
    let height = max(0, rect.height - legendRows - head)
    rows = Rect(x: rect.x, y: rect.y + min(head, rect.height), width: rect.width, height: height)
    legend = Rect(
      x: rect.x, y: rect.bottom - legendRows, width: rect.width, height: legendRows)
    let place = order.firstIndex(of: model.ipiSource) ?? 0
    top = max(0, min(place / max(1, height) * height, order.count - height))
  }

  /// The lines that are there: their rows and sources.
  var lines: [(y: Int, source: Int)] {
    order.dropFirst(top).prefix(rows.height).enumerated().map { (rows.y + $0, $1) }
  }

  /// The source whose line is in row `y` of the screen.
  func source(atRow y: Int) -> Int? { lines.first { $0.y == y }?.source }
}

import Themes

/// The selected counter over time, several rows high: what a pane that has the screen alone leaves below its
/// cards.
enum CounterChart {
  /// A rule and three rows.
  static let least = 4

  static func paint(_ frame: inout Frame, _ rect: Rect, _ recording: Recording, _ metric: Metric) {
    guard rect.height >= least, rect.width > 0 else { return }
    let perCell = frame.glyphs.samplesPerCell
    let values = recording.history(metric, rect.width * perCell)
    let top = values.reduce(0) { $1.isFinite && $1 > $0 ? $1 : $0 }
    frame.rule(
      Rect(x: rect.x, y: rect.y, width: rect.width, height: 1), title: metric.label,
      note: "up to \(Quantity.rate(top))/s", hasFocus: false)
    let rows = rect.height - 1
    let steps = perCell == 2 ? 4 : Sparkline.bars.count
    /// Of the sample that is `age` before the newest, in steps of a row.
    func level(_ age: Int) -> Int {
      let place = values.count - 1 - age
      guard values.indices.contains(place), values[place].isFinite, values[place] > 0, top > 0
      else { return 0 }
      return 1 + min(rows * steps - 1, Int(values[place] / top * Double(rows * steps)))
    }
    for cell in 0..<rect.width {
      let levels = (0..<perCell).map { level(cell * perCell + $0) }
      for row in 0..<rows {
        let filled = levels.map { max(0, min(steps, $0 - row * steps)) }
        guard filled.contains(where: { $0 > 0 }) else { continue }
        let scalar =
          perCell == 2
          ? BrailleCurve.scalar(filled[1], filled[0]) : Sparkline.bars[filled[0] - 1]
        frame[rect.x + rect.width - 1 - cell, rect.bottom - 1 - row] = Cell(scalar, .graph)
      }
    }
  }
}

import Themes

/// What vectors the selected source sent, the most first, beside the list of sources.
enum IPIVectorsView {
  static func paint(_ frame: inout Frame, _ rect: Rect, _ model: MonitorModel) {
    let list = IPISourceList(model, rect)
    let reading = model.ipiReading
    let digits = String(max(0, model.ipiCount - 1)).utf8.count
    let left = min(rect.width, max(17, digits + 12))
    let values = list.lines.map { reading.ipis($0.source) }
    frame.rule(
      Rect(x: rect.x, y: rect.y, width: left, height: 1), title: "Sources", hasFocus: true)
    for (line, value) in zip(list.lines, values) {
      let isSelected = line.source == model.ipiSource
      if isSelected { frame.fill(rect.x, line.y, width: left, .selection) }
      let label = (isSelected ? ">" : " ") + "vcpu\(line.source)".leftAligned(digits + 4)
      let text = label + reading.words(value).rightAligned(left - digits - 5)
      frame.putClipped(rect.x, line.y, text, isSelected ? .selection : .text, limit: left)
    }
    let right = Rect(
      x: rect.x + left + 1, y: rect.y, width: rect.width - left - 1,
      height: max(0, list.legend.y - rect.y))
    vectors(&frame, right, model)
    IPIView.legend(
      &frame, list.legend,
      [
        [Span(IPIWords.measure(model) + "; each IPI counts once, however many targets it has")],
        [Span("0x02 is an NMI, 0x00 an INIT; a startup IPI has the page that it starts at", .dim)],
      ])
  }

  private static func vectors(_ frame: inout Frame, _ rect: Rect, _ model: MonitorModel) {
    guard rect.width >= 8 && rect.height >= 1 else { return }
    let reading = model.ipiReading
    let source = model.ipiSource
    let vectors = reading.vectors(source)
    let note = rect.width >= 40 ? "rate, total, share" : ""
    frame.rule(
      Rect(x: rect.x, y: rect.y, width: rect.width, height: 1), title: "Vectors of vcpu\(source)",
      note: note, hasFocus: false)
    if vectors.isEmpty && rect.height > 1 {
      frame.putClipped(
        rect.x + 1, rect.y + 1, "has sent no IPI", .dim, limit: rect.width - 1)
    }
    let sum = vectors.reduce(0) { $0 &+ reading.measure.value($1.count) }
    for (row, vector) in vectors.prefix(max(0, rect.height - 1)).enumerated() {
      let value = reading.measure.value(vector.count)
      let isLast = row == rect.height - 2 && vectors.count > rect.height - 1
      let text =
        isLast
        ? " and \(vectors.count - row) more"
        : " " + IPIWords.vector(vector.vector) + line(reading, vector.count, of: sum, rect.width)
      let next = frame.putClipped(
        rect.x, rect.y + 1 + row, text, value == 0 || isLast ? .dim : .text, limit: rect.width)
      let bars = min(40, rect.x + rect.width - next - 2)
      guard bars >= 4 && value > 0 && !isLast && sum > 0 else { continue }
      let part = min(1, Double(value) / Double(sum))
      let count = max(1, Int(part * Double(bars)))
      frame.put(next + 2, rect.y + 1 + row, String(repeating: "█", count: count), .graph)
    }
  }

  /// Rate, total and share; where there is little room, the measure alone.
  private static func line(
    _ reading: IPIReading, _ count: WindowedCount, of sum: UInt64, _ width: Int
  ) -> String {
    let value = reading.measure.value(count)
    let share = IPIWords.percent(value, of: sum).rightAligned(5)
    guard width >= 34 else { return reading.words(value).rightAligned(8) + share }
    let rate = reading.with(.rate).words(count.recent)
    return rate.rightAligned(9) + Quantity.count(count.total).rightAligned(8) + share
  }
}

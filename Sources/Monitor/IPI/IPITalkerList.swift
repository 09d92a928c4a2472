import Themes

/// The busiest pairs, in lines; beside or below the matrix, or instead of it.
struct IPITalkerList {
  /// The most that the list alone holds.
  static let limit = 256

  let talkers: [IPIReading.Talker]
  /// The place of the cell's pair, if it is one of them.
  let selected: Int?
  private let layout: IPILayout
  /// The place of the first one shown.
  private let top: Int

  init(_ model: MonitorModel, _ layout: IPILayout) {
    self.layout = layout
    let limit = layout.isList ? Self.limit : min(Self.limit, layout.talkerCount)
    talkers = model.ipiReading.talkers(limit)
    let (source, destination) = (model.ipiSource, model.ipiDestination)
    selected = talkers.firstIndex { $0.source == source && $0.destination == destination }
    // Page by page: the list stands still while the selection moves.
    let count = max(1, layout.talkerCount)
    top = (selected ?? 0) / count * count
  }

  private var rows: Int { max(0, layout.talkers.height - 1) }

  /// The one whose line is there.
  func talker(at x: Int, _ y: Int) -> IPIReading.Talker? {
    let row = y - layout.talkers.y - 1
    let column = (x - layout.talkers.x) / (layout.talkerWidth + 2)
    guard row >= 0 && row < rows && column >= 0 && column < layout.talkerColumns else { return nil }
    let place = top + column * rows + row
    return talkers.indices.contains(place) ? talkers[place] : nil
  }

  func paint(_ frame: inout Frame, _ reading: IPIReading) {
    let rect = layout.talkers
    guard !rect.isEmpty else { return }
    let isWide = layout.talkerWidth >= Self.width(layout)
    let order = reading.measure == .rate ? "rate, total" : "total, rate"
    let note =
      layout.isList ? "pair, \(order), last vector, share" : Self.note(layout.talkers.width, isWide)
    frame.rule(
      Rect(x: rect.x, y: rect.y, width: rect.width, height: 1), title: "Top talkers", note: note,
      hasFocus: layout.isList)
    if talkers.isEmpty && rows > 0 {
      let text = reading.measure == .rate ? "no IPIs in the last second" : "no IPIs yet"
      frame.putClipped(rect.x + 1, rect.y + 1, text, .dim, limit: rect.width - 1)
    }
    let everything = reading.everything
    for place in talkers.indices.dropFirst(top).prefix(layout.talkerCount) {
      let (column, row) = ((place - top) / max(1, rows), (place - top) % max(1, rows))
      let x = rect.x + column * (layout.talkerWidth + 2)
      line(
        &frame, Rect(x: x, y: rect.y + 1 + row, width: layout.talkerWidth, height: 1),
        talkers[place], reading, everything: everything, isSelected: place == selected)
    }
  }

  /// What the columns after the rate are, where there is room to say it.
  private static func note(_ width: Int, _ isWide: Bool) -> String {
    guard isWide else { return "" }
    return width >= 36 ? "last vector, share" : width >= 31 ? "vector, share" : "share"
  }

  private static func width(_ layout: IPILayout) -> Int {
    22 + layout.digits + max(layout.digits, 3)
  }

  private func line(
    _ frame: inout Frame, _ rect: Rect, _ talker: IPIReading.Talker, _ reading: IPIReading,
    everything: UInt64, isSelected: Bool
  ) {
    let role: Role = isSelected ? .selection : .text
    if isSelected { frame.fill(rect.x, rect.y, width: rect.width, .selection) }
    let value = reading.measure.value(talker.count)
    let source = (isSelected ? ">" : " ") + "\(talker.source)".rightAligned(layout.digits)
    let destination = (talker.destination.map { "\($0)" } ?? "all")
    guard rect.width >= Self.width(layout) else {
      let text = source + "→" + destination.leftAligned(max(layout.digits, 3)) + " "
      let value = reading.short(value).rightAligned(4)
      frame.put(
        rect.x, rect.y, [Span(text, role), Span(value, isSelected ? .selection : .ipi)],
        limit: rect.width)
      return
    }
    let share = IPIWords.percent(value, of: everything)
    let vector = talker.lastVector.map(IPIWords.vector) ?? "-"
    var spans = [
      Span(source + " → " + destination.leftAligned(max(layout.digits, 3)), role),
      Span(
        reading.words(value).rightAligned(layout.isList ? 9 : 8), isSelected ? .selection : .ipi),
    ]
    if layout.isList {
      // The other measure too.
      let other: IPIMeasure = reading.measure == .rate ? .total : .rate
      spans.append(Span(reading.with(other).words(other.value(talker.count)).rightAligned(9), role))
    }
    spans.append(Span(vector.rightAligned(layout.isList ? 7 : 5), role))
    spans.append(Span(share.rightAligned(layout.isList ? 6 : 5), role))
    let next = frame.put(rect.x, rect.y, spans, limit: rect.width)
    let bars = min(40, rect.x + rect.width - next - 2)
    guard layout.isList && bars >= 4, let most = talkers.first else { return }
    let part = Double(value) / Double(max(1, reading.measure.value(most.count)))
    let text = String(repeating: "█", count: max(1, min(bars, Int(part * Double(bars)))))
    frame.put(next + 2, rect.y, text, isSelected ? .selection : .graph, limit: bars)
  }
}

import Themes

/// The VM's counters, grouped so that the screen says what causes a rendezvous and what never does.
enum CountersView {
  static func paint(_ frame: inout Frame, _ rect: Rect, _ model: MonitorModel, asCards: Bool) {
    guard !rect.isEmpty else { return }
    let hasFocus = model.ui.focus == .counters
    let marked = hasFocus ? Metric.selectable[model.ui.metric] : nil
    if asCards {
      cards(&frame, rect, model.shown, marked: marked)
    } else {
      lines(&frame, rect, model.shown, marked: marked)
    }
  }

  // MARK: Cards

  private enum Row {
    case title(Metric.Group)
    case metric(Metric)
  }

  /// Each group under its title, a counter a line: label, total, rate, sparkline.
  private static func cards(
    _ frame: inout Frame, _ rect: Rect, _ recording: Recording, marked: Metric?
  ) {
    var rows: [Row] = []
    for group in Metric.Group.allCases {
      rows.append(.title(group))
      rows += group.metrics.map(Row.metric)
    }
    // The first title is the pane's own.
    rows.removeFirst()
    frame.rule(
      Rect(x: rect.x, y: rect.y, width: rect.width, height: 1), title: Metric.Group.causes.title,
      note: "total /s", hasFocus: marked != nil)
    let height = rect.height - 1
    let place =
      rows.firstIndex { row in if case .metric(marked) = row { true } else { false } } ?? 0
    let top = max(0, min(place - height / 2, rows.count - height))
    for (line, row) in rows.dropFirst(top).prefix(max(0, height)).enumerated() {
      let y = rect.y + 1 + line
      switch row {
      case .title(let group):
        frame.rule(
          Rect(x: rect.x, y: y, width: rect.width, height: 1), title: group.title, hasFocus: false)
      case .metric(let metric):
        card(
          &frame, Rect(x: rect.x, y: y, width: rect.width, height: 1), recording, metric,
          isMarked: metric == marked)
      }
    }
    if let marked {
      CounterChart.paint(&frame, rect.dropping(1 + rows.count), recording, marked)
    }
  }

  private static func card(
    _ frame: inout Frame, _ rect: Rect, _ recording: Recording, _ metric: Metric, isMarked: Bool
  ) {
    let role: Role = isMarked ? .selection : metric.role
    if isMarked { frame.fill(rect.x, rect.y, width: rect.width, .selection) }
    let total = recording.total(metric)
    let share = recording.operatorShare(metric)
    let hasRoom = rect.width >= 48
    // `*`: some of them are the operator's; with room, how many.
    let mark = share == 0 ? "" : hasRoom ? " \(Quantity.shortCount(share)) op" : "*"
    let spans = [
      Span(isMarked ? ">" : " ", role), Span(metric.label.leftAligned(17), role),
      Span(Quantity.count(total).rightAligned(5), role == .selection || total > 0 ? role : .dim),
      Span(mark.leftAligned(hasRoom ? 8 : 1), isMarked ? .selection : .injection),
      Span(
        Quantity.rate(recording.rate(metric)).rightAligned(6), isMarked ? .selection : .text),
    ]
    let next = frame.put(rect.x, rect.y, spans, limit: rect.width)
    let bars = rect.x + rect.width - next - 1
    frame.putCurve(
      next + 1, rect.y, width: bars, isMarked ? .selection : .graph,
      recording.history(metric, frame.samples(inCurve: bars)))
  }

  // MARK: Lines

  /// The columns of a line of counters.
  private struct LineShape {
    /// Whether each counter has its rate beside it; else the line ends in the group's.
    let hasRates: Bool
    /// The columns of each counter's sparkline.
    let bars: Int

    init(width: Int) {
      // A blank, the label, a blank and four columns; then perhaps eight of rate.
      let plain = Group.allCases.map { group in
        group.metrics.reduce(0) { $0 + CellWidth.columns($1.word) + 6 }
      }
      let room = width - 7
      hasRates = zip(Group.allCases, plain).allSatisfy { $1 + $0.metrics.count * 9 <= room }
      let spare = zip(Group.allCases, plain).map { (room - $1) / $0.metrics.count - 10 }
      bars = hasRates ? min(24, spare.min() ?? 0) : 0
    }
    private typealias Group = Metric.Group
  }

  /// A group a line; rates and sparklines where there is room.
  private static func lines(
    _ frame: inout Frame, _ rect: Rect, _ recording: Recording, marked: Metric?
  ) {
    let shape = LineShape(width: rect.width)
    frame.rule(
      Rect(x: rect.x, y: rect.y, width: rect.width, height: 1),
      title: "Counters: what causes a rendezvous, what never does",
      note: shape.hasRates ? "" : "/s", hasFocus: marked != nil)
    for (line, group) in Metric.Group.allCases.prefix(max(0, rect.height - 1)).enumerated() {
      let y = rect.y + 1 + line
      let end = rect.x + rect.width
      var x = frame.putClipped(
        rect.x + 1, y, group.word.leftAligned(6), .title, limit: rect.width - 1)
      for metric in group.metrics {
        let spans = item(recording, metric, shape, frame.glyphs, isMarked: metric == marked)
        x = frame.put(x, y, spans, limit: end - x)
      }
      if shape.hasRates { continue }
      let rate = group.summed.reduce(0) { $0 + recording.rate($1) }
      if end - x >= 6 { frame.put(end - 5, y, Quantity.rate(rate).rightAligned(5), .dim) }
      let bars = min(24, end - 6 - x - 2)
      if bars >= 4 {
        frame.putCurve(
          end - 6 - bars, y, width: bars, .graph,
          recording.history(group, frame.samples(inCurve: bars)))
      }
    }
  }

  private static func item(
    _ recording: Recording, _ metric: Metric, _ shape: LineShape, _ glyphs: GlyphSet,
    isMarked: Bool
  ) -> [Span] {
    let total = recording.total(metric)
    let mark = recording.operatorShare(metric) > 0 ? "*" : " "
    var spans = [
      Span(isMarked ? ">" : " ", isMarked ? .selection : .text),
      Span(metric.word + mark, isMarked ? .selection : metric.role),
      Span(
        Quantity.shortCount(total).leftAligned(shape.hasRates ? 5 : 4),
        isMarked ? .selection : total > 0 ? .text : .dim),
    ]
    guard shape.hasRates else { return spans }
    let rate = Quantity.rate(recording.rate(metric)).rightAligned(5) + "/s "
    spans.append(Span(rate, .dim))
    if shape.bars > 2 {
      let curve = glyphs.curve(width: shape.bars) { recording.history(metric, $0) }
      spans.append(Span(curve + " ", .graph))
    }
    return spans
  }
}

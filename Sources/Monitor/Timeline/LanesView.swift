import Telemetry
import Themes

/// One rendezvous as lanes, a row a vcpu, over a common axis of time.
enum LanesView {
  static func paint(_ frame: inout Frame, _ picture: TimelinePicture, _ model: MonitorModel) {
    let rect = picture.layout.lanes
    guard !rect.isEmpty else { return }
    let layout = picture.lanesLayout
    let state = model.ui.timeline
    let title = RendezvousWords.title(picture.anatomy.entry, width: rect.width)
    frame.rule(
      Rect(x: rect.x, y: rect.y, width: rect.width, height: 1), title: title,
      note: note(picture, state, width: rect.width - CellWidth.columns(title) - 8),
      hasFocus: state.focus == .lanes)
    if let y = layout.sentence {
      frame.put(
        rect.x + 1, y, RendezvousWords.sentence(picture.anatomy, width: rect.width - 1),
        limit: rect.width - 1)
    }
    if let y = layout.axis { axis(&frame, rect, y, picture) }
    if let y = layout.histogram { histogram(&frame, rect, y, picture) }
    rows(&frame, rect, picture, state)
    if picture.rows.rows.isEmpty {
      let lines = RendezvousWords.nothing(
        picture.anatomy, isOnlyLate: state.isOnlyLate, lost: model.shown.rendezvous.lostLanes)
      for (row, line) in zip(layout.rows, lines) {
        frame.putClipped(rect.x + 2, row, line, .dim, limit: rect.width - 2)
      }
    }
    if let y = layout.legend { LaneLegend.paint(&frame, rect, y) }
  }

  /// How much of it is kept, and how it is drawn, in `width` columns.
  private static func note(
    _ picture: TimelinePicture, _ state: TimelineState, width: Int
  ) -> String {
    var drawn: [String] = []
    if state.isOnlyLate { drawn.append("late only") }
    if state.isLogarithmic { drawn.append("log") }
    if state.zoom > 0 { drawn.append("×\(1 << state.zoom)") }
    let anatomy = picture.anatomy
    let kept = RendezvousWords.kept(anatomy)
    var notes = [
      [kept] + drawn, ["\(anatomy.parts.count)/\(anatomy.expected) lanes"] + drawn,
    ]
    if let column = picture.axis.columnNanoseconds, column >= 100 {
      notes.insert([kept] + drawn + ["1 column = \(Quantity.duration(column))"], at: 0)
    }
    let fitting = notes.map { $0.joined(separator: ", ") }.first { CellWidth.columns($0) <= width }
    return fitting ?? drawn.joined(separator: ", ")
  }

  private static func axis(
    _ frame: inout Frame, _ rect: Rect, _ y: Int, _ picture: TimelinePicture
  ) {
    let chart = picture.lanesLayout.chart
    let by = picture.rows.sort == .lag ? "vcpu" : "vcpu↓"
    frame.put(rect.x + 1, y, by.rightAligned(5), .dim, limit: min(6, rect.width - 1))
    for tick in picture.axis.ticks where chart.count > 0 {
      frame.put(
        chart.lowerBound + tick.column, y, tick.label, .dim,
        limit: chart.upperBound - chart.lowerBound - tick.column)
    }
    let lag = (picture.rows.sort == .lag ? "lag µs↓" : "lag µs").leftAligned(7)
    if rect.width >= 30 { frame.put(chart.upperBound, y, lag.rightAligned(7), .dim, limit: 7) }
  }

  /// How many members came in each column, and how many of all had come by then.
  private static func histogram(
    _ frame: inout Frame, _ rect: Rect, _ y: Int, _ picture: TimelinePicture
  ) {
    let chart = picture.lanesLayout.chart
    guard !chart.isEmpty else { return }
    var counts = [Double](repeating: 0, count: chart.count)
    var sums = counts
    let lags = picture.anatomy.parts.filter(\.isMember).compactMap(\.lag)
    var before = 0.0
    for lag in lags {
      let column = picture.axis.column(lag)
      if counts.indices.contains(column) { counts[column] += 1 } else if column < 0 { before += 1 }
    }
    var sum = before
    for column in counts.indices {
      sum += counts[column]
      sums[column] = sum / Double(max(1, lags.count))
    }
    frame.put(rect.x + 1, y, "arrivals", .dim, limit: LanesLayout.leftColumns)
    frame.put(chart.lowerBound, y, Sparkline.text(counts, width: chart.count), .graph)
    frame.put(rect.x + 1, y + 1, "all by", .dim, limit: LanesLayout.leftColumns)
    // Scaled to all of them, not to those that had come at the right end.
    let share = Sparkline.text(sums + [1], width: chart.count + 1)
    frame.put(chart.lowerBound, y + 1, share, .graph, limit: chart.count)
    // What a full block is.
    let most = Quantity.shortCount(UInt64(counts.max() ?? 0))
    frame.put(chart.upperBound + 1, y, "█ " + most, .dim, limit: LanesLayout.rightColumns - 1)
    frame.put(chart.upperBound + 1, y + 1, "█ 100%", .dim, limit: LanesLayout.rightColumns - 1)
  }

  private static func rows(
    _ frame: inout Frame, _ rect: Rect, _ picture: TimelinePicture, _ state: TimelineState
  ) {
    let layout = picture.lanesLayout
    let rows = picture.rows.rows
    for (y, place) in zip(layout.rows, picture.visible) {
      guard case .part(let part) = rows[place] else { continue }
      row(&frame, rect, y, part, picture, isSelected: place == picture.selected)
    }
    let y = layout.rows.lowerBound + picture.visible.count
    if case .folded(let count, let time) = rows.last, layout.rows.contains(y) {
      let hidden = rows.count - 1 - picture.visible.count
      var words =
        "\(Quantity.counted(count, "more vcpu")) had arrived by \(Quantity.duration(time))"
      if hidden > 0 { words += "; \(Quantity.counted(hidden, "row")) above or below" }
      frame.putClipped(rect.x + 6, y, words, .dim, limit: rect.width - 6)
    }
  }

  private static func row(
    _ frame: inout Frame, _ rect: Rect, _ y: Int, _ part: RendezvousAnatomy.Part,
    _ picture: TimelinePicture, isSelected: Bool
  ) {
    let role: Role = isSelected ? .selection : .text
    let width = min(LanesLayout.leftColumns, rect.width)
    if isSelected { frame.fill(rect.x, y, width: width, .selection) }
    frame.put(rect.x, y, isSelected ? ">" : " ", role, limit: width)
    frame.putClipped(
      rect.x + 1, y, "\(part.lane.vcpu)".rightAligned(4), role, limit: min(4, width - 1))
    let color: Role =
      isSelected ? .selection : part.isBystander ? .spurious : part.isStraggler ? .straggler : .dim
    frame.put(rect.x + 6, y, part.lane.role.word, color, limit: max(0, width - 6))
    let chart = picture.lanesLayout.chart
    guard !chart.isEmpty else { return }
    LaneChart(axis: picture.axis, record: picture.anatomy.record, x: chart.lowerBound, y: y)
      .paint(&frame, part)
    let lag = part.lag.map(Quantity.microseconds) ?? "-"
    let text = lag.rightAligned(6) + (part.isStraggler ? "*" : " ")
    if isSelected { frame.fill(chart.upperBound, y, width: LanesLayout.rightColumns, .selection) }
    frame.put(
      chart.upperBound, y, text, color == .dim ? .text : color, limit: LanesLayout.rightColumns)
  }
}

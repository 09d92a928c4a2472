import Rendezvous
import Telemetry
import Themes

/// A page over what is shown: below the tabs, above the bar, with a line of its keys.
enum PageView {
  /// Where it is: the first row is its title.
  static func rect(_ model: MonitorModel) -> Rect {
    let layout = model.layout
    guard !layout.isTiny else {
      let y = min(1, max(0, model.height - 1))
      return Rect(x: 0, y: y, width: model.width, height: model.height - y)
    }
    let y = layout.tabs.isEmpty ? layout.header.bottom : layout.tabs.bottom
    let end = model.height >= 10 ? layout.bar.y - 1 : layout.bar.y
    return Rect(x: 0, y: y, width: model.width, height: max(0, end - y))
  }

  /// Rows of text.
  static func rows(_ model: MonitorModel) -> Int { max(0, rect(model).height - 1) }

  static func content(_ page: Page, _ model: MonitorModel) -> PageContent {
    let width = model.width
    switch page.subject {
    case .rendezvous(let explained):
      return ExplainPage.content(explained, model.shown, width: width)
    case .policy(let policy): return PolicyPage.content(policy, model.shown, width: width)
    case .assertion(let failure):
      return PanicPage.content(failure, model, width: width)
    case .broken(let broken, let time):
      return BrokenPage.content(broken, timeNanoseconds: time, model, width: width)
    }
  }

  static func paint(_ frame: inout Frame, _ model: MonitorModel) {
    guard let page = model.ui.pages.last else { return }
    let rect = rect(model)
    guard !rect.isEmpty else { return }
    // Down to the bar: the line of keys is part of it.
    let bottom = model.layout.bar.isEmpty ? rect.bottom : model.layout.bar.y
    for y in rect.y..<bottom { frame.fill(rect.x, y, width: rect.width, .text) }
    let content = content(page, model)
    let rows = rect.height - 1
    let top = max(0, min(page.top, content.lines.count - rows))
    let end = min(content.lines.count, top + rows)
    let note = content.lines.count > rows ? "\(end) of \(content.lines.count) lines" : ""
    frame.rule(
      Rect(x: rect.x, y: rect.y, width: rect.width, height: 1), title: content.title, note: note,
      hasFocus: true)
    let chart = chart(content.width)
    let axis = content.anatomy.map {
      TimeAxis(span: $0.span, isLogarithmic: false, width: chart.count)
    }
    for (row, line) in content.lines.dropFirst(top).prefix(max(0, rows)).enumerated() {
      let y = rect.y + 1 + row
      switch line {
      case .text(let spans): frame.put(rect.x + 1, y, spans, limit: rect.width - 1)
      case .axis: if let axis { head(&frame, rect, y, axis, chart) }
      case .lane(let part):
        guard let axis, let record = content.anatomy?.record else { continue }
        lane(&frame, rect, y, part, axis, record, chart)
      }
    }
    if bottom > rect.bottom {
      let hints = hints(page, isLong: content.lines.count > rows, model)
      frame.put(
        rect.x + 1, rect.bottom, StatusLine.fitting(hints, rect.width - 1), limit: rect.width - 1)
    }
  }

  /// The columns of a lane's chart.
  private static func chart(_ width: Int) -> Range<Int> {
    let left = min(LanesLayout.leftColumns, width)
    return left..<max(left, min(width, 130) - LanesLayout.rightColumns)
  }

  private static func head(
    _ frame: inout Frame, _ rect: Rect, _ y: Int, _ axis: TimeAxis, _ chart: Range<Int>
  ) {
    frame.put(rect.x + 1, y, "vcpu↓".rightAligned(5), .dim, limit: min(6, rect.width - 1))
    for tick in axis.ticks where !chart.isEmpty {
      frame.put(
        rect.x + chart.lowerBound + tick.column, y, tick.label, .dim,
        limit: chart.count - tick.column)
    }
    if rect.width >= 30 { frame.put(rect.x + chart.upperBound, y, " lag µs", .dim, limit: 7) }
  }

  private static func lane(
    _ frame: inout Frame, _ rect: Rect, _ y: Int, _ part: RendezvousAnatomy.Part, _ axis: TimeAxis,
    _ record: RendezvousRecord, _ chart: Range<Int>
  ) {
    let role: Role = part.isBystander ? .spurious : part.isStraggler ? .straggler : .text
    frame.putClipped(
      rect.x + 1, y, "\(part.lane.vcpu)".rightAligned(4), role, limit: rect.width - 1)
    frame.put(rect.x + 6, y, part.lane.role.word, role, limit: max(0, rect.width - 6))
    guard !chart.isEmpty else { return }
    LaneChart(axis: axis, record: record, x: rect.x + chart.lowerBound, y: y).paint(&frame, part)
    let lag = (part.lag.map(Quantity.microseconds) ?? "-").rightAligned(6)
    frame.put(
      rect.x + chart.upperBound, y, lag + (part.isStraggler ? "*" : " "), role,
      limit: LanesLayout.rightColumns)
  }

  /// The line of keys; an answer to the last key comes first.
  private static func hints(_ page: Page, isLong: Bool, _ model: MonitorModel) -> [Span] {
    if let notice = model.ui.notice { return [Span(notice, .warning)] }
    let back = model.keyName(.close, in: .page, usual: .escape).map { "\($0) goes back" }
    var hints = [Span(back ?? "", .dim)]
    if isLong { hints += model.hint(.pageDown, in: .page, usual: .pageDown, "more") }
    let policy = model.hint(.showReview, in: .page, usual: .character("x"), "policy")
    switch page.subject {
    case .rendezvous:
      let older = model.keyName(.previousRendezvous, in: .page, usual: .character("["))
      let newer = model.keyName(.nextRendezvous, in: .page, usual: .character("]"))
      let both = [older, newer].compactMap { $0 }.joined(separator: " ")
      if older != nil && newer != nil {
        hints.append(Span("  \(both) the one before, after", .dim))
      }
      hints += model.hint(.openEntry, in: .page, usual: .enter, "timeline") + policy
    case .policy: break
    case .assertion, .broken:
      hints += model.hint(.openEntry, in: .page, usual: .enter, "rendezvous") + policy
    }
    return hints
  }
}

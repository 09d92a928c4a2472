import Rendezvous
import Telemetry
import Themes

/// Every rendezvous in a list and as a strip of durations, and one of them as lanes.
enum TimelineView {
  static func paint(_ frame: inout Frame, _ rect: Rect, _ model: MonitorModel) {
    guard !rect.isEmpty else { return }
    guard let picture = TimelinePicture(model, rect) else {
      let lines = nothing(model)
      for (row, line) in lines.enumerated() where row + 1 < rect.height {
        frame.putClipped(rect.x + 2, rect.y + 1 + row, line, .dim, limit: rect.width - 2)
      }
      return
    }
    let history = model.shown.rendezvous
    DurationStrip(picture.layout.strip, history.numbers, selected: picture.number)
      .paint(&frame, picture.layout.strip, history, selected: picture.number)
    RendezvousList.paint(
      &frame, picture.layout.list, history, listed: picture.listed(history.numbers),
      selected: picture.number, hasFocus: model.ui.timeline.focus == .list)
    LanesView.paint(&frame, picture, model)
    TimelineBoxes.paint(&frame, picture, history)
  }

  /// Why there is none to be shown: none was, or those of the moment are no longer held.
  private static func nothing(_ model: MonitorModel) -> [String] {
    let count = model.shown.snapshot.rendezvous.completed
    guard count > 0 else {
      let now = model.keyName(.rendezvousAll, in: .timeline, usual: .function(8))
      let scenario = model.keyName(.chooseScenario, in: .timeline, usual: .character("S"))
      let ways = [
        now.map { "\($0) asks for one now" },
        scenario.map { "\($0) chooses a scenario that causes them" },
      ]
      return ["no rendezvous yet", ways.compactMap { $0 }.joined(separator: "; ")]
    }
    let live = model.keyName(.freeze, in: .timeline, usual: .character(" ")) ?? ":now"
    return [
      "none of the \(Quantity.count(count)) rendezvous until then is kept:",
      "only the newest \(RendezvousHistory.recordCount) are, "
        + (model.isFrozen ? "\(live) goes back to them" : "and none of them came through"),
    ]
  }

  /// The status line.
  static func status(_ model: MonitorModel) -> [Span] {
    guard let picture = model.timelinePicture else {
      let isFirst = model.shown.snapshot.rendezvous.completed == 0
      return [Span(isFirst ? "no rendezvous yet" : "no rendezvous of then is kept", .dim)]
    }
    let history = model.shown.rendezvous
    let record = picture.anatomy.record
    if model.ui.timeline.focus == .lanes, let part = picture.part {
      let opens = model.keyName(.openLane, in: .timeline, usual: .enter)
      return [Span(RendezvousWords.lane(part))]
        + (opens.map { [Span("  \($0): vCPU view", .dim)] } ?? [])
        + model.hint(.switchTimelinePart, in: .timeline, usual: .character("l"), "list")
    }
    let place = "\(picture.number - history.numbers.lowerBound + 1) of \(history.numbers.count)"
    let follows = model.ui.timeline.selected == nil
    let end = model.keyName(.end, in: .timeline, usual: .end).map { $0 + " " } ?? ""
    return [
      Span("#\(record.id)", .title), Span("  \(place) kept", .dim),
      Span(
        follows ? "  follows the newest" : "  \(end)follows the newest", follows ? .dim : .warning),
    ] + model.hint(.openLane, in: .timeline, usual: .enter, "explains")
      + model.hint(.switchTimelinePart, in: .timeline, usual: .character("l"), "lanes")
      + model.hint(.zoomInTime, in: .timeline, usual: .character("z"), "zoom")
      + model.hint(.switchTimeScale, in: .timeline, usual: .character("x"), "log")
      + model.hint(.onlyLateLanes, in: .timeline, usual: .character("f"), "late")
  }
}

import Rendezvous
import Telemetry
import Themes

/// Every rendezvous in a list and as a strip of durations, and one of them as lanes.
enum TimelineView {
  static func paint(_ frame: inout Frame, _ rect: Rect, _ model: MonitorModel) {
    guard !rect.isEmpty else { return }
    guard let picture = TimelinePicture(model, rect) else {
      let lines = [
        "no rendezvous yet", "F8 asks for one now; S chooses a scenario that causes them",
      ]
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

  /// The status line.
  static func status(_ model: MonitorModel) -> [Span] {
    guard let picture = model.timelinePicture else { return [Span("no rendezvous yet", .dim)] }
    let history = model.shown.rendezvous
    let record = picture.anatomy.record
    if model.ui.timeline.focus == .lanes, let part = picture.part {
      return [
        Span(RendezvousWords.lane(part)), Span("  Enter: vCPU view  l list", .dim),
      ]
    }
    let place = "\(picture.number - history.numbers.lowerBound + 1) of \(history.numbers.count)"
    let follows = model.ui.timeline.selected == nil
    return [
      Span("#\(record.id)", .title), Span("  \(place) kept", .dim),
      Span(
        follows ? "  follows the newest" : "  End follows the newest", follows ? .dim : .warning),
      Span("  Enter lanes  z zoom  x log  f late", .dim),
    ]
  }
}

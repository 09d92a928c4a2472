import Telemetry
import Themes

/// The log of rendezvous, injections and everything else worth a line.
enum LogView {
  static func paint(_ frame: inout Frame, _ rect: Rect, _ model: MonitorModel) {
    guard !rect.isEmpty else { return }
    let log = model.shown.log
    frame.rule(
      Rect(x: rect.x, y: rect.y, width: rect.width, height: 1), title: "Log",
      note: model.ui.log.bottom == nil ? "" : "scrolled, End follows",
      hasFocus: model.ui.focus == .log)
    let visible = model.ui.log.visible(log.dropped..<log.end, rows: rect.height - 1)
    for (row, number) in visible.enumerated() {
      frame.put(
        rect.x, rect.y + 1 + row, LogWords.spans(log[number - log.dropped], width: rect.width),
        limit: rect.width)
    }
  }
}

import Telemetry
import Themes

/// The log of rendezvous, injections and everything else worth a line: a pane of the overview, or alone.
enum LogView {
  /// The pane, with everything.
  static func paint(pane rect: Rect, _ frame: inout Frame, _ model: MonitorModel) {
    guard !rect.isEmpty else { return }
    let log = model.shown.log
    title(
      &frame, rect, note: model.ui.log.bottom == nil ? "" : "scrolled, End follows",
      hasFocus: model.ui.focus == .log)
    let visible = model.ui.log.visible(log.dropped..<log.end, rows: rect.height - 1)
    lines(&frame, rect.dropping(1), visible, model)
  }

  /// The log alone: filtered, with a selection from which Enter goes to the moment.
  static func paint(alone rect: Rect, _ frame: inout Frame, _ model: MonitorModel) {
    guard !rect.isEmpty else { return }
    let (log, numbers) = (model.shown.log, model.filteredLog)
    var note = "\(log.count) kept"
    if let filter = model.ui.logView.filter {
      note = "\(filter.text): \(numbers.count) of \(log.count)"
    }
    title(&frame, rect, note: note, hasFocus: true)
    guard !numbers.isEmpty else {
      var words = "the filter lets none through"
      if log.count == 0 {
        words =
          log.end == 0
          ? "nothing has happened yet"
          : "only the last \(Recording.logCount) entries are kept: those of then are gone"
      }
      frame.putClipped(rect.x + 2, rect.y + 1, words, .dim, limit: max(0, rect.width - 2))
      return
    }
    let visible = visible(numbers, rows: rect.height - 1, model)
    lines(
      &frame, rect.dropping(1), numbers[visible], model,
      selected: numbers[model.selectedPlace(in: numbers)])
  }

  /// The places in `numbers` that the log alone shows in `rows`: those up to the newest while it is followed,
  /// else with the selected one in the middle.
  static func visible(_ numbers: [Int], rows: Int, _ model: MonitorModel) -> Range<Int> {
    let rows = max(0, rows)
    guard model.ui.logView.selected != nil else {
      return max(0, numbers.count - rows)..<numbers.count
    }
    let middle = model.selectedPlace(in: numbers) - rows / 2
    let first = max(0, min(middle, numbers.count - rows))
    return first..<min(numbers.count, first + rows)
  }

  private static func title(
    _ frame: inout Frame, _ rect: Rect, note: String, hasFocus: Bool
  ) {
    frame.rule(
      Rect(x: rect.x, y: rect.y, width: rect.width, height: 1), title: "Log", note: note,
      hasFocus: hasFocus)
  }

  /// The entries with those absolute numbers, a line each; where one is `selected` a column is for its mark.
  private static func lines(
    _ frame: inout Frame, _ rect: Rect, _ numbers: some Collection<Int>, _ model: MonitorModel,
    selected: Int? = nil
  ) {
    let log = model.shown.log
    let mark = selected == nil ? 0 : 1
    let width = max(0, rect.width - mark)
    for (row, number) in numbers.enumerated() where row < rect.height {
      let y = rect.y + row
      var spans = LogWords.spans(log[number - log.dropped], width: width)
      if number == selected {
        frame.fill(rect.x, y, width: rect.width, .selection)
        frame.put(rect.x, y, ">", .selection, limit: rect.width)
        for index in spans.indices { spans[index].role = .selection }
      }
      frame.put(rect.x + mark, y, spans, limit: width)
    }
  }
}

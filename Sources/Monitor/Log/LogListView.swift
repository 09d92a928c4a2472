import Telemetry
import Themes

/// The log alone: filtered, with a selection from which Enter goes to the moment.
enum LogListView {
  /// The places in `numbers` that a list of `rows` shows: those up to the newest while it is followed, else
  /// with the selected one in the middle.
  static func visible(_ numbers: [Int], rows: Int, _ model: MonitorModel) -> Range<Int> {
    let rows = max(0, rows)
    guard model.ui.logView.selected != nil else {
      return max(0, numbers.count - rows)..<numbers.count
    }
    let middle = model.selectedPlace(in: numbers) - rows / 2
    let first = max(0, min(middle, numbers.count - rows))
    return first..<min(numbers.count, first + rows)
  }

  static func paint(_ frame: inout Frame, _ rect: Rect, _ model: MonitorModel) {
    guard !rect.isEmpty else { return }
    let (log, numbers) = (model.shown.log, model.filteredLog)
    var note = "\(log.count) kept"
    if let filter = model.ui.logView.filter {
      note = "\(filter.text): \(numbers.count) of \(log.count)"
    }
    frame.rule(
      Rect(x: rect.x, y: rect.y, width: rect.width, height: 1), title: "Log", note: note,
      hasFocus: true)
    guard !numbers.isEmpty else {
      let words = log.count == 0 ? "nothing has happened yet" : "the filter lets none through"
      frame.putClipped(rect.x + 2, rect.y + 1, words, .dim, limit: max(0, rect.width - 2))
      return
    }
    let selected = model.selectedPlace(in: numbers)
    let visible = visible(numbers, rows: rect.height - 1, model)
    for (row, place) in visible.enumerated() {
      let y = rect.y + 1 + row
      let entry = log[numbers[place] - log.dropped]
      var spans = LogWords.spans(entry, width: rect.width - 1)
      if place == selected {
        frame.fill(rect.x, y, width: rect.width, .selection)
        frame.put(rect.x, y, ">", .selection, limit: rect.width)
        for index in spans.indices { spans[index].role = .selection }
      }
      frame.put(rect.x + 1, y, spans, limit: max(0, rect.width - 1))
    }
  }
}

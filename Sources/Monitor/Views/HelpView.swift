import Themes

/// The help screen, made from the key table, with the letters and words of the screen after it.
enum HelpView {
  /// The rows of text on a screen of `height` rows.
  static func rows(height: Int) -> Int { max(0, height - 4) }
  /// The highest first line.
  static func lastTop(model: MonitorModel) -> Int {
    let count = model.ui.help.map { shown($0, model.keyBindings).lines.count } ?? 0
    return max(0, count - rows(height: model.height))
  }

  /// The lines of `help` that are shown, and how many of them have what is looked for.
  static func shown(
    _ help: UIState.Help, _ bindings: [KeyBinding]
  ) -> (lines: [HelpLine], count: Int) {
    let lines = help.isAll ? HelpContent.all(bindings) : HelpContent.lines(help.context, bindings)
    return HelpSearch(help.search).matches(in: lines)
  }

  static func paint(_ frame: inout Frame, _ help: UIState.Help, _ bindings: [KeyBinding]) {
    let width = min(frame.width, 80)
    let rect = Rect(
      x: (frame.width - width) / 2, y: min(1, max(0, frame.height - 1)), width: width,
      height: max(0, frame.height - 2))
    let title = "Help: \(help.isAll ? "all views" : help.context.title)"
    frame.box(rect, title: title)
    let next = rect.x + 2 + CellWidth.columns(title) + 2
    let keys = " \(help.isAll ? "? closes" : "? again: all views")  / search "
    let left = rect.x + rect.width - 2 - CellWidth.columns(keys)
    if left > next { frame.put(left, rect.y, keys, .dim) }
    let (lines, count) = shown(help, bindings)
    let rows = rect.inner.height
    let top = max(0, min(help.top, lines.count - rows))
    for (row, line) in lines.dropFirst(top).prefix(rows).enumerated() {
      frame.put(rect.inner.x + 1, rect.inner.y + row, line.spans, limit: rect.inner.width - 1)
    }
    var notes: [Span] = []
    if help.isTyping || !help.search.isEmpty {
      let found = count == 0 ? "no line" : "\(count) line\(count == 1 ? "" : "s")"
      notes = [
        Span(" /", .title), Span(help.search + (help.isTyping ? "_" : ""), .field),
        Span("  \(found) ", count == 0 ? .warning : .text),
      ]
    }
    if lines.count > rows {
      notes.append(
        Span(" \(min(lines.count, top + rows)) of \(lines.count) lines, PgDn PgUp ", .dim))
    }
    frame.put(rect.x + 2, rect.bottom - 1, notes, limit: max(0, width - 4))
  }

  /// The lines of `context`, all of them.
  static func lines(_ context: InputContext) -> [[Span]] {
    HelpContent.lines(context, KeyBinding.all).map(\.spans)
  }
}

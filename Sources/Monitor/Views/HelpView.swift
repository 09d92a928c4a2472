import Themes

/// The help screen, made from the key table, with the letters and words of the screen after it.
enum HelpView {
  /// The rows of text on a screen of `height` rows.
  static func rows(height: Int) -> Int { max(0, height - 4) }
  /// The highest first line.
  static func lastTop(model: MonitorModel) -> Int {
    let count = model.ui.help.map { shown($0, model.keys).lines.count } ?? 0
    return max(0, count - rows(height: model.height))
  }

  /// The lines of `help` that are shown, and how many of them have what is looked for.
  static func shown(
    _ help: UIState.Help, _ keys: KeyTable
  ) -> (lines: [HelpLine], count: Int) {
    let lines =
      help.isAll ? HelpContent.all(keys.bindings) : HelpContent.lines(help.context, keys.bindings)
    return HelpSearch(help.search).matches(in: lines)
  }

  static func paint(_ frame: inout Frame, _ help: UIState.Help, _ keys: KeyTable) {
    let width = min(frame.width, 80)
    let rect = Rect(
      x: (frame.width - width) / 2, y: min(1, max(0, frame.height - 1)), width: width,
      height: max(0, frame.height - 2))
    let title = "Help: \(help.isAll ? "all views" : help.context.title)"
    frame.box(rect, title: title)
    let next = rect.x + 2 + CellWidth.columns(title) + 2
    let hint = hint(help, keys)
    let left = rect.x + rect.width - 2 - CellWidth.columns(hint)
    if left > next { frame.put(left, rect.y, hint, .dim) }
    let (lines, count) = shown(help, keys)
    let rows = rect.inner.height
    let top = max(0, min(help.top, lines.count - rows))
    for (row, line) in lines.dropFirst(top).prefix(rows).enumerated() {
      frame.put(rect.inner.x + 1, rect.inner.y + row, line.spans, limit: rect.inner.width - 1)
    }
    var notes: [Span] = []
    if help.isTyping || !help.search.isEmpty {
      let all = keys.keys(of: .help, in: .helpSearch).first?.name ?? ""
      let found =
        count == 0
        ? "no line\(help.isAll ? "" : " here, \(all) looks in all views")"
        : "\(count) line\(count == 1 ? "" : "s")"
      notes = [
        Span(" /", .title), Span(help.search + (help.isTyping ? "_" : ""), .field),
        Span("  \(found) ", count == 0 ? .warning : .text),
      ]
    }
    if lines.count > rows {
      let pages = [Action.pageDown, .pageUp].compactMap { keys.keys(of: $0, in: .help).first?.name }
        .joined(separator: " ")
      notes.append(
        Span(" \(min(lines.count, top + rows)) of \(lines.count) lines, \(pages) ", .dim))
    }
    frame.put(rect.x + 2, rect.bottom - 1, notes, limit: max(0, width - 4))
  }

  /// What goes on from here. Of the keys for help the last: `?`, not F1.
  private static func hint(_ help: UIState.Help, _ keys: KeyTable) -> String {
    let again = keys.keys(of: .help, in: help.context).last { $0 != .character("h") }?.name ?? "F1"
    let search = keys.keys(of: .openSearch, in: .help).first?.name ?? ""
    return " \(again) \(help.isAll ? "closes" : "again: all views")  \(search) search "
  }

  /// The lines of `context`, all of them.
  static func lines(_ context: InputContext, _ keys: KeyTable = .standard) -> [[Span]] {
    HelpContent.lines(context, keys.bindings).map(\.spans)
  }
}

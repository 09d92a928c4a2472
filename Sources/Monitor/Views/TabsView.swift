import Themes

/// The second line: the views, the one that is shown marked.
enum TabsView {
  struct Item {
    let view: MonitorView
    let text: String
    let columns: Range<Int>
  }

  /// The tabs in `width` columns: words, or digits alone where there is no room but for the one shown.
  static func items(_ shown: MonitorView, width: Int) -> [Item] {
    for style in 0..<3 {
      let items = items(shown, style)
      if items.last.map({ $0.columns.upperBound <= width }) ?? false { return items }
    }
    return items(shown, 2).filter { $0.columns.upperBound <= width }
  }

  private static func items(_ shown: MonitorView, _ style: Int) -> [Item] {
    var x = 0
    return MonitorView.allCases.map { view in
      let hasWord = style == 0 || style == 1 && view == shown
      let word = hasWord ? "\(view.key) \(view.title)" : "\(view.key)"
      // Brackets mark it where there is no colour.
      let text = view == shown ? "[\(word)]" : " \(word)"
      defer { x += CellWidth.columns(text) }
      return Item(view: view, text: text, columns: x..<(x + CellWidth.columns(text)))
    }
  }

  static func paint(_ frame: inout Frame, _ rect: Rect, _ model: MonitorModel) {
    guard !rect.isEmpty else { return }
    frame.fill(rect.x, rect.y, width: rect.width, .tab)
    for item in items(model.ui.view, width: rect.width) {
      let role: Role = item.view == model.ui.view ? .tabActive : .tab
      frame.put(rect.x + item.columns.lowerBound, rect.y, item.text, role, limit: rect.width)
    }
  }
}

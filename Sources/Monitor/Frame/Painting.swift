import Themes

/// A stretch of text of one role.
struct Span {
  var text: String
  var role: Role
  init(_ text: String, _ role: Role = .text) {
    self.text = text
    self.role = role
  }
}

extension Frame {
  /// Writes `text` into at most `limit` columns; where it does not fit, the last one is `…`.
  @discardableResult
  mutating func putClipped(
    _ x: Int, _ y: Int, _ text: String, _ role: Role = .text, limit: Int
  ) -> Int {
    guard limit > 0 else { return x }
    if CellWidth.columns(text) <= limit { return put(x, y, text, role, limit: limit) }
    let next = put(x, y, text, role, limit: limit - 1)
    return put(next, y, "…", role, limit: x + limit - next)
  }

  /// Writes `spans` one after the other into at most `limit` columns.
  @discardableResult
  mutating func put(_ x: Int, _ y: Int, _ spans: [Span], limit: Int) -> Int {
    var column = x
    for (index, span) in spans.enumerated() {
      let room = x + limit - column
      if room <= 0 { break }
      if CellWidth.columns(span.text) == room,
        spans[(index + 1)...].contains(where: { !$0.text.isEmpty })
      {
        // Exactly full, and more would follow: say so.
        column = put(column, y, span.text, span.role, limit: room - 1)
        return put(column, y, "…", span.role, limit: 1)
      }
      column = putClipped(column, y, span.text, span.role, limit: room)
    }
    return column
  }

  /// Writes those of `facts`, a word and its number each, that fit whole, from the first one on; the first one in
  /// any case: a number that is cut would be another one.
  mutating func put(_ x: Int, _ y: Int, facts: [[Span]], limit: Int) {
    var spans: [Span] = []
    var (columns, padding) = (0, 0)
    for fact in facts {
      for span in fact {
        let width = CellWidth.columns(span.text)
        let blanks = span.text.utf8.reversed().prefix { $0 == 0x20 }.count
        columns += width
        padding = blanks == width ? padding + blanks : blanks
      }
      if !spans.isEmpty && columns - padding > limit { break }
      spans += fact
    }
    // Blanks at the end are nothing that could be cut.
    while spans.last?.text.last == " " {
      spans[spans.count - 1].text.removeLast()
      if spans.last?.text.isEmpty == true { spans.removeLast() }
    }
    put(x, y, spans, limit: limit)
  }

  /// A rule with a title, as the head of a pane; brackets mark the focus where there is no colour.
  mutating func rule(_ rect: Rect, title: String, note: String = "", hasFocus: Bool) {
    guard rect.width > 0 else { return }
    let role: Role = hasFocus ? .borderFocus : .border
    put(rect.x, rect.y, count: rect.width, role) { _ in "─" }
    let shown = hasFocus ? "[\(title)]" : " \(title) "
    let next = putClipped(rect.x + 1, rect.y, shown, .title, limit: rect.width - 1)
    let columns = CellWidth.columns(note) + 2
    if !note.isEmpty && next + columns + 2 <= rect.x + rect.width {
      put(rect.x + rect.width - columns - 1, rect.y, " \(note) ", .dim, limit: columns)
    }
  }

  /// A box with a title over whatever was there.
  mutating func box(_ rect: Rect, title: String) {
    guard !rect.isEmpty else { return }
    for y in rect.y..<rect.bottom { fill(rect.x, y, width: rect.width, .text) }
    guard rect.width > 1 && rect.height > 1 else { return }
    let right = rect.x + rect.width - 1
    for x in rect.x...right {
      self[x, rect.y] = Cell("─", .borderFocus)
      self[x, rect.bottom - 1] = Cell("─", .borderFocus)
    }
    for y in rect.y..<rect.bottom {
      self[rect.x, y] = Cell("│", .borderFocus)
      self[right, y] = Cell("│", .borderFocus)
    }
    self[rect.x, rect.y] = Cell("┌", .borderFocus)
    self[right, rect.y] = Cell("┐", .borderFocus)
    self[rect.x, rect.bottom - 1] = Cell("└", .borderFocus)
    self[right, rect.bottom - 1] = Cell("┘", .borderFocus)
    putClipped(rect.x + 2, rect.y, " \(title) ", .title, limit: rect.width - 4)
  }
}

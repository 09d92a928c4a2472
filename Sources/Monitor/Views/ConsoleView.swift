import Console
import Telemetry
import Themes

/// The guest's serial console: the screen of a terminal, and what has scrolled off it.
enum ConsoleView {
  static func paint(_ frame: inout Frame, _ rect: Rect, _ model: MonitorModel) {
    guard !rect.isEmpty else { return }
    title(&frame, rect, model)
    let console = model.shown.console
    var body = rect.dropping(1)
    // A margin as in other panes, unless it would cost who works in the console the last column.
    let isInUse = model.isAttached || model.ui.zoom == .console || model.ui.view == .console
    if body.width > console.columns || !isInUse {
      body.x += 1
      body.width -= 1
    }
    let visible = model.visibleConsole(rows: body.height)
    for (row, number) in visible.enumerated() {
      let match = model.ui.search.columns(ofLine: number, width: console.columns)
      paint(
        &frame, body.x, body.y + row, console.line(number), limit: body.width,
        match: match, isReverse: console.isReverse)
    }
    let cursor = console.cursor
    guard model.isAttached, console.isCursorVisible, visible.contains(cursor.line),
      cursor.column < body.width
    else { return }
    let (x, y) = (body.x + cursor.column, body.y + cursor.line - visible.lowerBound)
    frame[x, y].role = .console
    frame[x, y].rendition.attributes.formSymmetricDifference(.reverse)
  }

  /// Says above all whose the keyboard is.
  private static func title(_ frame: inout Frame, _ rect: Rect, _ model: MonitorModel) {
    let line = Rect(x: rect.x, y: rect.y, width: rect.width, height: 1)
    let isFollowing = model.ui.console.bottom == nil
    guard model.isAttached else {
      frame.rule(
        line, title: "Console COM1", note: isFollowing ? "" : "scrolled, End follows",
        hasFocus: model.ui.focus == .console)
      return
    }
    frame.fill(line.x, line.y, width: line.width, .bar)
    let short = "keys go to the guest, \(model.keys.escapeKey.name) takes them back"
    let text = "Console COM1: \(short)"
    frame.putClipped(
      line.x + 1, line.y, CellWidth.columns(text) < line.width ? text : short, .bar,
      limit: line.width - 1)
  }

  private static func paint(
    _ frame: inout Frame, _ x: Int, _ y: Int, _ line: TerminalLine, limit: Int,
    match: Range<Int>?, isReverse: Bool
  ) {
    let used = line.usedColumns
    let count = min(limit, isReverse ? line.cells.count : used)
    for (column, source) in line.cells.prefix(max(0, count)).enumerated() {
      var cell = Cell(" ", .console)
      cell.scalar = source.scalar
      cell.rendition = source.rendition
      if source.rendition.attributes.contains(.conceal) { cell.scalar = 0x20 }
      if isReverse { cell.rendition.attributes.formSymmetricDifference(.reverse) }
      if match?.contains(column) == true {
        cell.role = .selection
        cell.rendition = Rendition()
      }
      frame[x + column, y] = cell
    }
    guard used > limit, limit > 0 else { return }
    // There is more to the right; a wide character must not be cut in two.
    if limit > 1 && line.cells[limit - 1].scalar == 0 {
      frame[x + limit - 2, y] = Cell(" ", .console)
    }
    frame[x + limit - 1, y] = Cell("…", .console)
  }
}

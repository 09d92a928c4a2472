import CCurses
import Monitor

/// Hands to ncurses what of a frame differs from the one before. A value, so that a frame is one access to the screen
/// that has it, where each cell of a class's would be several.
struct FramePainter {
  /// What cells look like.
  var paints: PaintTable
  /// What ncurses has; nil: nothing that is known.
  private(set) var shown: Frame?
  private var run = CellRun()

  init(_ paints: PaintTable) { self.paints = paints }

  /// Nothing is known of what ncurses has: the next frame is handed over as a whole.
  mutating func forget() { shown = nil }

  /// Hands `frame` over; false where nothing differs. What is missing of a screen of that size is blank, what is
  /// beyond it left out.
  mutating func put(_ frame: Frame, columns: Int, rows: Int, glyphs: GlyphSet) -> Bool {
    let row = TerminalRow(glyphs: glyphs)
    var hasChanges = false
    if let shown, shown.width == frame.width, shown.height == frame.height {
      for y in 0..<min(rows, frame.height) {
        guard let part = frame.difference(from: shown, row: y) else { continue }
        if frame.hasWide(row: y) || shown.hasWide(row: y) {
          let old = row.cells(shown.row(y), width: columns)
          hasChanges = put(row.cells(frame.row(y), width: columns), over: old, row: y) || hasChanges
        } else {
          hasChanges = put(frame, part.clamped(to: 0..<columns), row: y, row) || hasChanges
        }
      }
    } else {
      let blank = ArraySlice<Cell>()
      for y in 0..<rows {
        let new = y < frame.height ? frame.row(y) : blank
        hasChanges = put(row.cells(new, width: columns), over: nil, row: y) || hasChanges
      }
    }
    shown = frame
    return hasChanges
  }

  /// Hands a part of a row without wide characters to ncurses: each cell is one column, whatever is beside it.
  private mutating func put(
    _ frame: Frame, _ part: Range<Int>, row y: Int, _ row: TerminalRow
  ) -> Bool {
    guard !part.isEmpty else { return false }
    run.begin(&paints)
    let cells = frame.row(y)
    for place in (cells.startIndex + part.lowerBound)..<(cells.startIndex + part.upperBound) {
      run.add(row.single(cells[place]), &paints)
    }
    run.put(row: y, column: part.lowerBound)
    return true
  }

  /// Hands the changed part of a row to ncurses; a row with wide characters as a whole, so that none
  /// is cut in two. False when nothing changed.
  private mutating func put(_ cells: [Cell], over old: [Cell]?, row: Int) -> Bool {
    var first = 0
    var end = cells.count
    if let old {
      while first < end && cells[first] == old[first] { first += 1 }
      guard first < end else { return false }
      while cells[end - 1] == old[end - 1] { end -= 1 }
      if cells.contains(where: { $0.scalar == 0 }) || old.contains(where: { $0.scalar == 0 }) {
        first = 0
        end = cells.count
      }
    }
    run.begin(&paints)
    for cell in cells[first..<end] where cell.scalar != 0 { run.add(cell, &paints) }
    run.put(row: row, column: first)
    return true
  }
}

extension TerminalState {
  mutating func control(_ sequence: ControlSequence) {
    switch (sequence.marker, sequence.intermediate) {
    case (0, 0): plainControl(sequence)
    case (UInt8(ascii: "?"), 0): privateControl(sequence)
    case (UInt8(ascii: ">"), 0):
      if sequence.final == UInt8(ascii: "c") && sequence[0] == 0 { answer(">0;10;0c") }
    case (0, UInt8(ascii: "!")):
      if sequence.final == UInt8(ascii: "p") { softReset() }
    default: break
    }
  }

  private mutating func plainControl(_ sequence: ControlSequence) {
    let times = sequence.times()
    switch sequence.final {
    case UInt8(ascii: "A"): moveRows(-times)
    case UInt8(ascii: "B"), UInt8(ascii: "e"): moveRows(times)
    case UInt8(ascii: "C"), UInt8(ascii: "a"): moveTo(column: cursor.column + times)
    case UInt8(ascii: "D"): moveTo(column: cursor.column - times)
    case UInt8(ascii: "E"):
      moveRows(times)
      moveTo(column: 0)
    case UInt8(ascii: "F"):
      moveRows(-times)
      moveTo(column: 0)
    case UInt8(ascii: "G"), UInt8(ascii: "`"): moveTo(column: times - 1)
    case UInt8(ascii: "H"), UInt8(ascii: "f"):
      moveTo(row: times - 1)
      moveTo(column: sequence.times(1) - 1)
    case UInt8(ascii: "d"): moveTo(row: times - 1)
    case UInt8(ascii: "I"): tab(forward: times)
    case UInt8(ascii: "Z"): tab(back: times)
    case UInt8(ascii: "J"): eraseDisplay(sequence[0])
    case UInt8(ascii: "K"): eraseLine(sequence[0])
    case UInt8(ascii: "L"): insertLines(times)
    case UInt8(ascii: "M"): deleteLines(times)
    case UInt8(ascii: "@"): edit { line, x, blank in line.insert(times, at: x, blank) }
    case UInt8(ascii: "P"): edit { line, x, blank in line.delete(times, at: x, blank) }
    case UInt8(ascii: "X"): edit { line, x, blank in line.erase(x..<(x + times), blank) }
    case UInt8(ascii: "S"): scrollUp(times)
    // With more parameters it is mouse tracking.
    case UInt8(ascii: "T"): if sequence.count <= 1 { scrollDown(times) }
    case UInt8(ascii: "b"): repeatLast(times)
    case UInt8(ascii: "c"): if sequence[0] == 0 { answerAttributes() }
    case UInt8(ascii: "g"): clearTabStops(sequence[0])
    case UInt8(ascii: "h"): setModes(sequence, to: true)
    case UInt8(ascii: "l"): setModes(sequence, to: false)
    case UInt8(ascii: "m"): selectRendition(sequence)
    case UInt8(ascii: "n"): report(sequence[0], marker: "")
    case UInt8(ascii: "r"): setRegion(sequence)
    case UInt8(ascii: "s"): if sequence.count == 0 { saved = cursor }
    case UInt8(ascii: "u"): if sequence.count == 0 { restore(saved) }
    // Window operations: only the size in characters is told.
    case UInt8(ascii: "t"): if sequence[0] == 18 { answer("8;\(rows);\(columns)t") }
    default: break
    }
  }

  // MARK: Moving

  /// CUU, CUD: the margins of the region stop what starts inside.
  private mutating func moveRows(_ step: Int) {
    let top = cursor.row >= region.lowerBound ? region.lowerBound : 0
    let bottom = cursor.row < region.upperBound ? region.upperBound - 1 : rows - 1
    cursor.row = max(top, min(bottom, cursor.row + step))
    cursor.wrapIsPending = false
  }

  private mutating func moveTo(column: Int) {
    cursor.column = max(0, min(column, columns - 1))
    cursor.wrapIsPending = false
  }

  /// Rows count from the region's first where DECOM says so.
  mutating func moveTo(row: Int) {
    let range = cursor.isOriginRelative ? region : 0..<rows
    cursor.row = max(range.lowerBound, min(range.upperBound - 1, range.lowerBound + row))
    cursor.wrapIsPending = false
  }

  /// DECSTBM; a region has two rows at least.
  private mutating func setRegion(_ sequence: ControlSequence) {
    let top = sequence.times() - 1
    let bottom = sequence[1] == 0 ? rows : min(rows, sequence[1])
    guard bottom - top >= 2 || (top == 0 && bottom == rows) else { return }
    region = top..<bottom
    moveTo(row: 0)
    moveTo(column: 0)
  }

  private mutating func clearTabStops(_ which: Int) {
    if which == 0 { tabStops[cursor.column] = false }
    if which == 3 { tabStops = Array(repeating: false, count: columns) }
  }

  // MARK: Erasing and editing

  /// ED. 3, the scroll-back, is the operator's.
  private mutating func eraseDisplay(_ which: Int) {
    let blankLine = TerminalLine(columns: columns, blank)
    switch which {
    case 0:
      eraseLine(0)
      for row in (cursor.row + 1)..<max(rows, cursor.row + 1) { screen.lines[row] = blankLine }
    case 1:
      for row in 0..<cursor.row { screen.lines[row] = blankLine }
      eraseLine(1)
    case 2:
      for row in 0..<rows { screen.lines[row] = blankLine }
    default: break
    }
  }

  /// EL.
  private mutating func eraseLine(_ which: Int) {
    let (row, x) = (cursor.row, cursor.column)
    let ranges = [x..<columns, 0..<(x + 1), 0..<columns]
    guard which < ranges.count else { return }
    screen.lines[row].erase(ranges[which], blank)
    if which != 1 { screen.lines[row].isWrapped = false }
    cursor.wrapIsPending = false
  }

  /// ICH, DCH, ECH.
  private mutating func edit(_ body: (inout TerminalLine, Int, TerminalCell) -> Void) {
    body(&screen.lines[cursor.row], cursor.column, blank)
    cursor.wrapIsPending = false
  }

  /// IL and DL work inside the region only.
  private mutating func insertLines(_ count: Int) {
    guard region.contains(cursor.row) else { return }
    let below = cursor.row..<region.upperBound
    screen.scrollDown(below, by: count, columns: columns, blank)
    moveTo(column: 0)
  }

  private mutating func deleteLines(_ count: Int) {
    guard region.contains(cursor.row) else { return }
    let below = cursor.row..<region.upperBound
    screen.scrollUp(below, by: count, columns: columns, blank)
    moveTo(column: 0)
  }

  /// REP, a row at most: programs use it for less, and it must not be a way to keep us busy.
  private mutating func repeatLast(_ times: Int) {
    guard let scalar = lastPrinted else { return }
    for _ in 0..<min(times, columns) {
      put(scalar, columns: PrintableScalar.columns(of: scalar))
    }
  }

  // MARK: Reports

  /// DSR: the terminal is fine, and where its cursor is.
  func reportedRow() -> Int {
    cursor.row + 1 - (cursor.isOriginRelative ? region.lowerBound : 0)
  }

  mutating func report(_ what: Int, marker: String) {
    if what == 5 && marker.isEmpty { answer("0n") }
    if what == 6 { answer("\(marker)\(reportedRow());\(cursor.column + 1)R") }
  }
}

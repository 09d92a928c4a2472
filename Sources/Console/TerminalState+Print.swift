extension TerminalState: ControlHandler {
  mutating func print(_ bytes: [UInt8], _ range: Range<Int>) {
    guard
      cursor.sets[cursor.set] == .ascii && cursor.singleShift == nil && !modes.inserts
    else {
      for index in range { put(UInt32(bytes[index]), columns: 1) }
      return
    }
    lastPrinted = UInt32(bytes[range.upperBound - 1])
    var next = range.lowerBound
    while next < range.upperBound {
      wrapIfPending()
      // Without DECAWM what does not fit overwrites the last column: only its last character stays.
      let room = columns - cursor.column
      if room == 1 && !modes.wraps { next = range.upperBound - 1 }
      let count = min(room, range.upperBound - next)
      screen.lines[cursor.row].put(
        bytes, next..<(next + count), at: cursor.column, cursor.rendition)
      next += count
      advance(by: count)
    }
  }

  mutating func print(_ scalar: UInt32) {
    guard let shown = PrintableScalar.shown(scalar) else { return }
    put(shown, columns: PrintableScalar.columns(of: shown))
  }

  /// Puts a character that is fit to be shown, 1 or 2 columns wide.
  mutating func put(_ scalar: UInt32, columns wanted: Int) {
    let set = cursor.sets[cursor.singleShift ?? cursor.set]
    cursor.singleShift = nil
    // A screen of one column has no room for wide ones.
    let isWide = wanted == 2 && columns > 1
    let width = isWide ? 2 : 1
    let shown = wanted == 2 && !isWide ? PrintableScalar.replacement : set.scalar(scalar)
    lastPrinted = scalar
    wrapIfPending()
    if cursor.column + width > columns {
      if modes.wraps {
        cursor.wrapIsPending = true
        wrapIfPending()
      } else {
        cursor.column = columns - width
      }
    }
    let (x, rendition) = (cursor.column, cursor.rendition)
    if modes.inserts { screen.lines[cursor.row].insert(width, at: x, blank) }
    screen.lines[cursor.row].separate(at: x)
    screen.lines[cursor.row].separate(at: x + width)
    screen.lines[cursor.row].cells[x] = TerminalCell(scalar: shown, rendition: rendition)
    if isWide {
      screen.lines[cursor.row].cells[x + 1] = TerminalCell(scalar: 0, rendition: rendition)
    }
    advance(by: width)
  }

  private mutating func wrapIfPending() {
    guard cursor.wrapIsPending else { return }
    screen.lines[cursor.row].isWrapped = true
    cursor.column = 0
    index()
  }

  private mutating func advance(by count: Int) {
    cursor.column += count
    if cursor.column >= columns {
      cursor.column = columns - 1
      cursor.wrapIsPending = modes.wraps
    }
  }

  // MARK: Controls

  mutating func execute(_ control: UInt8) {
    switch control {
    case 0x07: bells &+= 1
    case 0x08:
      cursor.column = max(0, cursor.column - 1)
      cursor.wrapIsPending = false
    case 0x09: tab(forward: 1)
    case 0x0a, 0x0b, 0x0c:
      screen.lines[cursor.row].isWrapped = false
      index()
      if modes.returnsOnLineFeed || !knowsReturns { cursor.column = 0 }
    case 0x0d:
      knowsReturns = true
      cursor.column = 0
      cursor.wrapIsPending = false
    case 0x0e: cursor.set = 1
    case 0x0f: cursor.set = 0
    default: break
    }
  }

  /// Moves to the `count`th tab stop from here, the last column where there is none.
  mutating func tab(forward count: Int) {
    cursor.wrapIsPending = false
    for _ in 0..<min(count, columns) {
      repeat {
        if cursor.column == columns - 1 { return }
        cursor.column += 1
      } while !tabStops[cursor.column]
    }
  }

  /// Moves back to the `count`th tab stop, column 0 where there is none.
  mutating func tab(back count: Int) {
    cursor.wrapIsPending = false
    for _ in 0..<min(count, columns) {
      repeat {
        if cursor.column == 0 { return }
        cursor.column -= 1
      } while !tabStops[cursor.column]
    }
  }
}

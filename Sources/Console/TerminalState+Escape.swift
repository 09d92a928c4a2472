extension TerminalState {
  mutating func escape(_ sequence: ControlSequence) {
    switch sequence.intermediate {
    case 0: escape(sequence.final)
    case 0x28...0x2b:  // ( ) * +: G0 to G3
      cursor.sets[Int(sequence.intermediate) - 0x28] = GraphicSet(designation: sequence.final)
    case 0x23 where sequence.final == 0x38: alignmentPattern()
    default: break
    }
  }

  private mutating func escape(_ final: UInt8) {
    switch final {
    case UInt8(ascii: "7"): saved = cursor
    case UInt8(ascii: "8"): restore(saved)
    case UInt8(ascii: "D"): index()
    case UInt8(ascii: "E"):
      cursor.column = 0
      index()
    case UInt8(ascii: "H"): tabStops[cursor.column] = true
    case UInt8(ascii: "M"): reverseIndex()
    case UInt8(ascii: "N"): cursor.singleShift = 2
    case UInt8(ascii: "O"): cursor.singleShift = 3
    case UInt8(ascii: "Z"): answerAttributes()
    case UInt8(ascii: "c"): reset()
    case UInt8(ascii: "n"): cursor.set = 2
    case UInt8(ascii: "o"): cursor.set = 3
    default: break  // = and > (keypad modes) too: we have no keypad of its own.
    }
  }

  mutating func restore(_ other: Cursor) {
    cursor = other
    let pending = other.wrapIsPending
    settle(&cursor)
    cursor.wrapIsPending = pending && cursor.column == columns - 1
  }

  /// DECALN.
  private mutating func alignmentPattern() {
    region = 0..<rows
    let line = TerminalLine(columns: columns, TerminalCell(scalar: 0x45))
    for row in 0..<rows { screen.lines[row] = line }
    cursor.row = 0
    cursor.column = 0
    cursor.wrapIsPending = false
  }

  /// RIS: as switched on, but for the scroll-back.
  private mutating func reset() {
    mainScreen = nil
    screen = TerminalScreen(columns: columns, rows: rows)
    tabStops = Self.defaultTabStops(columns)
    softReset()
    cursor = Cursor()
    lastPrinted = nil
  }

  /// DECSTR (VT220 manual, table 4-10).
  mutating func softReset() {
    modes = Modes()
    region = 0..<rows
    let (row, column) = (cursor.row, cursor.column)
    cursor = Cursor()
    (cursor.row, cursor.column) = (row, column)
    saved = Cursor()
  }

  // MARK: Answers

  private static let answerLimit = 256

  /// Puts `text` after CSI into the guest's input, unless too much waits there already.
  mutating func answer(_ text: String) {
    let bytes = [0x1b, 0x5b] + Array(text.utf8)
    if answers.count + bytes.count <= Self.answerLimit { answers += bytes }
  }

  /// DA: a VT100 with the advanced video option.
  mutating func answerAttributes() { answer("?1;2c") }
}

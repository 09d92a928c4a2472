/// INT 10h: text mode 3 on a terminal. There is no video memory: characters go out as they are printed,
/// positions and colours as control sequences (ECMA-48), and what a guest reads back is blank.
struct BIOSScreen: Sendable, Equatable {
  private static let columns: UInt8 = 80
  private static let rows: UInt8 = 25
  /// Grey on black.
  private static let usualAttribute: UInt8 = 7

  private var row: UInt8 = 0
  private var column: UInt8 = 0
  /// What the terminal's colours are now.
  private var attribute = Self.usualAttribute
  /// What the last 09h or 0Ah put at the cursor, which it does not move. Callers print the same character
  /// there next, and then it need not be sent twice.
  private var held: (character: UInt8, attribute: UInt8, count: UInt16)? {
    get { heldCount > 0 ? (heldCharacter, heldAttribute, heldCount) : nil }
    set {
      (heldCharacter, heldAttribute, heldCount) = newValue ?? (0, 0, 0)
    }
  }
  private var heldCharacter: UInt8 = 0
  private var heldAttribute: UInt8 = 0
  private var heldCount: UInt16 = 0

  /// Serves the call; what is not here is ignored, as old cards do.
  mutating func perform(_ registers: inout BIOSRegisters, on board: some BIOSBoard) {
    switch registers.ah {
    case 0x00:
      held = nil
      (row, column, attribute) = (0, 0, Self.usualAttribute)
      // Bit 7: the screen is not to be cleared.
      board.print(
        Array((registers.al & 0x80 == 0 ? "\u{1B}[0m\u{1B}[2J\u{1B}[H" : "\u{1B}[H").utf8))
    case 0x02: move(row: registers.dx >> 8, column: registers.dx & 0xFF, on: board)
    case 0x03:
      registers.dx = UInt16(row) << 8 | UInt16(column)
      // A cursor of two lines.
      registers.cx = 0x0607
    case 0x06, 0x07: scroll(registers, on: board)
    case 0x08: registers.ax = UInt16(Self.usualAttribute) << 8 | 0x20
    case 0x09, 0x0A:
      flush(on: board)
      held = (registers.al, registers.ah == 9 ? registers.bl : attribute, registers.cx)
    case 0x0E: teletype(registers.al, on: board)
    case 0x0F:
      registers.ax = UInt16(Self.columns) << 8 | 3
      registers.bh = 0
    default: break
    }
    // 40:50, which some read instead of asking.
    board.write([column, row], at: 0x450)
  }

  /// Sends what is held back.
  mutating func flush(on board: some BIOSBoard) {
    guard let held else { return }
    self.held = nil
    setAttribute(held.attribute, on: board)
    // What passes the end of the screen is not shown anyway.
    let room = Int(Self.columns) * Int(Self.rows) - Int(row) * Int(Self.columns) - Int(column)
    let text = BIOSCharacters.bytes(held.character)
    board.print(Array(repeating: text, count: min(Int(held.count), room)).flatMap(\.self))
    place(on: board)
  }

  private mutating func teletype(_ character: UInt8, on board: some BIOSBoard) {
    switch character {
    case 0x07: board.print([character])
    case 0x08:
      flush(on: board)
      guard column > 0 else { return }
      column -= 1
      board.print([character])
    case 0x0A:
      flush(on: board)
      row = min(row + 1, Self.rows - 1)
      board.print([character])
    case 0x0D:
      flush(on: board)
      column = 0
      board.print([character])
    default:
      if let held, held.count == 1, held.character == character {
        self.held = nil
        setAttribute(held.attribute, on: board)
      } else {
        flush(on: board)
      }
      board.print(BIOSCharacters.bytes(character))
      column += 1
      guard column == Self.columns else { return }
      // A terminal waits at the margin for the next character, a card does not.
      column = 0
      row = min(row + 1, Self.rows - 1)
      board.print([0x0D, 0x0A])
    }
  }

  private mutating func move(row: UInt16, column: UInt16, on board: some BIOSBoard) {
    flush(on: board)
    let place = (UInt8(min(row, 24)), UInt8(min(column, 79)))
    guard place != (self.row, self.column) else { return }
    (self.row, self.column) = place
    self.place(on: board)
  }

  private func place(on board: some BIOSBoard) {
    board.print(Array("\u{1B}[\(row + 1);\(column + 1)H".utf8))
  }

  /// Scrolls the window CX to DX by AL lines, or clears it for 0.
  private mutating func scroll(_ registers: BIOSRegisters, on board: some BIOSBoard) {
    flush(on: board)
    let top = min(UInt8(registers.cx >> 8), Self.rows - 1)
    let bottom = min(UInt8(registers.dx >> 8), Self.rows - 1)
    let left = min(UInt8(registers.cx & 0xFF), Self.columns - 1)
    let right = min(UInt8(registers.dx & 0xFF), Self.columns - 1)
    guard top <= bottom, left <= right else { return }
    setAttribute(registers.bh, on: board)
    if registers.al == 0 || registers.al > bottom - top {
      if top == 0 && left == 0 && bottom == Self.rows - 1 && right == Self.columns - 1 {
        board.print(Array("\u{1B}[2J".utf8))
      } else {
        let blank = String(repeating: " ", count: Int(right - left) + 1)
        for line in top...bottom {
          board.print(Array("\u{1B}[\(line + 1);\(left + 1)H\(blank)".utf8))
        }
      }
    } else {
      // A terminal scrolls whole lines only: right for windows of the screen's width, as most are.
      let direction = registers.ah == 6 ? "S" : "T"
      board.print(
        Array("\u{1B}[\(top + 1);\(bottom + 1)r\u{1B}[\(registers.al)\(direction)\u{1B}[r".utf8))
    }
    place(on: board)
  }

  private mutating func setAttribute(_ new: UInt8, on board: some BIOSBoard) {
    guard new != attribute else { return }
    attribute = new
    guard new != Self.usualAttribute else { return board.print(Array("\u{1B}[0m".utf8)) }
    // The card's bits are blue, green, red; the terminal's red, green, blue.
    let colours = [0, 4, 2, 6, 1, 5, 3, 7]
    let foreground = colours[Int(new & 7)] + (new & 8 == 0 ? 30 : 90)
    let background = colours[Int(new >> 4 & 7)] + 40
    board.print(Array("\u{1B}[0;\(foreground);\(background)m".utf8))
  }
}

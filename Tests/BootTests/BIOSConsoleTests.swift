import Testing

@testable import Boot

@Suite("BIOS screen and keyboard") struct BIOSConsoleTests {
  @Test("INT 10h 0Eh prints, and the cursor follows")
  func teletype() {
    var caller = BIOSTestCaller()
    for byte in "ab\u{8}c\r\n".utf8 { caller.call(0x10, 0x0E00 | UInt16(byte)) }
    caller.call(0x10, 0x0E00 | UInt16(UInt8(ascii: "d")))
    #expect(caller.board.takeText() == "ab\u{8}c\r\nd")
    caller.call(0x10, 0x0300)
    #expect(caller.registers.dx == 0x0101)
    #expect(caller.board.read(at: 0x450, count: 2) == [1, 1])
  }

  @Test("a line that is full goes on in the next")
  func wrap() {
    var caller = BIOSTestCaller()
    for _ in 0..<81 { caller.call(0x10, 0x0E78) }
    #expect(
      caller.board.takeText() == String(repeating: "x", count: 80) + "\r\nx")
    caller.call(0x10, 0x0300)
    #expect(caller.registers.dx == 0x0101)
  }

  @Test("a character put at the cursor and then printed is sent once, in its colours")
  func putAndPrint() {
    var caller = BIOSTestCaller()
    caller.registers.ecx = 1
    // Bright yellow on blue: the card's bits are blue, green, red.
    caller.registers.ebx = 0x1E
    caller.call(0x10, 0x0941)
    #expect(caller.board.takeText() == "")
    caller.call(0x10, 0x0E41)
    #expect(caller.board.takeText() == "\u{1B}[0;93;44mA")
    caller.registers.ebx = 0x07
    caller.call(0x10, 0x0942)
    caller.call(0x10, 0x0E42)
    #expect(caller.board.takeText() == "\u{1B}[0mB")
  }

  @Test("characters put at the cursor do not move it")
  func put() {
    var caller = BIOSTestCaller()
    caller.registers.edx = 0x0203
    caller.call(0x10, 0x0200)
    #expect(caller.board.takeText() == "\u{1B}[3;4H")
    (caller.registers.ecx, caller.registers.ebx) = (3, 7)
    caller.call(0x10, 0x092D)
    // A look at the keyboard shows what is held back.
    caller.call(0x16, 0x0100)
    #expect(caller.board.takeText() == "---\u{1B}[3;4H")
    // No more than the screen holds.
    caller.registers.ecx = 0xFFFF
    caller.call(0x10, 0x092D)
    caller.call(0x16, 0x0100)
    #expect(caller.board.printed.count < 2100)
  }

  @Test("control codes and the upper half are code page 437's")
  func characters() {
    #expect(String(decoding: BIOSCharacters.bytes(0x1B), as: UTF8.self) == "\u{2190}")
    #expect(String(decoding: BIOSCharacters.bytes(0xC9), as: UTF8.self) == "\u{2554}")
    #expect(String(decoding: BIOSCharacters.bytes(0xE1), as: UTF8.self) == "\u{DF}")
    for code in UInt8.min...UInt8.max {
      #expect(BIOSCharacters.bytes(code).first.map { $0 >= 0x20 && $0 != 0x7F } == true)
    }
  }

  @Test("clearing and scrolling")
  func scroll() {
    var caller = BIOSTestCaller()
    (caller.registers.ebx, caller.registers.ecx, caller.registers.edx) = (0x0700, 0, 0x184F)
    caller.call(0x10, 0x0600)
    #expect(caller.board.takeText() == "\u{1B}[2J\u{1B}[1;1H")
    caller.call(0x10, 0x0602)
    #expect(caller.board.takeText() == "\u{1B}[1;25r\u{1B}[2S\u{1B}[r\u{1B}[1;1H")
    (caller.registers.ecx, caller.registers.edx) = (0x0101, 0x0102)
    caller.call(0x10, 0x0700)
    #expect(caller.board.takeText() == "\u{1B}[2;2H  \u{1B}[1;1H")
    // From right to left is no window; one that is too large is cut.
    (caller.registers.ecx, caller.registers.edx) = (0x0002, 0x0001)
    caller.call(0x10, 0x0600)
    #expect(caller.board.takeText() == "")
    (caller.registers.ecx, caller.registers.edx) = (0, 0xFFFF)
    caller.call(0x10, 0x06FF)
    #expect(caller.board.takeText() == "\u{1B}[2J\u{1B}[1;1H")
  }

  @Test("modes: 80 columns, and a set clears")
  func modes() {
    var caller = BIOSTestCaller()
    caller.call(0x10, 0x0F00)
    #expect(caller.registers.ax == 0x5003)
    caller.call(0x10, 0x0003)
    #expect(caller.board.takeText() == "\u{1B}[0m\u{1B}[2J\u{1B}[H")
    caller.call(0x10, 0x0800)
    #expect(caller.registers.ax == 0x0720)
  }

  @Test("what a terminal sends becomes keys")
  func keys() {
    let cases: [(String, [UInt16])] = [
      ("a", [0x1E61]), ("A", [0x1E41]), ("?", [0x353F]), ("\r", [0x1C0D]), ("\n", [0x1C0D]),
      ("\u{7F}", [0x0E08]), ("\t", [0x0F09]), ("\u{2}", [0x3002]), (" ", [0x3920]),
      ("\u{1B}", [0x011B]), ("\u{1B}[A", [0x4800]), ("\u{1B}OD", [0x4B00]),
      ("\u{1B}[3~x", [0x5300, 0x2D78]), ("\u{1B}[9~", [0x011B, 0x1A5B, 0x0A39, 0x297E]),
      ("\u{E9}", []),
    ]
    for (text, keys) in cases { #expect(BIOSKeyboard.keys(for: Array(text.utf8)) == keys) }
    // Every printable character of ASCII has a key.
    for code in UInt8(0x20)...0x7E {
      #expect(BIOSKeyboard.keys(for: [code]).first.map { $0 & 0xFF } == UInt16(code))
    }
  }

  @Test("INT 16h: a look leaves the key, a read takes it or waits")
  func keyboard() {
    var caller = BIOSTestCaller()
    caller.call(0x16, 0x0100)
    #expect(caller.registers.zero == true)
    #expect(caller.call(0x16, 0x0000) == .waits)
    caller.board.typed = Array("hi".utf8)
    for function in [0x0100, 0x1100, 0x1000] as [UInt16] {
      #expect(caller.call(0x16, function) == .returned)
      #expect(caller.registers.ax == 0x2368)
      #expect(caller.registers.zero == (function == 0x1000 ? nil : false))
    }
    #expect(caller.call(0x16, 0x0000) == .returned)
    #expect(caller.registers.ax == 0x1769)
    #expect(caller.call(0x16, 0x1000) == .waits)
    caller.call(0x16, 0x02FF)
    #expect(caller.registers.al == 0)
  }
}

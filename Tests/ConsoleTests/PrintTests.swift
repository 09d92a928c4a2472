import Testing

@testable import Console

/// Characters, wrapping, C0 controls (VT100 user guide, chapter 3) and UTF-8.
@Suite struct PrintTests {
  @Test func textAndNewLines() {
    let terminal = TerminalEmulator.after("one\r\ntwo\r\n")
    #expect(terminal.text == ["one", "two", "", ""])
    #expect(terminal.place == [2, 0])
    #expect(terminal.usedEnd == 2)
  }

  @Test func aLineFeedReturnsUntilTheFirstCarriageReturn() {
    var terminal = TerminalEmulator(columns: 10, rows: 4)
    terminal.write("ab\ncd\n")
    #expect(terminal.text == ["ab", "cd", "", ""])
    terminal.write("x\rab\ncd")
    #expect(terminal.text == ["ab", "cd", "ab", "  cd"])
  }

  @Test func carriageReturnBackspaceAndTab() {
    #expect(TerminalEmulator.after("12345\rab").text[0] == "ab345")
    #expect(TerminalEmulator.after("abc\u{8}\u{8}X").text[0] == "aXc")
    #expect(TerminalEmulator.after("\u{8}x").text[0] == "x")
    #expect(TerminalEmulator.after("a\tb").text[0] == "a       b")
    // A tab moves over what is there, and stops at the last column.
    #expect(TerminalEmulator.after("abc\r\tx").text[0] == "abc     x")
    #expect(TerminalEmulator.after("\t\t\tx").place == [0, 9])
  }

  @Test func otherControlsPrintNothing() {
    let terminal = TerminalEmulator.after("a\0\u{1}\u{5}\u{7}\u{7f}b")
    #expect(terminal.text[0] == "ab")
    #expect(terminal.bells == 1)
  }

  /// The last column is written without moving on; the next character wraps.
  @Test func wrapIsPending() {
    #expect(TerminalEmulator.after("0123456789").place == [0, 9])
    let terminal = TerminalEmulator.after("0123456789a")
    #expect(terminal.text == ["0123456789", "a", "", ""])
    #expect(terminal.line(terminal.screenTop).isWrapped)
    // A line feed after a full line is one line feed.
    #expect(TerminalEmulator.after("0123456789\r\na").text == ["0123456789", "a", "", ""])
    #expect(TerminalEmulator.after("0123456789\u{8}X").text[0] == "01234567X9")
  }

  @Test func withoutWrapTheLastColumnIsOverwritten() {
    let terminal = TerminalEmulator.after("\(esc)[?7l0123456789abc")
    #expect(terminal.text == ["012345678c", "", "", ""])
    #expect(TerminalEmulator.after("\(esc)[?7l0123456789\(esc)[?7habc").text[0] == "012345678a")
  }

  @Test func whatScrollsOffIsKept() {
    let terminal = TerminalEmulator.after("1\r\n2\r\n3\r\n4\r\n5\r\n6")
    #expect(terminal.history == ["1", "2"])
    #expect(terminal.text == ["3", "4", "5", "6"])
    #expect(terminal.lines == 0..<6)
  }

  @Test func theScrollBackIsBounded() {
    var terminal = TerminalEmulator(columns: 10, rows: 2, scrollBackLimit: 3)
    for number in 0..<10 { terminal.write("\(number)\r\n") }
    #expect(terminal.history == ["6", "7", "8"])
    #expect(terminal.lines == 6..<11)
    #expect(terminal.line(0).text.isEmpty)
    #expect(terminal.line(7).text == "7")
  }

  @Test func utf8IsDecodedWhereverItIsCut() {
    let bytes = Array("\raµ→é\u{1b}[1mx".utf8)
    for cut in 0...bytes.count {
      var terminal = TerminalEmulator(columns: 10, rows: 1)
      terminal.write(Array(bytes[..<cut]))
      terminal.write(Array(bytes[cut...]))
      #expect(terminal.text == ["aµ→éx"])
      #expect(terminal.rendition(0, 4).attributes == .bold)
    }
  }

  /// Unicode 3.9, table 3-8: U+FFFD for each maximal subpart.
  @Test func brokenUTF8IsReplaced() {
    func shown(_ bytes: [UInt8]) -> String {
      var terminal = TerminalEmulator(columns: 20, rows: 1)
      terminal.write(bytes)
      return terminal.text[0]
    }
    #expect(
      shown([0x61, 0xf1, 0x80, 0x80, 0xe1, 0x80, 0xc2, 0x62, 0x80, 0x63, 0x80, 0xbf, 0x64])
        == "a\u{fffd}\u{fffd}\u{fffd}b\u{fffd}c\u{fffd}\u{fffd}d")
    #expect(shown([0xed, 0xa0, 0x80, 0x61]) == "\u{fffd}\u{fffd}\u{fffd}a")
    #expect(shown([0xc0, 0xaf, 0xf5, 0xff]) == "\u{fffd}\u{fffd}\u{fffd}\u{fffd}")
    // A sequence that a control breaks off: the control is obeyed.
    #expect(shown([0x61, 0xe2, 0x0d, 0x62]) == "b\u{fffd}")
    #expect(shown([0xe2, 0x1b, 0x5b, 0x43, 0x62]) == "\u{fffd} b")
  }

  @Test func wideCharactersTakeTwoCells() {
    let terminal = TerminalEmulator.after("a名b")
    #expect(terminal.text[0] == "a名b")
    #expect(terminal.place == [0, 4])
    // No room in the last column: it wraps.
    #expect(TerminalEmulator.after("012345678名").text == ["012345678", "名", "", ""])
    #expect(TerminalEmulator.after("\(esc)[?7l012345678名").text[0] == "01234567名")
    // Half of one overwritten is none.
    #expect(TerminalEmulator.after("a名b\r\(esc)[Cx").text[0] == "ax b")
    #expect(TerminalEmulator.after("a名b\r\(esc)[2Cx").text[0] == "a xb")
    #expect(TerminalEmulator.after("名\r\(esc)[Cé").text[0] == " é")
    #expect(TerminalEmulator.after("名", columns: 1).text[0] == "\u{fffd}")
  }

  /// Nothing that could steer the operator's terminal gets into a cell.
  @Test func whatIsNotPrintableIsReplaced() {
    for scalar in ["\u{80}", "\u{9b}", "\u{ad}", "\u{202e}", "\u{2066}", "\u{2028}", "\u{e000}"] {
      #expect(TerminalEmulator.after("a\(scalar)b").text[0] == "a\u{fffd}b")
    }
    for scalar in ["\u{301}", "\u{200d}", "\u{feff}", "\u{fe0f}", "\u{20dd}"] {
      #expect(TerminalEmulator.after("a\(scalar)b").text[0] == "ab")
    }
  }
}

import Testing

@testable import Console

/// Each sequence as DEC's manuals, ECMA-48 (by its mnemonic) and xterm's list describe it.
@Suite struct SequenceTests {
  /// A screen of letters, cursor on the `f` of row 1.
  static func grid(_ text: String) -> TerminalEmulator {
    .after("abcd\r\nefgh\r\nijkl\r\nmnop\(esc)[2;2H" + text, columns: 4)
  }

  static let places: [(String, [Int])] = [
    ("[A", [0, 1]), ("[9A", [0, 1]), ("[B", [2, 1]), ("[9B", [3, 1]), ("[C", [1, 2]),
    ("[9C", [1, 3]), ("[D", [1, 0]), ("[9D", [1, 0]), ("[0A", [0, 1]), ("[E", [2, 0]),
    ("[F", [0, 0]), ("[3G", [1, 2]), ("[3`", [1, 2]), ("[a", [1, 2]), ("[2e", [3, 1]),
    ("[H", [0, 0]), ("[3;4H", [2, 3]), ("[3;4f", [2, 3]), ("[99;99H", [3, 3]), ("[;3H", [0, 2]),
    ("[4d", [3, 1]), ("[Z", [1, 0]), ("[I", [1, 3]), ("7\(esc)[H\(esc)8", [1, 1]),
    ("[s\(esc)[H\(esc)[u", [1, 1]), ("D", [2, 1]), ("M", [0, 1]), ("E", [2, 0]),
    ("[32767C", [1, 3]), ("[99999999999999A", [0, 1]),
  ]

  @Test(arguments: places) func cursor(sequence: String, place: [Int]) {
    let terminal = Self.grid(esc + sequence)
    #expect(terminal.place == place)
    #expect(terminal.text == ["abcd", "efgh", "ijkl", "mnop"])
  }

  static let edits: [(String, [String])] = [
    ("[J", ["abcd", "e", "", ""]), ("[1J", ["", "  gh", "ijkl", "mnop"]),
    ("[2J", ["", "", "", ""]), ("[3J", ["abcd", "efgh", "ijkl", "mnop"]),
    ("[K", ["abcd", "e", "ijkl", "mnop"]), ("[1K", ["abcd", "  gh", "ijkl", "mnop"]),
    ("[2K", ["abcd", "", "ijkl", "mnop"]), ("[L", ["abcd", "", "efgh", "ijkl"]),
    ("[9L", ["abcd", "", "", ""]), ("[M", ["abcd", "ijkl", "mnop", ""]),
    ("[9M", ["abcd", "", "", ""]), ("[@", ["abcd", "e fg", "ijkl", "mnop"]),
    ("[9@", ["abcd", "e", "ijkl", "mnop"]), ("[P", ["abcd", "egh", "ijkl", "mnop"]),
    ("[2P", ["abcd", "eh", "ijkl", "mnop"]), ("[9P", ["abcd", "e", "ijkl", "mnop"]),
    ("[X", ["abcd", "e gh", "ijkl", "mnop"]), ("[9X", ["abcd", "e", "ijkl", "mnop"]),
    ("[S", ["efgh", "ijkl", "mnop", ""]), ("[2T", ["", "", "abcd", "efgh"]),
    ("[1;2;3;4;5T", ["abcd", "efgh", "ijkl", "mnop"]),
    ("[4hX\(esc)[4lY", ["abcd", "eXYg", "ijkl", "mnop"]),
    ("[HM\(esc)M", ["", "Mbcd", "efgh", "ijkl"]), ("#8", ["EEEE", "EEEE", "EEEE", "EEEE"]),
    ("[Hx\(esc)[2b", ["xxxd", "efgh", "ijkl", "mnop"]),
    ("[2;3r\(esc)[3;1H\nx", ["abcd", "ijkl", "x", "mnop"]),
    ("[2;3r\(esc)[2;1H\(esc)Mx", ["abcd", "x", "efgh", "mnop"]),
    ("[2;3r\(esc)[2;1H\(esc)[L", ["abcd", "", "efgh", "mnop"]),
    ("[2;3r\(esc)[2;1H\(esc)[M", ["abcd", "ijkl", "", "mnop"]),
    ("[2;3r\(esc)[4;1H\(esc)[M", ["abcd", "efgh", "ijkl", "mnop"]),
    ("[2;3r\(esc)[S", ["abcd", "ijkl", "", "mnop"]), ("c", ["", "", "", ""]),
  ]

  @Test(arguments: edits) func edit(sequence: String, screen: [String]) {
    #expect(Self.grid(esc + sequence).text == screen)
  }

  /// DECSTBM: with the top row in it, what leaves the region is kept; else it is not.
  @Test func regionsAndTheScrollBack() {
    #expect(Self.grid("\(esc)[1;2r\(esc)[2;1H\n").history == ["abcd"])
    #expect(Self.grid("\(esc)[2;3r\(esc)[3;1H\n").history.isEmpty)
    #expect(Self.grid("\(esc)[3;3r").state.region == 0..<4)
    #expect(Self.grid("\(esc)[2;3r").place == [0, 0])
  }

  /// DECOM: rows count from the region, and the cursor does not leave it.
  @Test func originMode() {
    var terminal = Self.grid("\(esc)[2;3r\(esc)[?6h")
    #expect(terminal.place == [1, 0])
    terminal.write("\(esc)[9;1H")
    #expect(terminal.place == [2, 0])
    terminal.write("\(esc)[6n")
    #expect(terminal.takeAnswers() == Array("\(esc)[2;1R".utf8))
    terminal.write("\(esc)[?6l")
    #expect(terminal.place == [0, 0])
  }

  @Test func tabStops() {
    #expect(TerminalEmulator.after("\(esc)[3g\(esc)[1;4H\(esc)H\r\tx").text[0] == "   x")
    #expect(TerminalEmulator.after("\(esc)[1;9H\(esc)[g\r\tx").place == [0, 9])
    #expect(TerminalEmulator.after("\(esc)[3g\tx").text[0] == "         x")
  }

  @Test func alternateScreen() {
    for mode in [47, 1047, 1049] {
      var terminal = Self.grid("\(esc)[?\(mode)h")
      #expect(terminal.isAlternate)
      #expect(terminal.text == ["", "", "", ""])
      terminal.write("x\r\n\r\n\r\n\r\n\r\ny")
      #expect(terminal.history.isEmpty)
      terminal.write("\(esc)[?\(mode)l")
      #expect(!terminal.isAlternate)
      #expect(terminal.text == ["abcd", "efgh", "ijkl", "mnop"])
      if mode == 1049 { #expect(terminal.place == [1, 1]) }
    }
    // Leaving what was not entered moves nothing.
    #expect(Self.grid("\(esc)[?1049l").place == [1, 1])
    #expect(Self.grid("\(esc)[?1048h\(esc)[H\(esc)[?1048l").place == [1, 1])
  }

  @Test func specialGraphics() {
    #expect(TerminalEmulator.after("\(esc)(0lqk\(esc)(Bq").text[0] == "┌─┐q")
    #expect(TerminalEmulator.after("\(esc))0\u{e}x\u{f}x").text[0] == "│x")
    #expect(TerminalEmulator.after("\(esc)*0\(esc)Nxx").text[0] == "│x")
    #expect(TerminalEmulator.after("\(esc)(0`~_").text[0] == "◆·")
  }

  @Test func modesThatTheMonitorAsksFor() {
    var terminal = TerminalEmulator.after("\(esc)[?1h\(esc)[?25l\(esc)[?2004h\(esc)[?5h")
    #expect(terminal.hasApplicationCursorKeys && !terminal.isCursorVisible)
    #expect(terminal.hasBracketedPaste && terminal.isReverse)
    terminal.write("\(esc)[!p")
    #expect(!terminal.hasApplicationCursorKeys && terminal.isCursorVisible)
    #expect(!terminal.hasBracketedPaste && !terminal.isReverse)
  }

  @Test func answers() {
    func answer(_ text: String) -> String {
      var terminal = Self.grid(text)
      let bytes = terminal.takeAnswers()
      #expect(terminal.takeAnswers().isEmpty)
      return String(decoding: bytes, as: UTF8.self)
    }
    #expect(answer("\(esc)[5n") == "\(esc)[0n")
    #expect(answer("\(esc)[6n") == "\(esc)[2;2R")
    #expect(answer("\(esc)[?6n") == "\(esc)[?2;2R")
    #expect(answer("\(esc)[c\(esc)[0c\(esc)Z") == "\(esc)[?1;2c\(esc)[?1;2c\(esc)[?1;2c")
    #expect(answer("\(esc)[>c") == "\(esc)[>0;10;0c")
    #expect(answer("\(esc)[999;999H\(esc)[6n") == "\(esc)[4;4R")
    #expect(answer("\(esc)[18t") == "\(esc)[8;4;4t")
    // What reports strings could be made to type commands.
    #expect(answer("\(esc)[21t\(esc)]0;x\u{7}\(esc)P$qm\(esc)\\\u{5}").isEmpty)
    #expect(answer(String(repeating: "\(esc)[6n", count: 1000)).utf8.count <= 256)
  }

  @Test func stringsAreSwallowed() {
    for string in [
      "]0;title\u{7}", "]8;;http://x\(esc)\\", "P1$rm\(esc)\\", "_x\(esc)\\", "^x\(esc)\\",
    ] {
      #expect(TerminalEmulator.after("a\(esc)\(string)b").text[0] == "ab")
    }
    // One that never ends hides 4 KiB at most.
    let endless = String(repeating: "x", count: 5000)
    #expect(TerminalEmulator.after("\(esc)]\(endless)").text != ["", "", "", ""])
    // Broken off by another sequence, or by CAN.
    #expect(TerminalEmulator.after("\(esc)]0;x\(esc)[Cb").text[0] == " b")
    #expect(TerminalEmulator.after("\(esc)]0;x\u{18}b").text[0] == "b")
  }

  @Test func unknownSequencesDoNothing() {
    for text in [
      "[>4;1m", "[?1000h", "[?1006h", "[=3h", "[ q", "[1 q", "[\"p", "[99z", "%G", "(A",
      "[1:2:3z", "[?1;2$p", "[1?A", "[1!2p", "=", ">",
    ] {
      #expect(Self.grid(esc + text).text == ["abcd", "efgh", "ijkl", "mnop"], "\(text)")
      #expect(Self.grid(esc + text).place == [1, 1], "\(text)")
    }
    // Controls inside a sequence are obeyed (VT100: as if they had come before).
    #expect(Self.grid("\(esc)[\u{8}C").place == [1, 1])
    #expect(Self.grid("\(esc)[2\(esc)[A").place == [0, 1])
  }
}

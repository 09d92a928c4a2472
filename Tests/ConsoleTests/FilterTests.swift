import Testing

@testable import Console

/// What reaches the operator's own terminal.
@Suite struct FilterTests {
  static func passed(_ text: String, isUTF8: Bool = true, obeysSequences: Bool = true) -> String {
    var filter = TerminalFilter(isUTF8: isUTF8, obeysSequences: obeysSequences)
    return String(decoding: filter.filter(Array(text.utf8)), as: UTF8.self)
  }

  @Test func textPasses() {
    #expect(Self.passed("a\tb\u{8}\r\n名é") == "a\tb\u{8}\r\n名é")
    #expect(Self.passed("名é", isUTF8: false) == "???")
    #expect(Self.passed("a\u{7}\u{5}\0\u{7f}b") == "ab")
    #expect(Self.passed("\u{9b}6n\u{202e}\u{e000}") == "\u{fffd}6n\u{fffd}\u{fffd}")
  }

  @Test func lineFeeds() {
    #expect(Self.passed("a\nb\n") == "a\r\nb\r\n")
    #expect(Self.passed("a\r\nb\r\r\n") == "a\r\nb\r\r\n")
    // One alone moves down only, whatever the terminal's driver makes of it.
    #expect(Self.passed("\ra\nb") == "\ra\(esc)Db")
    #expect(Self.passed("\ra\nb", obeysSequences: false) == "\ra\nb")
  }

  static let passing = [
    "[A", "[2;3H", "[K", "[2J", "[1;31m", "[38:5:1m", "[38;2;1;2;3m", "[2L", "[3M", "[4P", "[@",
    "[5X", "[2S", "[2T", "[1;5r", "[?25l", "[?25h", "[?7l", "[?1h", "[?1049h", "[?2004h", "7", "8",
    "D", "E", "M", "=", ">", "[s", "[u", "[4h", "[4l", "[d", "[G", "[b",
  ]
  @Test(arguments: passing) func passes(sequence: String) {
    #expect(Self.passed("\(esc)\(sequence)") == "\(esc)\(sequence)")
    #expect(Self.passed("\(esc)\(sequence)x", obeysSequences: false) == "x")
  }

  /// Reports, strings, the mouse, memory, window operations, tab stops, unknown things.
  static let dropped = [
    "[6n", "[5n", "[?6n", "[c", "[>c", "[0c", "Z", "[x", "[t", "[18t", "[21t", "[22;0t", "[3J",
    "]0;title\u{7}", "]52;c;aGk=\u{7}", "]4;1;?\(esc)\\", "P$qm\(esc)\\", "P+q544e\(esc)\\",
    "_Gf=100;x\(esc)\\", "^x\(esc)\\", "X\(esc)\\", "[?1000h", "[?1002h", "[?1006h", "[?1004h",
    "[?12h", "[?3h", "[?2026h", "[20h", "[>4;1m", "[>1u", "[=1u", "[ q", "[3 q", "[i", "[5i", "[4i",
    "[!q", "#8", "%G", "%@", "H", "[3g", "N", "O", "[\"q", "[?1$p", "[1;1;1;1;1T", "[1;1s", "l",
    "F",
  ]
  @Test(arguments: dropped) func drops(sequence: String) {
    #expect(Self.passed("a\(esc)\(sequence)b") == "ab")
  }

  @Test func mixedModesPassOneByOne() {
    #expect(Self.passed("\(esc)[?1;1000;25h") == "\(esc)[?1h\(esc)[?25h")
  }

  @Test func specialGraphicsAreTranslated() {
    #expect(Self.passed("\(esc)(0lqk\(esc)(Bq") == "┌─┐q")
    #expect(Self.passed("\(esc)(0lqk\(esc)(Bq", isUTF8: false) == "+-+q")
  }

  static func undo(_ text: String) -> String {
    var filter = TerminalFilter(isUTF8: true)
    _ = filter.filter(Array(text.utf8))
    return String(decoding: filter.undo, as: UTF8.self)
  }

  @Test func everythingIsUndone() {
    #expect(Self.undo("") == "")
    #expect(Self.undo("a\r\n") == "")
    #expect(Self.undo("a") == "\r\n")
    #expect(Self.undo("\(esc)[1m\r\n") == "\(esc)[m")
    #expect(Self.undo("\(esc)[2;3r\r\n") == "\(esc)7\(esc)[r\(esc)8")
    #expect(
      Self.undo("\(esc)[?1049h\(esc)[?25l\(esc)[?7l\r") == "\(esc)[?1049l\(esc)[?25h\(esc)[?7h")
    #expect(Self.undo("\(esc)[?1049h\(esc)[?1049l\r") == "")
    #expect(Self.undo("\(esc)[4h\(esc)=\(esc)[?2004h\r") == "\(esc)[?2004l\(esc)[4l\(esc)>")
  }

  @Test func aResetIsMadeOfWhatCanBeUndone() {
    #expect(Self.passed("\(esc)[?25l\(esc)c") == "\(esc)[?25l\(esc)[?25h\(esc)[H\(esc)[2J")
    #expect(Self.passed("\(esc)[1m\(esc)[!p") == "\(esc)[1m\(esc)[m")
  }

  /// Whatever comes, what goes out is text, or a sequence of the kinds above, complete.
  @Test(arguments: [1, 2, 3]) func randomBytes(seed: UInt64) {
    var random = RobustnessTests.Random(state: seed &* 0x9e37_79b9_7f4a_7c15)
    var filter = TerminalFilter(isUTF8: true)
    var output: [UInt8] = []
    for _ in 0..<3000 {
      let bytes =
        random.next(2) == 0
        ? [UInt8(random.next(256)), UInt8(random.next(256))]
        : RobustnessTests.pieces[random.next(RobustnessTests.pieces.count)]
      output += filter.filter(bytes)
    }
    var again = TerminalFilter(isUTF8: true)
    // A filter changes nothing in what has passed one: it had only what may pass. (LF after CR aside, all
    // line feeds have become IND or CR LF.)
    #expect(again.filter(output) == output)
  }
}

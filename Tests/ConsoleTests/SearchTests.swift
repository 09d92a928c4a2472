import Testing

@testable import Console

@Suite struct SearchTests {
  /// The places of all matches, going up from the end.
  static func up(_ text: String, in terminal: TerminalEmulator) -> [[Int]] {
    var places: [[Int]] = []
    var start = (line: terminal.lines.upperBound, column: 0)
    while let match = terminal.find(text, .up, from: start) {
      places.append([match.line, match.column, match.cells])
      start = (match.line, match.column)
    }
    return places
  }
  static func down(_ text: String, in terminal: TerminalEmulator) -> [[Int]] {
    var places: [[Int]] = []
    var start = (line: -1, column: 0)
    while let match = terminal.find(text, .down, from: start) {
      places.append([match.line, match.column, match.cells])
      start = (match.line, match.column)
    }
    return places
  }

  @Test func scrollBackAndScreen() {
    let terminal = TerminalEmulator.after(
      "Error 1\r\nfine\r\nERROR 2\r\nfine\r\nan error\r\nend error")
    #expect(terminal.screenTop == 2)
    let all = [[0, 0, 5], [2, 0, 5], [4, 3, 5], [5, 4, 5]]
    #expect(Self.down("error", in: terminal) == all)
    #expect(Self.up("eRRor", in: terminal) == all.reversed())
    #expect(Self.up("nowhere", in: terminal).isEmpty)
    #expect(Self.up("", in: terminal).isEmpty)
  }

  @Test func severalInALine() {
    let terminal = TerminalEmulator.after("aaa b a")
    #expect(Self.down("aa", in: terminal) == [[0, 0, 2], [0, 1, 2]])
    #expect(Self.up("a", in: terminal) == [[0, 6, 1], [0, 2, 1], [0, 1, 1], [0, 0, 1]])
  }

  @Test func textThatWentOnInTheNextLine() {
    let terminal = TerminalEmulator.after("01234 kernel panic: x")
    #expect(terminal.text[0] == "01234 kern")
    #expect(Self.down("kernel panic", in: terminal) == [[0, 6, 12]])
    // But not over the end of a line.
    #expect(Self.down("ab", in: TerminalEmulator.after("a\r\nb")).isEmpty)
  }

  @Test func wideAndOtherLetters() {
    let terminal = TerminalEmulator.after("é名É", columns: 20)
    #expect(Self.down("É", in: terminal) == [[0, 0, 1], [0, 3, 1]])
    #expect(Self.down("名é", in: terminal) == [[0, 1, 3]])
  }
}

import Testing

@testable import Console

/// Hostile input: nothing traps, nothing grows, what must hold holds.
@Suite struct RobustnessTests {
  /// A generator that a seed makes the same again.
  struct Random {
    var state: UInt64
    mutating func next(_ bound: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state >> 11) % bound
    }
  }

  static let pieces: [[UInt8]] = [
    Array("\u{1b}[".utf8), Array("\u{1b}".utf8), Array("\u{1b}]".utf8), Array("\u{1b}P".utf8),
    Array("?".utf8), Array(";".utf8), Array(":".utf8), Array("0".utf8), Array("9999".utf8),
    Array("名".utf8), Array("e\u{301}".utf8), Array("\u{202e}".utf8), Array("hello".utf8),
    Array("\r\n".utf8), Array("\t".utf8), Array("\u{8}".utf8), Array("\u{1b}[?1049h".utf8),
    Array("\u{1b}[?1049l".utf8), Array("\u{1b}[2;3r".utf8), Array("\u{1b}[?6h".utf8),
    Array("\u{1b}[4h".utf8), Array("\u{1b}[?7l".utf8), Array("\u{1b}(0".utf8), [0xe2],
    [0xf0, 0x9f],
    [0xff], [0x9b], [0x0e], [0x18],
  ]

  @Test(arguments: [1, 2, 3, 4, 5, 6]) func randomBytes(seed: UInt64) {
    var random = Random(state: seed &* 0x9e37_79b9_7f4a_7c15)
    let finals = Array("ABCDEFGHIJKLMPSTXZ@`abcdefghlmnrstu78=>".utf8)
    var terminal = TerminalEmulator(
      columns: 1 + random.next(20), rows: 1 + random.next(8), scrollBackLimit: 20)
    for round in 0..<600 {
      var bytes: [UInt8] = []
      for _ in 0..<random.next(40) {
        switch random.next(4) {
        case 0: bytes.append(UInt8(random.next(256)))
        case 1: bytes.append(finals[random.next(finals.count)])
        default: bytes += Self.pieces[random.next(Self.pieces.count)]
        }
      }
      terminal.write(bytes)
      if round % 20 == 0 {
        terminal.resize(columns: 1 + random.next(20), rows: 1 + random.next(8))
      }
      #expect(terminal.isSound, "seed \(seed), round \(round)")
      if !terminal.isSound { return }
      #expect(terminal.lines.count <= 20 + terminal.rows)
      _ = terminal.find("he", .up, from: (terminal.lines.upperBound, 0))
    }
  }

  @Test func longLinesAndEndlessSequencesAreBounded() {
    var terminal = TerminalEmulator(columns: 80, rows: 24, scrollBackLimit: 50)
    terminal.write([UInt8](repeating: 0x78, count: 200_000))
    #expect(terminal.lines.count == 74)
    for prefix in ["\(esc)[", "\(esc)[1", "\(esc)]", "\(esc)P", "\(esc)(", "\(esc)[ "] {
      terminal.write(prefix)
      terminal.write([UInt8](repeating: 0x31, count: 20_000))
      terminal.write([UInt8](repeating: 0x3b, count: 20_000))
      terminal.write([UInt8](repeating: 0x20, count: 20_000))
      terminal.write("m\(esc)\\")
      #expect(terminal.isSound)
    }
    var marks = [UInt8](repeating: 0x65, count: 1)
    for _ in 0..<10_000 { marks += Array("\u{301}".utf8) }
    terminal.write(marks)
    #expect(terminal.isSound)
  }

  @Test func sizesAreBroughtIntoRange() {
    let terminal = TerminalEmulator(columns: -1, rows: 1_000_000, scrollBackLimit: 0)
    #expect(terminal.columns == 1 && terminal.rows == 1000)
  }

  @Test func resizingClips() {
    var terminal = TerminalEmulator.after("abcdef\r\nghijkl\r\nmn名op\r\nend")
    terminal.resize(columns: 3, rows: 2)
    #expect(terminal.history == ["abcdef", "ghijkl"])
    #expect(terminal.text == ["mn", "end"])
    #expect(terminal.place == [1, 2])
    terminal.resize(columns: 5, rows: 3)
    #expect(terminal.text == ["mn", "end", ""])
    #expect(terminal.isSound)
    // On the alternate screen the main one is clipped too.
    terminal.write("\(esc)[?1049h")
    terminal.resize(columns: 2, rows: 1)
    terminal.write("\(esc)[?1049l")
    #expect(terminal.isSound)
  }
}

import Testing

@testable import Terminal

/// SGR (ECMA-48 8.3.117) as ncurses writes it, and what of it is left.
@Suite struct RenditionMergerTests {
  private func merged(_ parts: String...) -> String {
    var merger = RenditionMerger()
    return parts.map { part in
      let bytes = Array(part.replacing("^", with: "\u{1b}").utf8)
      return String(decoding: merger.merge(bytes), as: UTF8.self).replacing("\u{1b}", with: "^")
    }.joined(separator: "|")
  }

  @Test func aColourThatIsSetIsNotSetAgain() {
    #expect(
      merged("^[m^[38;5;1m^[48;5;2ma^[38;5;3m^[48;5;2mb^[38;5;3m^[48;5;2mc")
        == "^[0;38;5;1;48;5;2ma^[38;5;3mbc")
  }

  @Test func aResetBeforeTheSameIsNothing() {
    #expect(
      merged("^[m^[0;1m^[31ma^(B^[m^[0;1m^[31mb^(B^[m^[32mc") == "^[0;1;31ma^(Bb^[0;32mc")
  }

  @Test func defaultColoursComeBack() {
    #expect(merged("^[m^[31;42ma^[39;49mb^[97mc^[m") == "^[0;31;42ma^[39;49mb^[97mc^[39m")
  }

  @Test func trueColoursInBothForms() {
    #expect(
      merged("^[m^[38:2::1:2:3ma^[38:2::1:2:3m^[48;2;4;5;6mb^[48;2;4;5;6mc")
        == "^[0;38:2::1:2:3ma^[48;2;4;5;6mbc")
  }

  @Test func whatItStandsBeforeMatters() {
    // Erasing takes the background: the colour comes before it.
    #expect(merged("^[m^[44m^[K^[45mx") == "^[0;44m^[K^[45mx")
    // Moving does not change what is set.
    #expect(merged("^[m^[44ma^[3;4H^[44mb") == "^[0;44ma^[3;4Hb")
  }

  @Test func theUnknownPassesAsItIs() {
    // Nothing is known at the beginning.
    #expect(merged("^[31ma^[31mb") == "^[31ma^[31mb")
    // The Linux console's fonts.
    #expect(merged("^[m^[31ma^[0;10m^[31mb") == "^[0;31ma^[0;10m^[31mb")
    for text in ["^[?2026h", "^[>4;1m", "^[38;5m", "^[38m", "^", "^[", "^[3", "^)0x", "^]0;t"] {
      #expect(merged(text) == text)
    }
  }

  @Test func theCharacterSetIsChosenOnce() {
    #expect(merged("^[ma\u{f}^[mb\u{f}c\u{e}d\u{f}e") == "^[0ma\u{f}bc\u{e}d\u{f}e")
    #expect(merged("^(Ba^(Bb^(0c^(Bd") == "^(Bab^(0c^(Bd")
  }

  @Test func stateLastsFromCallToCall() {
    #expect(merged("^[m^[31ma", "^[31mb", "^[mc") == "^[0;31ma|b|^[39mc")
  }

  /// What came from anywhere, in any pieces, must not trap.
  @Test func anything() {
    var state: UInt64 = 7
    let alphabet = Array("\u{1b}\u{1b}\u{1b}[[[mmm;;:0123456789(B?Kx\u{e}\u{f}".utf8)
    var merger = RenditionMerger()
    for _ in 0..<2_000 {
      var bytes: [UInt8] = []
      for _ in 0..<20 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        bytes.append(alphabet[Int(state >> 33) % alphabet.count])
      }
      let text = merger.merge(bytes).filter { $0 == UInt8(ascii: "x") || $0 == UInt8(ascii: "K") }
      // What is printed stays.
      #expect(text == bytes.filter { $0 == UInt8(ascii: "x") || $0 == UInt8(ascii: "K") })
    }
  }
}

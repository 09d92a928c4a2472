import Monitor
import Testing

@testable import Terminal

/// A parser by reference: `#expect` takes no mutating calls.
private final class Input {
  private var parser = KeyParser()
  var isWaiting: Bool { parser.isWaiting }
  func parse(_ bytes: some Sequence<UInt8>) -> [InputEvent] { parser.parse(bytes) }
  func expire() -> [InputEvent] { parser.expire() }
}

@Suite struct KeyParserTests {
  static func keys(_ text: String) -> [InputEvent] {
    let parser = Input()
    return parser.parse(text.utf8) + parser.expire()
  }

  static let table: [(String, Key)] = [
    ("a", .character("a")), (" ", .character(" ")), ("~", .character("~")), ("é", .character("é")),
    ("漢", .character("漢")), ("😀", .character("😀")), ("\t", .tab), ("\r", .enter),
    ("\n", .control("j")),
    ("\u{7f}", .backspace), ("\u{8}", .control("h")), ("\u{1}", .control("a")),
    ("\u{4}", .control("d")), ("\u{1a}", .control("z")), ("\u{1d}", .control("]")),
    ("\u{0}", .control("@")), ("\u{1b}", .escape), ("\u{1b}[A", .up), ("\u{1b}OA", .up),
    ("\u{1b}[B", .down), ("\u{1b}[C", .right), ("\u{1b}OD", .left),
    ("\u{1b}[1;5D", .modified(.left, .control)),
    ("\u{1b}[H", .home), ("\u{1b}OH", .home), ("\u{1b}[1~", .home), ("\u{1b}[7~", .home),
    ("\u{1b}[F", .end), ("\u{1b}[4~", .end), ("\u{1b}[8~", .end), ("\u{1b}[5~", .pageUp),
    ("\u{1b}[6~", .pageDown), ("\u{1b}[3~", .delete), ("\u{1b}[3;5~", .modified(.delete, .control)),
    ("\u{1b}[Z", .backTab), ("\u{1b}OP", .function(1)), ("\u{1b}[11~", .function(1)),
    ("\u{1b}[[A", .function(1)), ("\u{1b}[[E", .function(5)),
    ("\u{1b}[1;2S", .modified(.function(4), .shift)),
    ("\u{1b}OS", .function(4)), ("\u{1b}[15~", .function(5)), ("\u{1b}[17~", .function(6)),
    ("\u{1b}[18~", .function(7)), ("\u{1b}[19~", .function(8)), ("\u{1b}[20~", .function(9)),
    ("\u{1b}[21~", .function(10)), ("\u{1b}[23~", .function(11)), ("\u{1b}[24~", .function(12)),
    ("\u{1b}[2~", .insert), ("\u{1b}[5;3~", .modified(.pageUp, .alt)), ("\u{1b}[1;1A", .up),
    ("\u{1b}[1;8A", .modified(.up, [.shift, .alt, .control])), ("\u{1b}[1;9A", .up),
    ("\u{1b}OM", .enter), ("\u{1b}Ok", .character("+")), ("\u{1b}Op", .character("0")),
  ]

  @Test(arguments: table) func key(bytes: String, key: Key) {
    #expect(Self.keys(bytes) == [.key(key)])
    // Also when the bytes come one at a time.
    let parser = Input()
    var events: [InputEvent] = []
    for byte in bytes.utf8 { events += parser.parse([byte]) }
    #expect(events + parser.expire() == [.key(key)])
    // And before something else, except an Esc, which then begins something.
    if key != .escape {
      #expect(Self.keys(bytes + "x") == [.key(key), .key(.character("x"))])
    }
  }

  @Test func mouse() {
    #expect(Self.keys("\u{1b}[<0;1;1M") == [.mouse(MouseEvent(x: 0, y: 0, kind: .press))])
    #expect(Self.keys("\u{1b}[<0;300;40M") == [.mouse(MouseEvent(x: 299, y: 39, kind: .press))])
    #expect(Self.keys("\u{1b}[<16;5;6M") == [.mouse(MouseEvent(x: 4, y: 5, kind: .press))])
    #expect(Self.keys("\u{1b}[<64;5;6M") == [.mouse(MouseEvent(x: 4, y: 5, kind: .wheelUp))])
    #expect(Self.keys("\u{1b}[<65;5;6M") == [.mouse(MouseEvent(x: 4, y: 5, kind: .wheelDown))])
    for silent in ["<0;1;1m", "<32;1;1M", "<2;1;1M", "<0;0;1M", "<0;1M", "<;;M", "<0;1;99999999M"] {
      #expect(Self.keys("\u{1b}[\(silent)").isEmpty, "\(silent)")
    }
  }

  /// xterm's mode 2004, wherever it is cut.
  @Test func pastes() {
    let text = "ls\r\u{1b}[20\u{1d}é"
    let bytes = Array("a\u{1b}[200~\(text)\u{1b}[201~b".utf8)
    let wanted: [InputEvent] = [
      .key(.character("a")), .paste(Array(text.utf8)), .key(.character("b")),
    ]
    for cut in 0...bytes.count {
      let parser = Input()
      #expect(parser.parse(bytes[..<cut]) + parser.parse(bytes[cut...]) == wanted)
      #expect(!parser.isWaiting)
    }
    #expect(Self.keys("\u{1b}[200~\u{1b}[201~x") == [.key(.character("x"))])
  }

  @Test func aPasteWithoutAnEndDoesNotKeepTheKeyboard() {
    let parser = Input()
    #expect(parser.parse("\u{1b}[200~abc\u{1b}[20".utf8).isEmpty)
    #expect(parser.isWaiting)
    #expect(parser.expire() == [.paste(Array("abc\u{1b}[20".utf8))])
    #expect(parser.parse("x".utf8) == [.key(.character("x"))])
    #expect(
      parser.parse(Array("\u{1b}[200~".utf8) + [UInt8](repeating: 0x61, count: 3 << 20)).isEmpty)
    let events = parser.parse("\u{1b}[201~".utf8)
    #expect(events == [.paste([UInt8](repeating: 0x61, count: 1 << 20))])
  }

  @Test func unknownSequencesTypeNothing() {
    for text in ["\u{1b}[201~", "\u{1b}[?1;2c", "\u{1b}[27;5;9~", "\u{1b}[5n", "\u{1b}Oz"] {
      #expect(Self.keys(text + "x") == [.key(.character("x"))], "\(text.debugDescription)")
    }
    #expect(Self.keys("\u{1b}[1;") == [], "half a sequence whose rest got lost")
    #expect(Self.keys("\u{1b}[\u{1b}[A") == [.key(.up)], "broken off by another one")
  }

  @Test func escapeThenALetterIsBoth() {
    #expect(Self.keys("\u{1b}q") == [.key(.escape), .key(.character("q"))])
    #expect(Self.keys("\u{1b}\u{1b}") == [.key(.escape), .key(.escape)])
    #expect(Self.keys("\u{1b}[") == [.key(.escape), .key(.character("["))])
  }

  @Test func escapeWaits() {
    let parser = Input()
    #expect(parser.parse([0x1b]).isEmpty)
    #expect(parser.isWaiting)
    #expect(parser.parse("[A".utf8) == [.key(.up)])
    #expect(!parser.isWaiting)
  }

  @Test func brokenUTF8IsLeftOut() {
    let parser = Input()
    #expect(parser.parse([0xff, 0xc0, 0x80, 0x61]) == [.key(.character("a"))])
    #expect(parser.parse([0xe2, 0x82, 0x62]) == [.key(.character("b"))])
    #expect(parser.parse([0xed, 0xa0, 0x80, 0x63]) == [.key(.character("c"))])
    #expect(parser.parse([0xe2, 0x82]).isEmpty)
    #expect(parser.isWaiting)
    #expect(parser.expire().isEmpty)
    // U+202E turns text around; U+0085 is a control.
    #expect(parser.parse("\u{202e}\u{85}d".utf8) == [.key(.character("d"))])
  }

  /// Any bytes, cut anywhere: no trap, and what waits stays short.
  @Test func anyBytes() {
    var random: UInt64 = 42
    let interesting = Array("\u{1b}[O<;0159~MmAZ ".utf8) + [0, 0x7f, 0x80, 0xc3, 0xe2, 0xf0, 0xff]
    let parser = Input()
    for round in 0..<20_000 {
      random ^= random << 13
      random ^= random >> 7
      random ^= random << 17
      _ = parser.parse([interesting[Int(random % UInt64(interesting.count))]])
      if round % 97 == 0 { _ = parser.expire() }
    }
    _ = parser.parse(Array("\u{1b}[".utf8) + [UInt8](repeating: UInt8(ascii: "1"), count: 100_000))
    _ = parser.expire()
    #expect(!parser.isWaiting)
  }
}

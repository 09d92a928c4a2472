import Glibc
import Monitor
import Testing

@testable import Terminal

@Suite struct ClipboardSequenceTests {
  /// The vectors of RFC 4648, section 10.
  @Test func base64() {
    for (plain, coded) in [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
      ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ] {
      #expect(ClipboardSequence.base64(Array(plain.utf8)) == Array(coded.utf8))
    }
    #expect(ClipboardSequence.base64([0xff, 0xff, 0xff, 0xfb]) == Array("////+w==".utf8))
  }

  @Test func theLongestCopyIsInTheLimit() {
    let text = String(repeating: "x", count: 100_000)
    #expect(ClipboardSequence.bytes(text).count <= ClipboardSequence.limit)
  }

  @Test func terminalsWithoutAClipboardAreKnown() {
    for term in ["xterm-256color", "tmux-256color", "screen", "foot", "rxvt-unicode"] {
      #expect(ClipboardSequence(term: term).isKnown, "\(term)")
    }
    for term in ["linux", "linux-16color", "dumb", "vt100", "vt220", "", nil] as [String?] {
      #expect(!ClipboardSequence(term: term).isKnown, "\(term ?? "none")")
    }
  }
}

extension ScreenTests {
  /// Behind the frame, whole, and once.
  @Test func copiesByOSC52() throws {
    let terminal = try PseudoTerminal()
    let screen = try Self.open(terminal)
    defer { screen.close() }
    screen.present(Self.sample(80, 24))
    let copied = screen.copy("foobar\nµ")
    #expect(copied)
    let bytes = terminal.received()
    let sequence = Array("\u{1b}]52;c;Zm9vYmFyCsK1\u{7}".utf8)
    #expect(bytes.suffix(sequence.count) == sequence[...])
    // The frame before it is as whole as without.
    var shown = VirtualScreen(columns: 80, rows: 24)
    shown.feed(Array(bytes.dropLast(sequence.count)))
    #expect(shown.text == Self.sample(80, 24).text)
    screen.present(Self.sample(80, 24))
    #expect(terminal.received().isEmpty)
  }

  @Test(arguments: ["linux", "vt100"]) func sendsNoClipboardTo(term: String) throws {
    let terminal = try PseudoTerminal()
    let screen = try Self.open(
      terminal, ScreenOptions(glyphs: .braille), TerminalEnvironment(term: term))
    defer { screen.close() }
    screen.present(Self.sample(80, 24))
    _ = terminal.received()
    let copied = screen.copy("foobar")
    #expect(!copied)
    #expect(terminal.received().isEmpty)
  }

  /// A terminal that nobody reads takes some copies; then they are refused, and nothing grows.
  @Test func copiesToAStuckTerminalAreBounded() throws {
    let terminal = try PseudoTerminal()
    let screen = try Self.open(terminal)
    defer { screen.close() }
    let text = String(repeating: "x", count: 100_000)
    let taken = (0..<50).count { _ in screen.copy(text) }
    #expect((1...3).contains(taken))
    #expect(screen.isBehind)
    // Read again, all of it comes.
    var bytes: [UInt8] = []
    while screen.isBehind {
      bytes += terminal.received()
      screen.flush()
    }
    bytes += terminal.received()
    #expect(bytes.count { $0 == 7 } == taken)
    let again = screen.copy("x")
    #expect(again)
  }

  // MARK: - Characters

  @Test func otherCharactersAreSentFromNowOn() throws {
    let terminal = try PseudoTerminal()
    let screen = try Self.open(terminal)
    defer { screen.close() }
    var frame = Frame(width: 80, height: 24)
    frame.put(0, 2, "▁█ ⣀⣿ ─", .graph)
    screen.present(frame)
    var shown = VirtualScreen(columns: 80, rows: 24)
    shown.feed(terminal.received())
    for (glyphs, wanted) in [
      (GlyphSet.ascii, ".@ :@ -"), (.blocks, "▁█ ▂█ ─"), (.braille, "▁█ ⣀⣿ ─"),
    ] {
      let isSet = screen.setGlyphs(glyphs)
      #expect(isSet && screen.glyphs == glyphs)
      shown.feed(terminal.received())
      #expect(shown.text.split(separator: "\n").first.map(String.init) == wanted)
      // The next frame is compared with what is there.
      screen.present(frame)
      #expect(terminal.received().isEmpty)
    }
  }

  @Test func theTypeOfTheTerminalDecides() throws {
    for (term, wanted) in [
      ("xterm-256color", GlyphSet.braille), ("screen-256color", .braille), ("linux", .ascii),
      ("vt100", .ascii),
    ] {
      let terminal = try PseudoTerminal()
      let screen = try Self.open(terminal, ScreenOptions(), TerminalEnvironment(term: term))
      #expect(screen.glyphs == (ScreenLocale.isUTF8 ? wanted : .ascii), "\(term)")
      screen.close()
    }
    #expect(GlyphSet.suited(to: "UTF-8", term: "linux") == .ascii)
    #expect(GlyphSet.suited(to: "UTF-8", term: "linux-16color") == .ascii)
    #expect(GlyphSet.suited(to: "UTF-8", term: "vt220") == .ascii)
    #expect(GlyphSet.suited(to: "ISO-8859-1", term: "xterm") == .ascii)
  }
}

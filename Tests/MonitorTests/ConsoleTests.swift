import Testing

@testable import Monitor

@Suite struct ConsoleTests {
  static func lines(_ chunks: [[UInt8]]) -> [String] {
    var console = ConsoleText()
    for chunk in chunks { console.write(chunk) }
    return (0..<console.count).map { console.line($0) }
  }
  static func lines(_ text: String) -> [String] { lines([Array(text.utf8)]) }

  @Test func controlCharacters() {
    #expect(Self.lines("one\r\ntwo\n") == ["one", "two"])
    #expect(Self.lines("12345\rab") == ["ab345"])
    #expect(Self.lines("abc\u{8}\u{8}X") == ["aXc"])
    #expect(Self.lines("a\tb") == ["a       b"])
    #expect(Self.lines("\u{8}\u{8}x") == ["x"])
    #expect(Self.lines("\u{1b}[31mred\u{7}\u{7f}\0") == ["^[[31mred^G^?^@"])
    #expect(Self.lines("\u{9b}2J\u{202e}e\u{301}") == ["\u{fffd}2Je"])
  }

  @Test func utf8IsDecodedAcrossChunks() {
    let bytes = Array("aµ→名😀\n".utf8)
    for cut in 0...bytes.count {
      #expect(Self.lines([Array(bytes[..<cut]), Array(bytes[cut...])]) == ["aµ→名😀"])
    }
    #expect(Self.lines([bytes].flatMap { $0 }.map { [$0] }) == ["aµ→名😀"])
  }

  @Test func invalidUTF8IsReplaced() {
    let replaced = Self.lines([[0x61, 0xff, 0xc0, 0x80, 0xed, 0xa0, 0x80, 0xf4, 0x90, 0x62, 0x0a]])
    #expect(replaced.count == 1)
    #expect(replaced[0].first == "a" && replaced[0].last == "b")
    #expect(replaced[0].unicodeScalars.dropFirst().dropLast().allSatisfy { $0 == "\u{fffd}" })
    // A sequence that never ends does not hold anything back for ever.
    #expect(Self.lines([[0xe2], [0x61, 0x62]]) == ["\u{fffd}ab"])
  }

  @Test func megabytesWithoutANewlineAreBounded() {
    var console = ConsoleText()
    let chunk = [UInt8](repeating: 0x78, count: 100_000)
    for _ in 0..<20 { console.write(chunk) }
    #expect(console.count <= ConsoleText.lineCount + 1)
    for index in 0..<console.count {
      #expect(console.line(index).unicodeScalars.count <= ConsoleText.lineLimit)
    }
    var tabs = ConsoleText()
    tabs.write([UInt8](repeating: 0x09, count: 10_000))
    #expect(tabs.line(0).unicodeScalars.count <= ConsoleText.lineLimit)
  }

  @Test func nothingOfTheGuestReachesTheScreenRaw() {
    var model = RobustnessTests.hostile()
    model.resize(width: 130, height: 50)
    for cell in model.frame(glyphs: .unicode).cells {
      #expect(cell.scalar == 0 || cell.scalar >= 0x20)
      #expect(cell.scalar < 0x7f || cell.scalar >= 0xa0)
      #expect(cell.scalar != 0x202e)
    }
  }
}

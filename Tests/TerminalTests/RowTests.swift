import Glibc
import Monitor
import Testing

@testable import Terminal

@Suite struct RowTests {
  init() { _ = ScreenLocale.allow(.braille) }

  static func cells(_ scalars: [UInt32]) -> ArraySlice<Cell> {
    scalars.map { value in
      var cell = Cell()
      cell.scalar = value
      return cell
    }[...]
  }

  static func result(_ scalars: [UInt32], width: Int, _ glyphs: GlyphSet = .braille) -> [UInt32] {
    TerminalRow(glyphs: glyphs).cells(cells(scalars), width: width).map(\.scalar)
  }

  static let question = UInt32(UInt8(ascii: "?"))
  static let wide: UInt32 = 0x6f22  // 漢

  @Test func wideCharactersAreWholeOrNotThere() {
    #expect(Self.result([Self.wide, 0, 0x61], width: 3) == [Self.wide, 0, 0x61])
    #expect(Self.result([0x61, Self.wide, 0], width: 2) == [0x61, Self.question])
    #expect(Self.result([Self.wide, 0x61], width: 2) == [Self.question, 0x61])
    #expect(Self.result([0, 0x61], width: 2) == [0x20, 0x61])
    #expect(Self.result([0x61, 0], width: 2) == [0x61, 0x20])
    #expect(Self.result([Self.wide, 0], width: 1) == [Self.question])
    #expect(Self.result([Self.wide, 0], width: 2, .ascii) == [Self.question, 0x20])
  }

  /// The guest may print braille, too.
  @Test func blocksHaveNoBraille() {
    #expect(Self.result([0x28c0, 0x28ff, 0x2800], width: 3, .blocks) == [0x2582, 0x2588, 0x20])
    #expect(Self.result([0x28c0], width: 1, .braille) == [0x28c0])
  }

  @Test func theWidthIsKept() {
    #expect(Self.result([], width: 3) == [0x20, 0x20, 0x20])
    #expect(Self.result([0x61, 0x62, 0x63], width: 2) == [0x61, 0x62])
    #expect(Self.result([0x61], width: 0) == [])
  }

  /// A guest can put any value into a cell.
  @Test(arguments: GlyphSet.allCases) func nothingUnprintableComesOut(glyphs: GlyphSet) {
    let values: [UInt32] =
      Array(1..<0x20) + Array(0x7f..<0xa0) + [
        0x300, 0x200b, 0x202e, 0x2028, 0xfeff, 0xd800, 0xdfff, 0xfffe, 0xffff, 0x10ffff, 0x11_0000,
        0xffff_ffff, 0xe0001, 0xad,
      ]
    for value in values {
      let scalar = Self.result([value], width: 1, glyphs)[0]
      #expect(scalar == Self.question || (scalar == 0xad && glyphs != .ascii), "\(value)")
    }
  }

  @Test func asciiKeepsTheShape() {
    func ascii(_ text: String) -> String {
      var result = ""
      for scalar in text.unicodeScalars {
        result.unicodeScalars.append(ASCIIFallback.replacement(for: scalar))
      }
      return result
    }
    #expect(ascii("┌─┬┐│├┼┤└┴┘═║╭╮") == "+-++|++++++=|++")
    #expect(ascii(" ▁▂▃▄▅▆▇█") == " .:-=+*#@")
    #expect(ascii("▏▎▍▌▋▊▉") == ".:-=+*#")
    #expect(ascii("⠀⠁⣿") == " .@")
    #expect(ascii("●○→←µ×…–") == "*o><ux.-")
    #expect(ascii("héllo 漢") == "h?llo ?")
    for value in UInt32(0)...0x3ffff {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let replaced = ASCIIFallback.replacement(for: scalar).value
      if !(0x20..<0x7f).contains(replaced) { Issue.record("U+\(String(value, radix: 16))") }
    }
  }

  @Test func theLocaleDecides() {
    #expect(GlyphSet.suited(to: "UTF-8") == .braille)
    #expect(GlyphSet.suited(to: "utf8") == .braille)
    #expect(GlyphSet.suited(to: "ANSI_X3.4-1968") == .ascii)
    #expect(GlyphSet.suited(to: "ISO-8859-1") == .ascii)
  }
}

@Suite struct ResizeSettlerTests {
  @Test func theFirstAndTheLastCount() {
    var settler = ResizeSettler()
    let ms: Int64 = 1_000_000
    var log: [Int64] = []
    func signal(_ time: Int64) { if settler.signalled(at: time * ms) { log.append(time) } }
    func pass(_ time: Int64) { if settler.passed(to: time * ms) { log.append(time) } }
    for time in [Int64](arrayLiteral: 0, 5, 10) { signal(time) }
    pass(39)
    #expect(log == [0])
    pass(40)
    signal(50)
    pass(70)
    #expect(log == [0, 40])
    pass(80)
    pass(110)
    #expect(log == [0, 40, 80])
    #expect(settler.deadline == nil)
    signal(120)
    pass(150)
    #expect(log == [0, 40, 80, 120])
    // A long storm is shown now and then.
    log = []
    for time in stride(from: Int64(200), to: 800, by: 5) {
      pass(time)
      signal(time)
    }
    pass(800)
    #expect(log == [200, 400, 600, 800])
  }
}

@Suite struct CapabilityTests {
  @Test func paddingIsLeftOut() {
    #expect(
      Capability.withoutPadding(Array("\u{1b}[?5h$<100/>\u{1b}[?5l".utf8))
        == Array("\u{1b}[?5h\u{1b}[?5l".utf8))
    #expect(Capability.withoutPadding(Array("a$b$<".utf8)) == Array("a$b$<".utf8))
  }
}

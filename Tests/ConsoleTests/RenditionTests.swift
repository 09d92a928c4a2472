import Testing

@testable import Console

/// SGR: ECMA-48 8.3.117, xterm's 90 to 107, 38 and 48.
@Suite struct RenditionTests {
  static func after(_ parameters: String) -> Rendition {
    TerminalEmulator.after("\(esc)[\(parameters)mx").rendition(0, 0)
  }

  @Test func attributes() {
    let all: [(String, Rendition.Attributes)] = [
      ("1", .bold), ("2", .dim), ("3", .italic), ("4", .underline), ("5", .blink), ("7", .reverse),
      ("8", .conceal), ("9", .strike), ("21", .underline), ("4:3", .underline), ("4:0", []),
      ("1;4;7", [.bold, .underline, .reverse]), ("1;22", []), ("3;23", []), ("4;24", []),
      ("5;25", []), ("7;27", []), ("8;28", []), ("9;29", []), ("1;0", []), ("1;", []), ("", []),
    ]
    for (text, wanted) in all { #expect(Self.after(text).attributes == wanted, "\(text)") }
  }

  @Test func colours() {
    let all: [(String, UInt8?, UInt8?)] = [
      ("31", 1, nil), ("47", nil, 7), ("92;105", 10, 13), ("31;39", nil, nil), ("41;49", nil, nil),
      ("38;5;196", 196, nil), ("48;5;17;31", 1, 17), ("38:5:33;41", 33, 1), ("38;5;256", nil, nil),
      ("38;2;255;0;0", 196, nil), ("38:2:0:255:0", 46, nil), ("38:2::0:0:255", 21, nil),
      ("48;2;128;128;128;1", nil, 244), ("38", nil, nil), ("38;5", 0, nil), ("38;7;1", nil, nil),
    ]
    for (text, foreground, background) in all {
      let found = Self.after(text)
      #expect(found.foreground == foreground && found.background == background, "\(text)")
    }
    #expect(Self.after("38;7;1").attributes == .bold)
    #expect(Self.after("48;2;1;2;3;1").attributes == .bold)
  }

  @Test func everyPaletteColourIsNearestToItself() {
    let levels: [UInt8] = [0, 95, 135, 175, 215, 255]
    for (r, red) in levels.enumerated() {
      for (g, green) in levels.enumerated() {
        for (b, blue) in levels.enumerated() {
          let found = Rendition.palette(red: red, green: green, blue: blue)
          #expect(Int(found) == 16 + 36 * r + 6 * g + b)
        }
      }
    }
    #expect(Rendition.palette(red: 8, green: 8, blue: 8) == 232)
    #expect(Rendition.palette(red: 238, green: 238, blue: 238) == 255)
  }

  /// Erasing leaves the background that is set (xterm, Linux), nothing else.
  @Test func erasingKeepsTheBackground() {
    let terminal = TerminalEmulator.after("\(esc)[1;44mx\(esc)[K")
    #expect(terminal.rendition(0, 5).background == 4)
    #expect(terminal.rendition(0, 5).attributes == [])
  }

  @Test func savedWithTheCursor() {
    let terminal = TerminalEmulator.after("\(esc)[1m\(esc)7\(esc)[m\(esc)[H\(esc)8x")
    #expect(terminal.rendition(0, 0).attributes == .bold)
  }
}

import Testing
import Themes

@testable import Terminal

@Suite struct ColorTests {
  @Test func theChoiceBeatsNoColorBeatsTheTerminal() {
    typealias Depth = ColorDepth
    #expect(Depth.resolve(.automatic, noColor: nil, offered: .indexed256) == .indexed256)
    #expect(Depth.resolve(.automatic, noColor: "", offered: .indexed256) == .indexed256)
    #expect(Depth.resolve(.automatic, noColor: "1", offered: .indexed256) == .monochrome)
    #expect(Depth.resolve(.ansi16, noColor: "1", offered: .indexed256) == .ansi16)
    #expect(Depth.resolve(.never, noColor: nil, offered: .direct) == .monochrome)
    #expect(Depth.resolve(.direct, noColor: nil, offered: .ansi8) == .ansi8)
    #expect(Depth.resolve(.indexed256, noColor: nil, offered: .direct) == .indexed256)
  }

  @Test(arguments: [
    (0, ColorDepth.monochrome), (-1, .monochrome), (2, .monochrome), (8, .ansi8), (16, .ansi16),
    (88, .ansi16), (256, .indexed256), (0x1000000, .direct),
  ]) func offered(colors: Int, depth: ColorDepth) {
    #expect(ColorDepth.offered(colors: colors) == depth)
  }

  /// The palette of xterm, by its own formula.
  static func rgb(_ index: Int32) -> RGB {
    if index >= 232 {
      let level = UInt8(8 + 10 * (index - 232))
      return RGB(red: level, green: level, blue: level)
    }
    let levels: [UInt8] = [0, 95, 135, 175, 215, 255]
    let cube = Int(index - 16)
    return RGB(red: levels[cube / 36], green: levels[cube / 6 % 6], blue: levels[cube % 6])
  }

  @Test func theNearestOf256IsFound() {
    for red in stride(from: 0, through: 255, by: 15) {
      for green in stride(from: 0, through: 255, by: 17) {
        for blue in stride(from: 0, through: 255, by: 51) {
          let rgb = RGB(red: UInt8(red), green: UInt8(green), blue: UInt8(blue))
          let best = (Int32(16)...255).map { rgb.distance(to: Self.rgb($0)) }.min()
          let found = rgb.distance(to: Self.rgb(Int32(XtermPalette.nearest(to: rgb))))
          // Of the greys only the one at the mean is looked at, which may be a step off.
          #expect(found <= (best ?? 0) + 300, "\(rgb)")
        }
      }
    }
    for index in Int32(16)...255 {
      #expect(Self.rgb(Int32(XtermPalette.nearest(to: Self.rgb(index)))) == Self.rgb(index))
    }
  }

  @Test func sixteenTakesTheThemesNameElseTheNearest() {
    let map = ColorMap(depth: .ansi16)
    #expect(map.number(.rgb(RGB(0xff0000)), fallback: nil) == 9)
    #expect(map.number(.rgb(RGB(0xff0000)), fallback: .ansi(.green)) == 2)
    #expect(map.number(.rgb(RGB(0xff0000)), fallback: .terminal) == -1)
    #expect(map.number(.rgb(RGB(0x101418)), fallback: nil) == 0)
    let eight = ColorMap(depth: .ansi8)
    #expect(eight.number(.ansi(.brightRed), fallback: nil) == 1)
    #expect(eight.number(.ansi(.brightBlack), fallback: nil) == -1, "never black on black")
    #expect(ColorMap(depth: .monochrome).number(.ansi(.red), fallback: .ansi(.red)) == -1)
  }

  @Test func directAvoidsTheNumbersThatMeanANSI() {
    let map = ColorMap(depth: .direct)
    #expect(map.number(.rgb(RGB(0x123456)), fallback: .ansi(.red)) == 0x123456)
    #expect(map.number(.rgb(RGB(0x000003)), fallback: nil) == 0)
    #expect(map.number(.rgb(RGB(0x000007)), fallback: nil) == 8)
    #expect(map.number(.ansi(.red), fallback: nil) == 1)
    #expect(map.number(.ansi(.brightRed), fallback: nil) == 0xff0000)
    #expect(map.number(.terminal, fallback: nil) == -1)
  }
}

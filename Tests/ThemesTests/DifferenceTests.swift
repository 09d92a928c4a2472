import Testing

@testable import Themes

/// CIEDE2000 and colour vision against published values.
@Suite struct DifferenceTests {
  /// Pairs of the test data of Sharma, Wu and Dalal (2005), which cover the formula's branches.
  @Test(arguments: [
    (
      LabColor(lightness: 50, a: 2.6772, b: -79.7751), LabColor(lightness: 50, a: 0, b: -82.7485),
      2.0425
    ),
    (LabColor(lightness: 50, a: 0, b: 0), LabColor(lightness: 50, a: -1, b: 2), 2.3669),
    (
      LabColor(lightness: 50, a: 2.49, b: -0.001), LabColor(lightness: 50, a: -2.49, b: 0.0009),
      7.1792
    ),
    (
      LabColor(lightness: 50, a: 2.49, b: -0.001), LabColor(lightness: 50, a: -2.49, b: 0.0011),
      7.2195
    ),
    (LabColor(lightness: 50, a: 2.5, b: 0), LabColor(lightness: 73, a: 25, b: -18), 27.1492),
    (LabColor(lightness: 50, a: 2.5, b: 0), LabColor(lightness: 58, a: 24, b: 15), 19.4535),
    (
      LabColor(lightness: 22.7233, a: 20.0904, b: -46.694),
      LabColor(lightness: 23.0331, a: 14.973, b: -42.5619), 2.0373
    ),
    (
      LabColor(lightness: 2.0776, a: 0.0795, b: -1.135),
      LabColor(lightness: 0.9033, a: -0.0636, b: -0.5514), 0.9082
    ),
  ])
  func agreesWithThePublishedData(first: LabColor, second: LabColor, expected: Double) {
    #expect(abs(first.difference(from: second) - expected) < 0.00005)
    #expect(abs(second.difference(from: first) - expected) < 0.00005)
  }

  @Test func ends() {
    #expect(abs(RGB(0xffffff).difference(from: RGB(0x000000)) - 100) < 0.01)
    for vision in ColorVision.allCases {
      // The matrices keep white and grey.
      let white = vision.seen(SIMD3(repeating: 1))
      #expect(abs(white.x - 1) < 1e-5 && abs(white.y - 1) < 1e-5 && abs(white.z - 1) < 1e-5)
      #expect(RGB(0x335577).difference(from: RGB(0x335577), vision: vision) == 0)
    }
    let (red, green) = (RGB(0xcc4444), RGB(0x448844))
    #expect(red.difference(from: green) > 3 * red.difference(from: green, vision: .deutan))
  }

  @Test func entriesOf256AreTheirOwnNearest() {
    for index in UInt8(16)...255 {
      let color = XtermPalette.color(index)
      #expect(XtermPalette.color(XtermPalette.nearest(to: color)) == color)
    }
    #expect(XtermPalette.color(196) == RGB(0xff0000))
    #expect(XtermPalette.color(232) == RGB(0x080808))
  }
}

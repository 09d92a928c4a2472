import Testing

@testable import Monitor

/// Pictures of the IPI view (monitor.md 6, "IPI matrix" and the scaling rules).
@Suite struct IPIGoldenTests {
  static let sizes = [(40, 10), (80, 24), (120, 40), (200, 60)]

  @Test(arguments: [1, 8, 64, 256, 1_024])
  func matrix(vcpus: Int) throws {
    var model = Fixture.ipiModel(vcpus: vcpus)
    for key in [Key.home, .down, .down, .right] { _ = model.handle(key) }
    for (width, height) in Self.sizes {
      model.resize(width: width, height: height)
      for glyphs in GlyphSet.goldens {
        try GoldenTests.check(
          model.frame(glyphs: glyphs), "ipi-\(width)x\(height)-\(vcpus)-\(glyphs.goldenName)")
      }
    }
  }

  @Test func theSmallestOfAll() throws {
    for vcpus in [1, 64] {
      var model = Fixture.ipiModel(vcpus: vcpus)
      model.resize(width: 20, height: 5)
      try GoldenTests.check(model.frame(glyphs: .unicode), "ipi-20x5-\(vcpus)")
    }
  }

  /// What the keys lead to: each pane, the list alone, totals, linear heat, without self, zoomed in.
  @Test(arguments: [
    ("v", "vectors"), ("vv", "modes"), ("vvog", "modes-sorted"), ("o", "list"), ("rn", "linear"),
    ("z", "others"), ("ojo\r", "zoomed"), ("ojo\r\r", "zoomed-twice"), ("ojj\r", "found"),
  ])
  func keys(text: String, name: String) throws {
    for (vcpus, width, height) in [(8, 80, 24), (64, 80, 24), (1_024, 80, 24), (64, 40, 10)] {
      var model = Fixture.ipiModel(vcpus: vcpus, width: width, height: height)
      for key in [Key.home, .down, .right] { _ = model.handle(key) }
      for scalar in text.unicodeScalars {
        _ = model.handle(scalar == "\r" ? .enter : .character(scalar))
      }
      try GoldenTests.check(
        model.frame(glyphs: .unicode), "ipi-\(name)-\(width)x\(height)-\(vcpus)")
    }
  }
}

import Testing

@testable import Monitor

/// Every view at every size of monitor.md section 5 for every number of vcpus, in both sets of characters: one
/// file for each view, number and set, with the five pictures under each other.
@Suite struct MatrixGoldenTests {
  private static let sizes = [(20, 5), (40, 10), (80, 24), (120, 40), (200, 60)]
  private static let vcpus = [1, 8, 64, 256, 1024]

  @Test(arguments: MonitorView.allCases, GlyphSet.goldens)
  func view(_ view: MonitorView, glyphs: GlyphSet) throws {
    for count in Self.vcpus {
      var model = Self.model(view, vcpus: count)
      var text = ""
      for (width, height) in Self.sizes {
        model.resize(width: width, height: height)
        let frame = model.frame(glyphs: glyphs)
        #expect(frame.width == width && frame.height == height)
        text += "== \(width)x\(height)\n" + frame.text + "\n"
      }
      let name = "matrix-\(view.title.lowercased())-\(count)-\(glyphs.goldenName)"
      try GoldenTests.check(text: text, name)
    }
  }

  /// `view` with something to see in it.
  private static func model(_ view: MonitorView, vcpus: Int) -> MonitorModel {
    var model: MonitorModel
    switch view {
    case .overview, .console, .log: model = Fixture.model(vcpus: vcpus)
    case .timeline: model = Fixture.timeline(vcpus: vcpus)
    case .ipi: model = Fixture.ipiModel(vcpus: vcpus)
    case .vcpu: model = Fixture.vcpuView(vcpus: vcpus, selected: vcpus / 2)
    case .interrupts, .policies: model = Fixture.boardModel(vcpus: vcpus, view: view)
    }
    _ = model.handle(.character(view.key))
    return model
  }
}

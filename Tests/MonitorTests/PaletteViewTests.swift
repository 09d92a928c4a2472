import Testing

@testable import Monitor

/// What the palette looks like, at any size.
@Suite struct PaletteViewTests {
  static let lines = [
    "", "the", "vcpu ", "inject fixed 0x40 to ", "freze", "policy x", "filter lag>x rdv",
    String(repeating: "名w", count: 128),
  ]

  @Test(arguments: lines)
  func anySize(line: String) {
    for (vcpus, view) in [(0, "1"), (64, "1"), (4, "4")] {
      var model = vcpus == 0 ? MonitorModel() : Fixture.model(vcpus: vcpus)
      PaletteTests.type(view + ":" + line, &model)
      for enters in 0...1 {
        if enters == 1 { _ = model.handle(.enter) } else { _ = model.handle(.tab) }
        for width in [0, 1, 2, 3, 20, 39, 40, 41, 80, 150, 250] {
          for height in [0, 1, 2, 3, 5, 7, 8, 9, 10, 16, 24, 50, 80] {
            model.resize(width: width, height: height)
            let frame = model.frame(glyphs: .ascii)
            #expect(frame.cells.count == width * height)
            let isASCII = frame.cells.allSatisfy { $0.scalar >= 0x20 && $0.scalar <= 0x7e }
            #expect(isASCII, "\(width)x\(height)")
            guard model.ui.palette.isOpen else { continue }
            let place = PalettePlace(model, model.paletteCompletions)
            let isInside =
              place.list.height <= 8 && place.visible.count == place.list.height
              && (place.list.isEmpty || place.rule.y >= 1 && place.list.bottom == place.prompt.y)
              && (height == 0 || (0..<height).contains(place.prompt.y))
            #expect(isInside, "\(width)x\(height): \(place)")
          }
        }
      }
    }
  }

  /// The end of a long line is what is being typed.
  @Test func theEndOfALongLineIsShown() {
    var model = PaletteTests.typed("filter " + String(repeating: "a", count: 200) + "z")
    #expect(model.frame(glyphs: .blocks).text.contains("…aaa"))
    #expect(model.frame(glyphs: .blocks).text.contains("az_"))
    model.resize(width: 20, height: 5)
    #expect(model.frame(glyphs: .blocks).text.hasSuffix(":…aaaaaaaaaaaaaaaaz_"))
  }

  @Test func theBarHasTheKeyWhereThereIsRoom() {
    for context in KeyBinding.views {
      let wide = KeyBar.items(context, width: 140, isStopped: false)
      #expect(wide.contains { $0.binding.action == .openPalette }, "\(context)")
      let narrow = KeyBar.items(context, width: 80, isStopped: false)
      #expect(!narrow.contains { $0.binding.action == .openPalette }, "\(context)")
    }
  }

  @Test(arguments: [
    ("", "empty", 0), ("the", "typed", 0), ("sce", "argument", 3), ("filter lag>x", "mistake", -1),
    ("rendezvous 7", "long-mistake", -1), ("inject fixed 0x40 to ", "inject", 1),
  ])
  func golden(text: String, name: String, tabs: Int) throws {
    var model = PaletteTests.typed(text)
    for _ in 0..<max(0, tabs) { _ = model.handle(.tab) }
    if tabs < 0 { _ = model.handle(.enter) }
    try GoldenTests.check(model.frame(glyphs: .blocks), "palette-\(name)-80x24")
    for (width, height) in [(20, 5), (40, 10), (120, 40)] {
      model.resize(width: width, height: height)
      try GoldenTests.check(model.frame(glyphs: .ascii), "palette-\(name)-\(width)x\(height)-ascii")
    }
  }

  @Test func onTinyScreensThePromptIsAlone() {
    var model = PaletteTests.typed("freze")
    model.resize(width: 20, height: 5)
    #expect(model.frame(glyphs: .ascii).text.hasSuffix("\n:freze_"))
    _ = model.handle(.enter)
    #expect(model.frame(glyphs: .blocks).text.hasSuffix("\nno command 'freze';…"))
  }
}

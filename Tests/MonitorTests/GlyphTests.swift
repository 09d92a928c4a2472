import Testing

@testable import Monitor

/// The three sets of characters.
@Suite struct GlyphTests {
  @Test func namesOfTheCommandLine() {
    #expect(GlyphSet(option: "ascii") == .ascii)
    #expect(GlyphSet(option: "blocks") == .blocks)
    #expect(GlyphSet(option: "braille") == .braille)
    #expect(GlyphSet(option: "unicode") == .braille)
    #expect(GlyphSet(option: "auto") == nil)
    #expect(Set(GlyphSet.allCases.map(\.next)) == Set(GlyphSet.allCases))
  }

  // MARK: Curves

  @Test func aCellHasTwoSamples() {
    // From nothing to all in four steps, each twice.
    #expect(BrailleCurve.text([1, 1, 2, 2, 3, 3, 4, 4], width: 4) == "⣤⣶⣿⣿")
    #expect(BrailleCurve.text([0, 4], width: 1) == "⢸")
    #expect(BrailleCurve.text([4, 0], width: 1) == "⡇")
    // Any value above 0 shows.
    #expect(BrailleCurve.text([0.001, 4], width: 1) == "⣸")
  }

  @Test func theNewestIsAtTheRight() {
    #expect(BrailleCurve.text([4], width: 3) == "  ⢸")
    #expect(BrailleCurve.text([9, 9, 9, 9, 0, 0, 4, 4], width: 2) == " ⣿")
    #expect(BrailleCurve.text([], width: 2) == "  ")
    #expect(BrailleCurve.text([1], width: 0) == "")
    #expect(BrailleCurve.text([1], width: -3) == "")
  }

  /// An empty cell is a blank: fonts without braille have one.
  @Test func nothingIsABlank() {
    for values in [[], [0, 0], [-1, .nan], [Double.infinity, 0], [.nan, .nan, .nan]] {
      #expect(BrailleCurve.text(values, width: 2) == "  ")
    }
  }

  @Test func curvesOfTheOverview() {
    for width in [80, 120, 200] {
      var model = Fixture.model(vcpus: 4, width: width, height: 40)
      func braille(_ frame: Frame) -> Int {
        frame.cells.count { (0x2800...0x28ff).contains($0.scalar) }
      }
      let frame = model.frame(glyphs: .braille)
      #expect(braille(frame) > 20)
      #expect(!frame.cells.contains { $0.scalar == 0x2800 })
      #expect(braille(model.frame(glyphs: .blocks)) == 0)
      // The same picture but for the curves.
      _ = model.handle(.character("7"))
      #expect(model.frame(glyphs: .braille).text == model.frame(glyphs: .blocks).text)
    }
  }

  /// A click on a curve goes to the moment under it in every set.
  @Test(arguments: GlyphSet.allCases) func clicksFindTheirMoment(glyphs: GlyphSet) {
    var model = Fixture.model(vcpus: 4)
    model.glyphs = glyphs
    let frame = model.frame(glyphs: glyphs)
    let y = model.layout.totals.y
    // The last cell of the first curve: before the second word.
    let line = frame.row(y).map { Unicode.Scalar($0.scalar) ?? " " }
    let text = String(String.UnicodeScalarView(line))
    let end = text.prefix { $0 != "p" }.unicodeScalars.count - 2
    #expect(model.handle(MouseEvent(x: end - 2, y: y, kind: .press)).isEmpty)
    let back: UInt64 = glyphs == .braille ? 4 : 2
    #expect(model.isFrozen)
    let age = model.past?.age ?? .max
    #expect(age >= (back - 2) * 100_000_000 && age <= (back + 2) * 100_000_000, "\(text) \(age)")
  }

  /// The counters alone have room below for a curve of several rows, twice as fine in braille.
  @Test(arguments: GlyphSet.allCases) func theChartBelowTheCards(glyphs: GlyphSet) throws {
    var model = Fixture.model(vcpus: 4, width: 120, height: 40)
    let downs = Array(repeating: Key.down, count: 10)
    for key in [Key.tab] + downs + [.enter] { _ = model.handle(key) }
    let frame = model.frame(glyphs: glyphs)
    try GoldenTests.check(frame, "counters-120x40-4-\(glyphs.goldenName)")
    let rows = try #require(model.layout.panes[.counters]).bottom
    let full: [GlyphSet: UInt32] = [.ascii: 0x40, .blocks: 0x2588, .braille: 0x28ff]
    // The newest is no more than the largest: its lowest cell is full, the pane's last.
    let cell = frame[119, rows - 1].scalar
    #expect(cell == full[glyphs], "\(cell)")
    // Wherever there is no room there is none.
    model.resize(width: 80, height: 24)
    #expect(!model.frame(glyphs: glyphs).text.contains("up to "))
  }

  // MARK: Twins

  @Test func everyPatternHasABlock() {
    for value in UInt32(0x2800)...0x28ff {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let dots = UInt32((value & 0xff).nonzeroBitCount)
      let wanted = dots == 0 ? 0x20 : 0x2580 + dots
      #expect(GlyphSet.block(ofBraille: scalar).value == wanted)
      var frame = Frame(width: 1, height: 1)
      frame[0, 0] = Cell(scalar)
      #expect(frame.inGlyphs(.blocks)[0, 0].scalar == wanted)
      #expect(frame.inGlyphs(.braille)[0, 0].scalar == value)
    }
    #expect(GlyphSet.block(ofBraille: "x") == "x")
  }

  /// IRR, ISR and TMR: dots in braille, as many eighths as vectors in blocks, the number in ASCII.
  @Test func theSetsOfVectors() {
    let model = Fixture.vcpuView(vcpus: 8, selected: 5)
    let pictures = GlyphSet.allCases.map { glyphs in
      model.frame(glyphs: glyphs).text.split(separator: "\n").first { $0.contains("IRR ") } ?? ""
    }
    #expect(!pictures[1].unicodeScalars.contains { (0x2800...0x28ff).contains($0.value) })
    #expect(pictures[1].unicodeScalars.contains { (0x2581...0x2588).contains($0.value) })
    #expect(pictures[2].unicodeScalars.contains { (0x2801...0x28ff).contains($0.value) })
  }

  // MARK: Pictures

  @Test func goldens() throws {
    for (width, height) in [(80, 24), (120, 40)] {
      var model = Fixture.model(vcpus: 4)
      model.resize(width: width, height: height)
      try GoldenTests.check(
        model.frame(glyphs: .braille), "overview-\(width)x\(height)-4-braille")
    }
    let vcpu = Fixture.vcpuView(vcpus: 8, selected: 5)
    try GoldenTests.check(vcpu.frame(glyphs: .braille), "vcpu-80x24-8-braille")
    var board = Fixture.boardModel(vcpus: 4, view: .interrupts)
    board.resize(width: 120, height: 40)
    try GoldenTests.check(board.frame(glyphs: .braille), "interrupts-4-120x40-braille")
  }
}

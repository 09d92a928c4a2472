import Rendezvous
import Telemetry
import Testing

@testable import Monitor

/// What is said of each design, and how the broken ones are offered.
@Suite struct PolicyPageTests {
  static let all = RendezvousPolicy.presets + RendezvousPolicy.unsafePresets

  private func text(_ policy: RendezvousPolicy, width: Int = 80) -> String {
    PolicyPage.content(policy, Recording(), width: width).lines.compactMap(\.plain)
      .joined(separator: "\n")
  }

  /// Each of the sixteen has a story of its own, its number, its cost, its dimensions.
  @Test(arguments: all)
  func everyPresetHasAStory(policy: RendezvousPolicy) {
    let story = PolicyStory(policy)
    #expect(!story.gist.isEmpty && CellWidth.columns(story.gist) <= 60)
    #expect(story.said.joined().contains("D37390") && !story.cost.isEmpty)
    #expect(Self.all.filter { PolicyStory($0) == story }.count == 1)
    let page = text(policy)
    for dimension in policy.dimensions { #expect(page.contains("\(dimension.name) ")) }
    #expect(policy.meanings.count == policy.dimensions.count)
    #expect(page.contains("Hazard") == (policy.hazard != nil))
    #expect((HazardWords.warning(policy) != nil) == (policy.hazard != nil))
    #expect(RendezvousPolicy.unsafePresets.contains(policy) == (policy.hazard != nil))
    for line in page.split(separator: "\n") { #expect(CellWidth.columns(String(line)) <= 79) }
    for line in text(policy, width: 40).split(separator: "\n") {
      #expect(CellWidth.columns(String(line)) <= 39, "\(line)")
    }
  }

  @Test(arguments: [
    (RendezvousPolicy.baseline, ["D37417", "PR #1838", "70 %"]),
    (.strict, ["panics", "INIT"]), (.mutex, ["D37452", "lock checker", "bottleneck"]),
    (.atomic, ["order of the two stores wrong"]), (.barrier, ["barrier", "no kick"]),
    (.empty, ["whether anybody is wanted"]), (.double, ["too complicated"]),
    (.landed, ["892feec2211d", "D52968", "SPINS"]), (.illumos, ["13253", "when it is delivered"]),
    (.tryst, ["stay edge-triggered", "nobody is woken"]), (.firstWord, ["vcpus 0-63"]),
    (.firstWordSet, ["one word"]), (.noClear, ["empties the set"]), (.deafHalt, ["mutation"]),
    (.unlatchedKick, ["interrupts are off"]),
  ])
  func whatIsWellKnownIsThere(policy: RendezvousPolicy, facts: [String]) {
    let page = text(policy, width: 4_000).replacing("\n", with: " ")
    for fact in facts { #expect(page.contains(fact), "\(fact)") }
  }

  /// A design of nobody's has the words of its dimensions.
  @Test func aDesignThatIsNoPreset() {
    var policy = RendezvousPolicy.landed
    policy.check = .notEmpty
    #expect(PolicyStory(policy) != PolicyStory(.landed))
    #expect(PolicyStory(policy).said[0].contains("D37390"))
  }

  // MARK: Broken ones

  private func model(unsafe: Bool, width: Int = 80, height: Int = 24) -> MonitorModel {
    var model = Fixture.boardModel(vcpus: 4, width: width, height: height, view: .overview)
    var next = Fixture.snapshot(vcpus: 4, step: 41)
    next.allowsUnsafePolicies = unsafe
    model.absorb(next)
    return model
  }

  @Test func theyAreOfferedOnlyWhereAsked() {
    for isUnsafe in [false, true] {
      let model = model(unsafe: isUnsafe)
      let wanted = RendezvousPolicy.presets + (isUnsafe ? RendezvousPolicy.unsafePresets : [])
      #expect(model.offeredPolicies == wanted)
      #expect(PoliciesState.policies(model.shown) == wanted)
      var chooser = Fixture.pressed(.character("p"), .end, in: model)
      #expect(chooser.frame(glyphs: .unicode).text.contains("!deaf-halt") == isUnsafe)
      _ = chooser.handle(.escape)
      var palette = Fixture.pressed(.character(":"), in: model)
      for scalar in "policy deaf".unicodeScalars { _ = palette.handle(.character(scalar)) }
      #expect(palette.paletteCompletions.map(\.word) == (isUnsafe ? ["deaf-halt"] : []))
      for scalar in "-halt".unicodeScalars { _ = palette.handle(.character(scalar)) }
      #expect(palette.handle(.enter).isEmpty)
      #expect(
        palette.ui.palette.mistake?.contains(isUnsafe ? "Enter again" : "--unsafe-policies") == true
      )
      #expect(palette.handle(.enter) == (isUnsafe ? [.perform(.setPolicy(.deafHalt))] : []))
    }
  }

  @Test func aSecondEnterIsNeededAndAnyOtherKeyTakesTheQuestionBack() {
    var model = Fixture.pressed(.character("8"), .end, .up, in: model(unsafe: true))
    #expect(model.selectedPolicy == .deafHalt)
    #expect(model.handle(.enter).isEmpty)
    #expect(
      model.ui.notice
        == "! Enter again? deaf-halt hangs halted members; the watchdog ends that after 1 s"
    )
    _ = model.handle(.character("t"))
    #expect(model.handle(.enter).isEmpty)
    #expect(model.handle(.enter) == [.perform(.setPolicy(.deafHalt))])
    // The question was about that one.
    model = Fixture.pressed(.enter, .down, in: model)
    #expect(model.selectedPolicy == .unlatchedKick && model.handle(.enter).isEmpty)
    #expect(model.ui.notice?.hasPrefix("! Enter again? unlatched-kick") == true)
    // A safe one is put in force at once.
    model = Fixture.pressed(.home, in: model)
    #expect(model.handle(.enter) == [.perform(.setPolicy(.baseline))])
  }

  @Test func theSameInTheChooser() {
    var model = Fixture.pressed(.character("p"), .end, in: model(unsafe: true))
    #expect(model.handle(.enter).isEmpty && model.ui.context == .chooser)
    #expect(model.frame(glyphs: .unicode).text.contains("! Enter again? unlatched-kick"))
    #expect(model.handle(.enter) == [.perform(.setPolicy(.unlatchedKick))])
    #expect(model.ui.context == .overview)
  }

  /// The review is one key away there, too, and Esc leads back to the list.
  @Test func theReviewFromTheChooser() {
    var model = Fixture.pressed(.character("p"), .character("x"), in: model(unsafe: false))
    #expect(model.frame(glyphs: .unicode).text.contains("[Policy landed, in force]"))
    _ = model.handle(.escape)
    #expect(model.ui.context == .chooser)
    model = Fixture.pressed(.escape, .character("S"), .character("x"), in: model)
    #expect(model.ui.pages.isEmpty)
  }

  @Test func aBrokenOneIsMarkedInTheHeaderWithoutColourToo() {
    for (width, height) in [(40, 10), (80, 24)] {
      var model = model(unsafe: true, width: width, height: height)
      var next = Fixture.snapshot(vcpus: 4, step: 42)
      next.policy = .deafHalt
      model.absorb(next)
      let frame = model.frame(glyphs: .unicode)
      let header = String(frame.text.prefix { $0 != "\n" })
      #expect(header.contains("!deaf-halt"), "\(header)")
      let place = frame.row(0).firstIndex { $0.scalar == 0x21 } ?? 0
      #expect(frame.cells[place].role == .warning)
    }
  }

  // MARK: Pictures

  @Test func goldens() throws {
    for (width, height) in [(40, 10), (80, 24), (160, 50)] {
      let size = "\(width)x\(height)"
      let start = model(unsafe: true, width: width, height: height)
      let chooser = Fixture.pressed(.character("p"), in: start)
      try GoldenTests.check(chooser.frame(glyphs: .unicode), "policy-unsafe-\(size)")
      let asked = Fixture.pressed(.end, .up, .enter, in: chooser)
      try GoldenTests.check(asked.frame(glyphs: .unicode), "policy-asked-\(size)")
      let view = Fixture.pressed(.character("8"), .end, .up, in: start)
      try GoldenTests.check(view.frame(glyphs: .unicode), "policies-unsafe-\(size)")
      for policy in [RendezvousPolicy.landed, .deafHalt] {
        var page = start
        page.open(.policy(policy))
        for glyphs in GlyphSet.goldens {
          try GoldenTests.check(
            page.frame(glyphs: glyphs), "x-\(policy.preset)-\(size)-\(glyphs.goldenName)")
        }
      }
    }
  }
}

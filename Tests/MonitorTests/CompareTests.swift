import Commands
import Comparison
import Rendezvous
import Telemetry
import Testing

@testable import Monitor

@Suite struct CompareTests {
  static let sizes = [(80, 24), (160, 50)]

  @Test(arguments: sizes, GlyphSet.goldens)
  func goldens(size: (Int, Int), glyphs: GlyphSet) throws {
    let (width, height) = size
    var model = CompareFixture.model(.table, width: width, height: height)
    let name = "\(width)x\(height)-\(glyphs.goldenName)"
    try GoldenTests.check(model.frame(glyphs: glyphs), "compare-nothing-\(name)")
    model.comparison = CompareFixture.state(rounds: 2)
    try GoldenTests.check(model.frame(glyphs: glyphs), "compare-running-\(name)")
    model.comparison = CompareFixture.experiment()
    _ = model.handle(.end)
    try GoldenTests.check(model.frame(glyphs: glyphs), "compare-experiment-\(name)")
    _ = model.handle(.tab)
    model.pair = CompareFixture.pair()
    try GoldenTests.check(model.frame(glyphs: glyphs), "pair-\(name)")
  }

  @Test func opensOverAnyViewAndGoesBackThere() {
    for view in MonitorView.allCases {
      var model = Fixture.model(vcpus: 4)
      _ = model.handle(.character(view.key))
      _ = model.handle(.character("C"))
      #expect(model.ui.context == .compare)
      #expect(model.frame(glyphs: .ascii).text.contains("Compare: [Table] A|B"))
      #expect(model.handle(.escape).isEmpty)
      #expect(model.ui.view == view && !model.showsComparison)
    }
  }

  @Test func enterAsksForWhatTheScreenSays() {
    var model = CompareFixture.model(.table)
    for key in [Key.character("S"), .character("n")] { _ = model.handle(key) }
    let text = model.frame(glyphs: .ascii).text
    #expect(text.contains("Enter measures: reroute-storm, 8 vcpus, 11 policies, 11 s"))
    let plan = ComparisonPlan(
      scenarios: [.rerouteStorm], policies: RendezvousPolicy.presets, vcpus: [8],
      nanoseconds: 1_000_000_000)
    #expect(model.handle(.enter) == [.compare(.run(plan))])
  }

  @Test func experimentsComeOneAfterTheOther() {
    var model = CompareFixture.model(.table)
    for experiment in Experiment.all {
      _ = model.handle(.character("e"))
      #expect(model.frame(glyphs: .ascii).text.contains("Enter measures: \(experiment.name)  "))
      let plan = ComparisonPlan(
        trials: [ComparisonTrial(experiment)], nanoseconds: CompareState.nanoseconds)
      #expect(model.handle(.enter) == [.compare(.run(plan))])
    }
    _ = model.handle(.character("e"))
    #expect(model.ui.compare.experiment == nil)
  }

  @Test func oneAtATime() {
    var model = CompareFixture.model(.table)
    #expect(model.handle(.character("s")).isEmpty)
    #expect(model.ui.notice == "nothing is being measured")
    model.comparison = CompareFixture.state(rounds: 2)
    #expect(model.handle(.enter).isEmpty)
    #expect(model.ui.notice == "one is being measured; s ends it")
    #expect(model.handle(.character("s")) == [.compare(.cut)])
    model.comparison = CompareFixture.state()
    #expect(model.handle(.enter).count == 1)
  }

  @Test func unsafePoliciesOnlyWhereAskedFor() {
    var model = CompareFixture.model(.pair)
    func offered() -> Set<String> {
      var names: Set<String> = []
      for _ in 0..<20 {
        _ = model.handle(.character("b"))
        names.insert(model.ui.compare.names[1])
      }
      return names
    }
    #expect(offered() == Set(RendezvousPolicy.presets.map(\.preset)))
    _ = model.handle(.character("u"))
    #expect(offered().isSuperset(of: RendezvousPolicy.unsafePresets.map(\.preset)))
    while model.ui.compare.names[1] != "no-clear" { _ = model.handle(.character("b")) }
    model.pair = PairState(model.ui.compare.pair)
    #expect(model.frame(glyphs: .ascii).text.contains("B no-clear UNSAFE"))
    _ = model.handle(.character("u"))
    #expect(model.ui.compare.names[1] == "landed")
  }

  @Test func aPairIsEndedWithItsPage() {
    var model = CompareFixture.model(.pair)
    #expect(model.handle(.enter) == [.compare(.runPair(model.ui.compare.pair))])
    model.pair = CompareFixture.pair()
    _ = model.handle(.character("a"))
    #expect(model.ui.compare.names[0] == "strict")
    #expect(model.frame(glyphs: .ascii).text.contains("Enter starts both again: A strict"))
    _ = model.handle(.character("A"))
    #expect(model.handle(.character("s")) == [.compare(.endPair)])
    #expect(model.handle(.escape) == [.compare(.endPair)])
    model.pair?.isEnded = true
    _ = model.handle(.character("C"))
    #expect(model.ui.context == .pair)
    #expect(model.handle(.character("C")).isEmpty)
  }

  @Test func saidWhetherTheGuestGoesOn() {
    var model = CompareFixture.model(.table)
    #expect(model.frame(glyphs: .ascii).text.contains("the guest of the views goes on meanwhile"))
    var snapshot = Fixture.snapshot(vcpus: 4, step: 60)
    snapshot.isStopped = true
    model.absorb(snapshot)
    #expect(model.frame(glyphs: .ascii).text.contains("the guest of the views is stopped"))
  }

  @Test func scrollsThroughEveryLine() {
    var model = CompareFixture.model(.table)
    model.comparison = CompareFixture.state()
    let lines = model.comparePage.lines
    #expect(lines.count > model.comparePage.rows.height)
    var seen = ""
    for _ in 0..<10 {
      seen += model.frame(glyphs: .ascii).text
      _ = model.handle(.pageDown)
    }
    for line in lines where line.kind != .blank {
      let text = line.text.split(separator: " ").joined(separator: " ")
      #expect(seen.split(separator: " ").joined(separator: " ").contains(text), "\(line.text)")
    }
    _ = model.handle(.home)
    #expect(model.ui.compare.top == 0)
    _ = model.handle(MouseEvent(x: 5, y: 10, kind: .wheelDown))
    #expect(model.ui.compare.top == 3)
  }

  @Test func savedAndCopied() throws {
    var model = CompareFixture.model(.table)
    #expect(model.handle(.character("w")).isEmpty)
    model.comparison = CompareFixture.state()
    guard case .save(let view)? = model.handle(.character("w")).first else {
      Issue.record("nothing saved")
      return
    }
    #expect(view.suggestedName.hasPrefix("tryst-compare-") && view.suggestedName.hasSuffix(".json"))
    let json = String(decoding: view.json, as: UTF8.self)
    #expect(json.hasPrefix("{\"schema\":1,") && json.hasSuffix("}\n"))
    guard case .copy(let text)? = model.handle(.character("y")).first else {
      Issue.record("nothing copied")
      return
    }
    #expect(text.contains("| baseline |"))
  }

  @Test func differences() {
    for (a, b, words) in [
      (nil, nil, "none"), (0, 0, "none"), (5, 0, "only A"), (nil, 5, "only B"),
      (100, 100.2, "same"),
      (100, 117, "+17 %"), (100, 34, "-66 %"), (100, 310, "x 3.1"),
    ] as [(Double?, Double?, String)] {
      #expect(PairQuantity.difference(a, b) == words)
    }
  }

  /// No size traps, whatever there is to show, and ASCII stays ASCII.
  @Test(arguments: [CompareState.Page.table, .pair]) func anySize(page: CompareState.Page) {
    var hostile = ComparisonCounts()
    hostile.nanoseconds = 1
    hostile.completed = .max
    hostile.stallNanoseconds = .max
    hostile.work = .max
    hostile.exits[.bystander] = .max
    var states = [nil, CompareFixture.state(rounds: 1), CompareFixture.experiment("E4")]
    var full = ComparisonState(CompareState().plan)
    for slice in full.slices(trial: 0, round: 0) { full.end(slice, hostile) }
    full.problem = "KVM said no\u{1b}[2J"
    states.append(full)
    var pair = PairState(CompareState().pair)
    pair.add([hostile, ComparisonCounts()])
    for state in states {
      var model = CompareFixture.model(page)
      model.comparison = state
      model.pair = state == nil ? nil : pair
      for width in RobustnessTests.widths {
        for height in RobustnessTests.heights {
          model.resize(width: width, height: height)
          let frame = model.frame(glyphs: .ascii)
          #expect(frame.width == width && frame.height == height)
          let isASCII = frame.cells.allSatisfy { $0.scalar == 0 || (0x20...0x7e) ~= $0.scalar }
          #expect(isASCII)
        }
      }
    }
  }
}

import Commands
import Rendezvous
import Telemetry
import Testing

@testable import Monitor

@Suite struct PoliciesViewTests {
  static func model(
    vcpus: Int = 4, width: Int = 120, height: Int = 40
  ) -> MonitorModel {
    Fixture.boardModel(vcpus: vcpus, width: width, height: height, view: .policies)
  }

  // MARK: The ledger

  static func snapshot(_ second: UInt64, _ policy: RendezvousPolicy, _ rendezvous: UInt64)
    -> Snapshot
  {
    var snapshot = Snapshot()
    snapshot.timeNanoseconds = second * 1_000_000_000
    snapshot.policy = policy
    snapshot.rendezvous.requested = rendezvous
    snapshot.rendezvous.kicks[.woken] = rendezvous * 3
    snapshot.vcpus = [VCPUSnapshot(), VCPUSnapshot()]
    snapshot.vcpus[1].rendezvousExits[.bystander] = rendezvous / 10
    snapshot.vcpus[1].rendezvousExits[.void] = rendezvous / 100
    snapshot.vcpus[0].stallNanoseconds = rendezvous * 7
    return snapshot
  }

  /// The difference of two samples counts for the policy of the earlier one.
  @Test func differencesAreBookedOnTheEarlierPolicy() throws {
    var ledger = PolicyLedger()
    ledger.absorb(Self.snapshot(5, .baseline, 400))
    // What was before the first sample is nobody's.
    #expect(ledger.accounts.isEmpty)
    ledger.absorb(Self.snapshot(6, .landed, 500))
    ledger.absorb(Self.snapshot(8, .landed, 1_500))
    ledger.absorb(Self.snapshot(9, .baseline, 1_600))
    ledger.absorb(Self.snapshot(10, .baseline, 1_700))
    let baseline = try #require(ledger.account("baseline"))
    let landed = try #require(ledger.account("landed"))
    #expect(baseline.totals.rendezvous == 200 && landed.totals.rendezvous == 1_100)
    #expect(baseline.inForceNanoseconds == 2_000_000_000)
    #expect(landed.inForceNanoseconds == 3_000_000_000)
    #expect(landed.totals.bystanders == 110 && landed.totals.void == 11)
    #expect(landed.totals.spurious == 121 && landed.totals.kicks == 3_300)
    #expect(landed.totals.stallNanoseconds == 7_700)
  }

  @Test func whatRunsBackwardsAddsNothing() throws {
    var ledger = PolicyLedger()
    ledger.absorb(Self.snapshot(5, .landed, 400))
    ledger.absorb(Self.snapshot(3, .landed, 100))
    ledger.absorb(Self.snapshot(4, .landed, 110))
    let account = try #require(ledger.account("landed"))
    #expect(account.totals.rendezvous == 10 && account.inForceNanoseconds == 1_000_000_000)
  }

  @Test func namesAreBounded() {
    var ledger = PolicyLedger()
    for step in 0..<200 as Range<UInt64> {
      var policy = RendezvousPolicy.landed
      policy.preset = "p\(step)"
      ledger.absorb(Self.snapshot(step, policy, step))
    }
    #expect(ledger.accounts.count == PolicyLedger.limit)
  }

  @Test func theTrendSaysWhichPolicyItIsBookedOn() {
    var ledger = PolicyLedger()
    #expect(ledger.names(5).isEmpty && ledger.history(\.rendezvous, 5).isEmpty)
    #expect(ledger.span(5) == 0)
    for second in 0..<300 as Range<UInt64> {
      let policy: RendezvousPolicy = second < 290 ? .baseline : .landed
      ledger.absorb(Self.snapshot(second, policy, second * 30))
    }
    #expect(ledger.names(11) == ["baseline", "baseline"] + Array(repeating: "landed", count: 9))
    #expect(
      ledger.history(\.rendezvous, 3).map { $0.rounded() } == [30, 30, 30]
        && ledger.span(3) == 3_000_000_000)
    #expect(ledger.names(1_000).count == Recording.sampleCount - 1)
    #expect(PolicyTrend.strip(ledger.names(15)) == "│─────│landed──")
    #expect(PolicyTrend.strip([]).isEmpty)
  }

  /// Ratios are blank until there was a rendezvous, and small ones never look like none.
  @Test func ratiosAreHonest() {
    var model = MonitorModel()
    model.resize(width: 80, height: 40)
    model.absorb(Self.snapshot(1, .landed, 50))
    _ = model.handle(.character("8"))
    func row(_ name: String) -> String {
      let lines = model.frame(glyphs: .unicode).text.split(separator: "\n").dropFirst(4)
      return lines.first { $0.contains(name) }.map(String.init) ?? ""
    }
    #expect(row("landed").split(separator: " ") == [">landed", "now"])
    #expect(row("baseline").split(separator: " ") == ["baseline"])
    model.absorb(Self.snapshot(2, .landed, 50))
    #expect(
      row("landed").split(separator: " ")
        == [">landed", "now", "1.0", "s", "0", "0", "0"])
    model.absorb(Self.snapshot(3, .landed, 150))
    #expect(row("landed").contains("110"))
    #expect(PolicyTable.fraction(0.01) == "<0.1" && PolicyTable.fraction(0) == "0")
  }

  // MARK: Keys

  @Test func enterPutsTheMarkedOneInForce() {
    var model = Self.model()
    // The one in force is marked.
    #expect(model.selectedPolicy == .landed)
    #expect(model.handle(.enter).isEmpty)
    #expect(model.ui.notice == "landed is in force already")
    #expect(model.handle(.home).isEmpty)
    #expect(model.handle(.enter) == [.perform(.setPolicy(.baseline))])
    #expect(model.ui.notice?.hasPrefix("baseline: put in force between") == true)
    var end = Fixture.snapshot(vcpus: 4, step: 41)
    end.guestEnded = "powered off"
    model.absorb(end)
    #expect(model.handle(.enter).isEmpty && model.ui.notice == "the guest has ended")
  }

  @Test func selectionMoves() {
    var model = Self.model(width: 80, height: 24)
    let last = RendezvousPolicy.presets.count - 1
    for (key, place) in [
      (Key.home, 0), (.up, 0), (.down, 1), (.character("k"), 0), (.character("j"), 1),
      (.character("g"), 0), (.end, last), (.pageUp, last - 8), (.pageDown, last), (.home, 0),
      (.character("G"), last),
    ] {
      #expect(model.handle(key).isEmpty)
      #expect(model.selectedPolicy == RendezvousPolicy.presets[place], "\(key)")
    }
  }

  @Test func theReviewIsAPageAndBesideTheTableWhereThereIsRoom() {
    var model = Self.model(width: 80, height: 24)
    #expect(model.policiesLayout.review.isEmpty && !model.policiesLayout.dimensions.isEmpty)
    _ = model.handle(.character("x"))
    #expect(model.frame(glyphs: .unicode).text.contains("[Policy landed, in force]"))
    _ = model.handle(.character("x"))
    #expect(model.ui.context == .policies)
    model = Self.model(width: 200, height: 60)
    #expect(!model.policiesLayout.review.isEmpty && !model.policiesLayout.dimensions.isEmpty)
    #expect(model.frame(glyphs: .unicode).text.contains("Review D37390 on landed"))
  }

  @Test func mouse() {
    var model = Self.model()
    let rows = model.policiesLayout.rows
    _ = model.handle(MouseEvent(x: 5, y: rows.y, kind: .press))
    #expect(model.selectedPolicy == .baseline)
    _ = model.handle(MouseEvent(x: 5, y: rows.y, kind: .wheelDown))
    #expect(model.selectedPolicy == .strict)
    // Over the review the wheel scrolls that.
    model.resize(width: 60, height: 50)
    let review = model.policiesLayout.review
    #expect(!review.isEmpty)
    _ = model.handle(MouseEvent(x: 5, y: review.y + 1, kind: .wheelDown))
    #expect(model.selectedPolicy == .strict)
  }

  /// Every design that can be put together has words, of its own dimension values.
  @Test func everyDesignHasWords() {
    for check in RendezvousPolicy.Check.allCases {
      for order in RendezvousPolicy.PublishOrder.allCases {
        for assertion in RendezvousPolicy.Assertion.allCases {
          for clears in [true, false] {
            var policy = RendezvousPolicy.landed
            policy.check = check
            policy.publishOrder = order
            policy.assertion = assertion
            policy.clearsRequest = clears
            let words = ReviewWords.paragraphs(policy)
            #expect(words[0].contains("D37390"))
            #expect(
              words.contains { $0.contains("not emptied") } == (!clears && check != .anyFunction))
            #expect(policy.meanings.count == policy.dimensions.count)
          }
        }
      }
    }
  }

  /// A policy that is no preset has a row, too, and can be put back.
  @Test func aPolicyThatIsNoPreset() {
    var model = Self.model()
    var custom = RendezvousPolicy.landed
    custom.preset = "custom"
    custom.check = .firstWord
    var next = Fixture.snapshot(vcpus: 4, step: 41)
    next.policy = custom
    model.absorb(next)
    #expect(model.selectedPolicy == custom)
    #expect(model.frame(glyphs: .unicode).text.contains("firstWord"))
    next = Fixture.snapshot(vcpus: 4, step: 42)
    model.absorb(next)
    // It can hang a guest, so that it needs leave and a second Enter.
    for key in [Key.end, .enter] { #expect(model.handle(key).isEmpty) }
    #expect(model.ui.notice?.contains("--unsafe-policies") == true)
    next.allowsUnsafePolicies = true
    next.timeNanoseconds += 1
    model.absorb(next)
    for key in [Key.end, .enter] { #expect(model.handle(key).isEmpty) }
    #expect(model.handle(.enter) == [.perform(.setPolicy(custom))])
  }

  // MARK: Pictures

  @Test(arguments: GlyphSet.goldens)
  func goldens(glyphs: GlyphSet) throws {
    for (width, height) in [(40, 10)] + GoldenTests.sizes {
      var model = Self.model(width: width, height: height)
      let name = "\(width)x\(height)-\(glyphs.goldenName)"
      try GoldenTests.check(model.frame(glyphs: glyphs), "policies-\(name)")
      _ = model.handle(.end)
      try GoldenTests.check(model.frame(glyphs: glyphs), "policies-end-\(name)")
    }
  }

  /// Vcpus are only in the sums.
  @Test(arguments: [1, 1_024])
  func goldensOfSizes(vcpus: Int) throws {
    let model = Self.model(vcpus: vcpus, width: 200, height: 60)
    try GoldenTests.check(model.frame(glyphs: .unicode), "policies-\(vcpus)-200x60")
  }
}

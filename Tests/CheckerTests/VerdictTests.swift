import Checker
import Rendezvous
import Testing

/// The verdict table. A debug build is some fifty times slower and explores the small cases of each kind;
/// a release build all.
@Suite struct VerdictTests {
  #if DEBUG
    static let isSmall = true
  #else
    static let isSmall = false
  #endif

  /// Those of `cases` that this build has time for.
  private static func affordable(_ cases: [CheckedCase], debug: [String]) -> [CheckedCase] {
    cases.filter { !isSmall || debug.contains($0.scenario.name) }
  }

  private func expectAsKnown(
    _ cases: [CheckedCase], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(!cases.isEmpty, sourceLocation: sourceLocation)
    for checked in cases {
      let verdict = checked.verdict()
      #expect(
        verdict.isAsExpected,
        "\(checked.policy.name), \(checked.scenario.name), \(checked.memory.name): \(verdict.violations), \(verdict.kinds)",
        sourceLocation: sourceLocation)
    }
  }

  /// rendezvous.md section 9: every design, its violations and its spurious kinds.
  @Test func section9() { expectAsKnown(Self.affordable(VerdictTable.section9, debug: ["single"])) }

  /// What needs two rendezvous to go wrong: the review's ABA.
  @Test func doubleCheckIsFooledByTheNextRendezvous() throws {
    let kept = try #require(CheckedPolicy.named("V6a"))
    let verdict = CheckedCase(kept, .backToBack).verdict()
    #expect(verdict.violations == .assertion && verdict.isAsExpected)
  }

  @Test func lockingAll() {
    expectAsKnown(Self.affordable(VerdictTable.locking, debug: ["lock-all-locker"]))
  }

  /// Waiters that look without the lock, as ours do, get away before the helper is through: its assertion is
  /// then within reach for a rendezvous of all, too. With bhyve's it is not.
  @Test func waitersWithoutTheLockGetAwayFromTheHelper() {
    var policy = RendezvousPolicy.landed
    policy.lockAll = .helping
    let ours = Exploration(
      ProtocolModel(policy: policy, scenario: .lockAll, waitersTakeLock: false))
    #expect(ours.violations == .helperAssertion)
  }

  @Test(.enabled(if: !isSmall)) func suspendResetAndDeactivate() {
    expectAsKnown(VerdictTable.control)
  }

  @Test func deactivation() throws {
    let landed = try #require(CheckedPolicy.named("landed"))
    expectAsKnown([CheckedCase(landed, .deactivate)])
  }

  @Test(.enabled(if: !isSmall)) func storeBuffers() { expectAsKnown(VerdictTable.memory) }

  /// As the code stores, nothing is lost under total store order.
  @Test func storeBuffersSmall() throws {
    let policies = try ["landed", "tryst"].map { try #require(CheckedPolicy.named($0)) }
    expectAsKnown(
      VerdictTable.cases(
        of: policies, in: [.single], under: [.totalStoreOrder, .plainRequest]))
  }

  /// Without the barrier between the store of "running" and the look, the kick is lost (section 1.4).
  @Test func plainStateStoresLoseTheKick() throws {
    let tryst = try #require(CheckedPolicy.named("tryst"))
    let verdict = CheckedCase(tryst, .single, .plainState).verdict()
    #expect(verdict.violations == .hang && verdict.isAsExpected)
    let lines = try #require(verdict.counterexamples.first).lines
    #expect(lines.contains { $0.hasSuffix("stores state := running (still in its buffer)") })
    #expect(lines.last == "   vcpu2  in the guest")
  }

  /// Mistakes that no policy makes are found, too.
  @Test func mutations() {
    let cheap: [ProtocolMutation] = [.equality, .wakesWhileHeld]
    let all = Self.isSmall ? cheap : ProtocolMutation.allCases
    let cases = VerdictTable.cases.filter { checked in
      checked.mutation.map(all.contains) ?? false
    }
    #expect(cases.count == all.count)
    expectAsKnown(cases)
  }

  @Test func moreVcpus() throws {
    let policy = try #require(CheckedPolicy.named(Self.isSmall ? "deaf-halt" : "tryst"))
    let verdict = CheckedCase(policy, Scenario.single.with(vcpus: 4)).verdict()
    #expect(verdict.isAsExpected && verdict.stateCount > 20_000)
  }

  /// No preset is missing, and what is expected of the safe ones is nothing bad.
  @Test func everyPresetIsChecked() {
    for preset in RendezvousPolicy.presets + RendezvousPolicy.unsafePresets {
      #expect(CheckedPolicy.named(preset.preset)?.policy == preset)
    }
    for review in [
      "P0", "V1", "V2", "V2w", "V3", "V4", "V5", "V5r", "V6a", "V6b", "V6", "V7", "V7n", "V7na",
      "W0", "M1", "M2", "M3",
    ] { #expect(CheckedPolicy.named(review)?.reviewName == review) }
  }

  /// A verdict that is not what is known is told as such: the table can fail.
  @Test func surprisesAreTold() throws {
    let landed = try #require(CheckedPolicy.named("landed"))
    var wrong = CheckedCase(landed, .single)
    wrong.expected = .hang
    let verdict = wrong.verdict()
    #expect(!verdict.isAsExpected)
    let report = VerdictReport([verdict])
    #expect(report.surprises == 1)
    #expect(report.summary.contains("1 NOT as expected"))
    #expect(report.text[1].contains("safe (EXPECTED hang"))
    wrong = CheckedCase(landed, .single)
    let stopped = wrong.verdict(limit: 100)
    #expect(stopped.violations == .unfinished && !stopped.isAsExpected)
  }
}

import Commands
import Rendezvous
import Telemetry
import Testing

@testable import Comparison

@Suite struct ComparisonTableTests {
  static func counts(completed: UInt64, bystanders: UInt64 = 0) -> ComparisonCounts {
    var counts = ComparisonCounts()
    counts.nanoseconds = 1_000_000_000
    counts.requested = completed
    counts.completed = completed
    counts.exits[.bystander] = bystanders
    counts.stallNanoseconds = bystanders * 41_000
    counts.kicks[.signalled] = completed / 2
    counts.work = 100
    counts.latency.count = completed
    counts.latency.p50 = 12_300
    counts.latency.p99 = 99_000
    return counts
  }

  static func state(_ policies: [RendezvousPolicy] = RendezvousPolicy.presets) -> ComparisonState {
    var state = ComparisonState(
      ComparisonPlan(scenarios: [.initStorm], policies: policies, vcpus: [4]))
    for round in 0..<state.plan.rounds {
      for slice in state.slices(trial: 0, round: round) {
        let isBaseline = policies[slice.policy].check == .anyFunction
        state.end(
          slice,
          counts(completed: 1000 + UInt64(round) * 100, bystanders: isBaseline ? 3000 : 0))
      }
    }
    state.isFinished = true
    return state
  }

  @Test func medians() {
    var row = ComparisonRow(.landed)
    #expect(row.perSecond(\.completed) == nil)
    row.add(Self.counts(completed: 10))
    row.add(Self.counts(completed: 1000))
    #expect(row.perSecond(\.completed) == 505)
    row.add(Self.counts(completed: 20))
    #expect(row.perSecond(\.completed) == 20)
    #expect(row.total.completed == 1030)
    // A slice without rendezvous has no ratio, but a rate.
    row.add(Self.counts(completed: 0))
    #expect(row.perSecond(\.completed) == 15)
    #expect(row.perRendezvous { $0.kicks[.signalled] } == 0.5)
  }

  @Test(arguments: [60, 80, 100, 132, 200]) func linesFit(width: Int) {
    for line in ComparisonText.lines(Self.state(), width: width).map(\.text) {
      #expect(line.count <= width, "\(line)")
      #expect(line.unicodeScalars.allSatisfy { (0x20...0x7e) ~= $0.value })
    }
  }

  @Test func twoBlocksIn80ColumnsAndOneWhereThereIsRoom() {
    let rows = Self.state().rows[0]
    #expect(ComparisonText.blocks(rows, width: 80).count == 2)
    #expect(ComparisonText.blocks(rows, width: 170).count == 1)
    for block in ComparisonText.blocks(rows, width: 80) {
      #expect(block.count == rows.count + 1)
      #expect(block[0].hasPrefix("policy"))
      #expect(block[1].hasPrefix("baseline"))
      #expect(Set(block.map(\.count)).count == 1)
    }
  }

  @Test func saysHowItWasMeasured() {
    let lines = ComparisonText.lines(Self.state(), width: 132).map(\.text)
    #expect(lines[0] == "init-storm, 4 vcpus")
    #expect(
      lines[1]
        == "policies in turn, 5 x 400 ms each, on one machine; ratios are medians of the rounds")
    var state = ComparisonState(
      ComparisonPlan(
        trials: [ComparisonTrial(scenario: .idle, vcpus: 1, policies: [.landed, .noClear])], seed: 3
      ))
    state.problem = "no /dev/kvm"
    let text = ComparisonText.lines(state, width: 132).map(\.text).joined(separator: "\n")
    #expect(text.contains("in an order shuffled by seed 3"))
    #expect(
      text.contains("unsafe policies once, 2000 ms each, on a machine of their own with a watchdog")
    )
    #expect(text.contains("stopped: no /dev/kvm"))
    #expect(text.contains("no-clear  not measured"))
  }

  @Test func verdicts() {
    func verdict(
      _ policy: RendezvousPolicy = .baseline, _ change: (inout ComparisonCounts) -> Void
    ) -> String {
      var row = ComparisonRow(policy)
      var counts = Self.counts(completed: 1000)
      change(&counts)
      row.add(counts)
      return ComparisonVerdict.words(row)
    }
    #expect(verdict { _ in } == "nobody was disturbed in vain")
    #expect(
      verdict { $0 = Self.counts(completed: 1000, bystanders: 3000) }
        == "3 bystanders a rendezvous slept 41 us each")
    #expect(
      verdict { $0 = Self.counts(completed: 1000, bystanders: 1) }
        == "1 bystander in 1,000 rendezvous slept 41 us each")
    #expect(
      verdict(.strict) { $0.assertionWouldFire = 1 } == "bhyve would have panicked once")
    #expect(
      verdict { $0.assertionWouldFire = 2 }
        == "the assertion, had it stood, would have failed 2 times")
    #expect(verdict { $0.haltSpins = 2500 } == "2.5 HLT a rendezvous did not sleep")
    #expect(verdict { $0.missingMembers = 5 } == "completed without 5 members")
    #expect(
      verdict { $0.broken = [.hang: 2] } == "2 rendezvous hung until the watchdog came")
    #expect(
      verdict(.tryst) { $0.servedOnBehalf = 7 }
        == "nobody was disturbed in vain; 7 sleeping members served asleep")
    #expect(verdict { $0 = ComparisonCounts() } == "no rendezvous, none was needed")
    #expect(ComparisonVerdict.words(ComparisonRow(.landed)) == "not measured")
  }

  @Test func numbersInSixColumns() {
    for (value, text) in [
      (0, "0"), (-1, "0"), (0.01, "<0.1"), (0.25, "0.3"), (2, "2"), (99.94, "99.9"),
      (99.96, "100"), (812.4, "812"), (99_999, "99999"), (812_000, "812k"),
      (99_999_900, "100M"), (1e300, "max"), (.nan, "0"),
    ] as [(Double, String)] {
      #expect(NumberWords.short(value) == text)
    }
    #expect(NumberWords.exact(999) == "999")
    #expect(NumberWords.exact(1_204_511) == "1,204,511")
  }

  @Test func jsonHasEveryCountAndRatio() throws {
    let value = ComparisonReport.value(Self.state([.baseline, .landed]))
    #expect(value["schema"] == .number(1))
    #expect(value["complete"] == .flag(true))
    guard case .list(let trials)? = value["trials"], case .list(let rows)? = trials.first?["rows"]
    else {
      Issue.record("no rows")
      return
    }
    #expect(rows.count == 2)
    #expect(rows[0]["policy"] == .text("baseline"))
    #expect(rows[0]["counts"]?["exits"]?["bystander"] == .number(15_000))
    #expect(rows[0]["ratios"]?["rendezvousPerSecond"] == .decimal(1200))
    #expect(rows[0]["ratios"]?["bystanderPerThousand"] == .decimal(2500))
    #expect(rows[1]["ratios"]?["spuriousPerThousand"] == .decimal(0))
    #expect(rows[1]["verdict"] == .text("nobody was disturbed in vain"))
    #expect(!value.json.contains("\n"))
  }

  @Test func markdownHasARowForEachPolicy() {
    let text = ComparisonMarkdown.text(Self.state())
    let rows = text.split(separator: "\n").filter { $0.hasPrefix("| ") }
    #expect(rows.count == RendezvousPolicy.presets.count + 2)
    let columns = ComparisonColumn.allCases.count + 2
    for row in rows { #expect(row.split(separator: "|").count == columns) }
    #expect(text.contains("## init-storm, 4 vcpus"))
  }

  @Test func anExperimentSaysWhatWasSeen() throws {
    let experiment = try #require(Experiment.named("E5"))
    var state = ComparisonState(ComparisonPlan(trials: [ComparisonTrial(experiment)], rounds: 1))
    for slice in state.slices(trial: 0, round: 0) {
      var counts = Self.counts(completed: 100)
      counts.haltSpins = experiment.policies[slice.policy].preset == "landed" ? 12 : 0
      state.end(slice, counts)
    }
    let text = ComparisonText.lines(state).map(\.text).joined(separator: "\n")
    #expect(text.contains("E5  what is expected: seen, all of it"))
    #expect(text.contains("seen          landed  some halt spins: 12"))
    #expect(state.isAsExpected)
    let value = ComparisonReport.value(state)
    #expect(value["asExpected"] == .flag(true))
    #expect(value.json.contains("\"what\":\"haltSpins\",\"expected\":\"some\",\"count\":12"))
  }
}

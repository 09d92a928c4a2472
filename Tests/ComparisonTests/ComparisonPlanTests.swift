import Commands
import Rendezvous
import Testing

@testable import Comparison

@Suite struct ComparisonPlanTests {
  static let policies: [RendezvousPolicy] = [.baseline, .landed, .tryst]

  @Test func everyCombinationIsATrial() {
    let plan = ComparisonPlan(
      scenarios: [.initStorm, .edgeStorm], policies: Self.policies, vcpus: [2, 4, 8])
    #expect(plan.trials.count == 6)
    #expect(plan.trials.map(\.vcpus) == [2, 4, 8, 2, 4, 8])
    #expect(plan.trials.last?.scenario == .edgeStorm)
    #expect(plan.sliceCount == 6 * 3 * 5)
  }

  @Test func slicesAreNotTooShort() {
    let short = ComparisonPlan(trials: [], nanoseconds: 120_000_000, rounds: 5)
    #expect(short.rounds == 2)
    #expect(short.sliceNanoseconds == 60_000_000)
    #expect(ComparisonPlan(trials: [], nanoseconds: 0, rounds: 0).rounds == 1)
  }

  @Test func policiesTakeTurns() {
    let plan = ComparisonPlan(scenarios: [.initStorm], policies: Self.policies, vcpus: [4])
    for round in 0..<5 { #expect(plan.order(trial: 0, round: round) == [0, 1, 2]) }
  }

  @Test func aSeedShufflesEachRoundTheSameWayAgain() {
    let plan = ComparisonPlan(
      scenarios: [.initStorm], policies: RendezvousPolicy.presets, vcpus: [4], seed: 7)
    let orders = (0..<5).map { plan.order(trial: 0, round: $0) }
    #expect(orders == (0..<5).map { plan.order(trial: 0, round: $0) })
    #expect(Set(orders).count > 1)
    for order in orders { #expect(order.sorted() == Array(RendezvousPolicy.presets.indices)) }
  }

  @Test func unsafePoliciesHaveAMachineOfTheirOwn() {
    let trial = ComparisonTrial(scenario: .idle, vcpus: 4, policies: [.landed, .firstWord])
    #expect(trial.policies.map(trial.needsOwnMachine) == [false, true])
    let plan = ComparisonPlan(trials: [trial], nanoseconds: 1_000_000_000, rounds: 5)
    #expect(plan.sliceCount == 6)
    let state = ComparisonState(plan)
    #expect(state.slices(trial: 0, round: 0).map(\.policy) == [0, 1])
    #expect(state.slices(trial: 0, round: 1).map(\.policy) == [0])
    // The watchdog needs its time.
    #expect(plan.sliceNanoseconds(.firstWord, in: trial) == ComparisonPlan.shortestOwnSlice)
    #expect(plan.sliceNanoseconds(.landed, in: trial) == 200_000_000)
  }

  @Test func moreRoundsWhileSomethingExpectedIsMissing() {
    let experiment = Experiment(
      "E0", "none", .idle, vcpus: 1, [.landed],
      [Expectation("landed", .haltSpins, .some), Expectation("landed", .void, .none)])
    var state = ComparisonState(
      ComparisonPlan(trials: [ComparisonTrial(experiment)], nanoseconds: 100_000_000, rounds: 2))
    #expect(state.slices(trial: 0, round: 2).count == 1)
    #expect(state.slices(trial: 0, round: 2 * (1 + ComparisonPlan.patience)).isEmpty)
    var counts = ComparisonCounts()
    for round in 0..<2 {
      for slice in state.slices(trial: 0, round: round) {
        state.begin(slice)
        #expect(state.progress == "E0 idle, 1 vcpu: landed, round \(round + 1)")
        counts.haltSpins = UInt64(round)
        state.end(slice, counts)
      }
    }
    #expect(state.slices(trial: 0, round: 2).isEmpty)
    #expect(state.isAsExpected)
    #expect(state.percent == 99)
    state.isFinished = true
    #expect(state.percent == 100)
  }

  @Test func experimentsExpectOfWhatTheyRun() {
    let all = Experiment.all
    #expect(Set(all.map(\.name)).count == all.count)
    for experiment in all {
      let names = Set(experiment.policies.map(\.preset))
      #expect(names.count == experiment.policies.count)
      #expect(!experiment.expectations.isEmpty)
      for expectation in experiment.expectations {
        #expect(names.contains(expectation.policy), "\(experiment.name) \(expectation)")
      }
      // Each is about a difference: the same quantity here and not there, or a count that tells designs apart.
      #expect(Set(experiment.expectations.map(\.bound)).count == 2, "\(experiment.name)")
      #expect(Experiment.named(experiment.name.lowercased()) == experiment)
    }
    #expect(Experiment.named("E9") == nil)
  }

  @Test func aFindingNeedsItsPolicy() throws {
    let experiment = try #require(Experiment.named("E1"))
    var rows = experiment.policies.map(ComparisonRow.init)
    #expect(experiment.findings(rows).allSatisfy { $0.count == nil && !$0.isSeen })
    var counts = ComparisonCounts()
    counts.completed = 10
    for index in rows.indices { rows[index].add(counts) }
    let findings = experiment.findings(rows)
    #expect(findings.contains { $0.expectation.words == "no spurious exits" && $0.isSeen })
    #expect(findings.contains { $0.expectation.words == "some bystander exits" && !$0.isSeen })
  }

  /// On one CPU nobody comes between two steps but by preemption, which takes longer delays.
  @Test func oneCPUNeedsLongerDelays() throws {
    let experiment = try #require(Experiment.all.first { $0.name == "E3" })
    let plan = ComparisonPlan(trials: [ComparisonTrial(experiment)])
    #expect(plan.carriedOut(hostCPUs: 2) == plan)
    let faults = plan.carriedOut(hostCPUs: 1).trials[0].faults
    #expect(faults[spinNanoseconds: .betweenCheckReads] > 1_000_000)
    #expect(faults == experiment.faultsOnOneCPU)
    let free = ComparisonPlan(
      trials: [ComparisonTrial(scenario: .mixed, vcpus: 2, policies: [.landed])])
    #expect(free.carriedOut(hostCPUs: 1) == free)
  }
}

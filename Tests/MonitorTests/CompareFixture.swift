import Comparison
import Rendezvous
import Telemetry

@testable import Monitor

/// Comparisons that are the same in every run.
enum CompareFixture {
  static func counts(_ policy: RendezvousPolicy, step: Int) -> ComparisonCounts {
    var counts = ComparisonCounts()
    let step = UInt64(step)
    counts.nanoseconds = 200_000_000
    counts.requested = 240 + step * 7 % 50
    counts.completed = counts.requested
    counts.exits[.member] = counts.completed * 9 / 10
    counts.work = 300 + step
    counts.kicks[.signalled] = counts.completed / 2
    counts.kicks[.woken] = counts.completed / 3
    counts.kicks[.elided] = counts.completed / 6
    counts.latency.count = counts.completed
    counts.latency.p50 = 41_000 + step * 500
    counts.latency.p99 = 188_000 + step * 1_000
    if policy.check == .anyFunction {
      counts.exits[.bystander] = 190 + step * 11 % 60
      counts.exits[.void] = step % 3
      counts.stallNanoseconds = counts.exits[.bystander] * 41_000
      counts.assertionWouldFire = counts.exits[.void]
    }
    if policy.haltTest == .anyFunction { counts.haltSpins = step * 5 % 17 }
    if policy.check == .lockedMember { counts.checkLockWaitNanoseconds = 900_000 }
    if policy.service == .onBehalf { counts.servedOnBehalf = 12 }
    return counts
  }

  /// The safe policies after `rounds` of five rounds.
  static func state(rounds: Int = 5) -> ComparisonState {
    var state = ComparisonState(CompareState().plan)
    fill(&state, rounds: rounds)
    return state
  }

  /// An experiment that showed what it should.
  static func experiment(_ name: String = "E5") -> ComparisonState {
    let experiment = Experiment.named(name) ?? Experiment.all[0]
    var state = ComparisonState(ComparisonPlan(trials: [ComparisonTrial(experiment)]))
    fill(&state, rounds: 5)
    return state
  }

  private static func fill(_ state: inout ComparisonState, rounds: Int) {
    for round in 0..<rounds {
      for slice in state.slices(trial: 0, round: round) {
        let policy = state.plan.trials[0].policies[slice.policy]
        state.begin(slice)
        state.end(slice, counts(policy, step: round * 3 + slice.policy))
      }
    }
    if rounds < 5 {
      if let next = state.slices(trial: 0, round: rounds).first { state.begin(next) }
    } else {
      state.isFinished = true
    }
  }

  /// A and B after `samples` samples.
  static func pair(samples: Int = 60) -> PairState {
    let plan = CompareState().pair
    var pair = PairState(plan)
    for step in 0..<samples { pair.add(plan.policies.map { counts($0, step: step) }) }
    return pair
  }

  /// A monitor with the page open.
  static func model(_ page: CompareState.Page, width: Int = 80, height: Int = 24) -> MonitorModel {
    var model = Fixture.model(vcpus: 4, width: width, height: height)
    _ = model.handle(.character("C"))
    if page == .pair { _ = model.handle(.tab) }
    return model
  }

  /// Monitors in which the keys of `context` have something to do.
  static func models(_ context: InputContext) -> [MonitorModel] {
    var running = model(context == .pair ? .pair : .table)
    running.comparison = state(rounds: 2)
    running.pair = pair()
    var finished = running
    finished.comparison = state()
    return [running, finished]
  }
}

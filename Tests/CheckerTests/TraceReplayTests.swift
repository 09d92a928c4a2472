import Testing

@testable import Checker
@testable import Rendezvous

/// The model and the coordinator are two programs: these tests hold them together. Nobody waits under
/// `illumos`, for which the coordinator keeps a queue that the model does not have: its properties are in
/// RendezvousTests.
@Suite(.serialized, .timeLimit(.minutes(3))) struct TraceReplayTests {
  static let policies =
    RendezvousPolicy.presets.filter { $0.waiting == .everybody }
    + [.firstWord, .firstWordSet, .noClear, .deafHalt, .unlatchedKick]

  /// Every step of the model is a step of the coordinator, in each scenario of section 9.
  @Test(arguments: policies) func coordinatorFollowsTheModel(_ policy: RendezvousPolicy) throws {
    var steps = 0
    for scenario in Scenario.section9 + [Scenario.twoInitiators.with(vcpus: 5)] {
      for seed in 1...20 as ClosedRange<UInt64> {
        var replay = try TraceReplay(policy, scenario, seed: seed)
        let difference = replay.run(limit: 200)
        #expect(
          difference == nil,
          "\(policy.preset), \(scenario.name), seed \(seed), step \(replay.steps): \(difference ?? ""); \(replay.trail)"
        )
        if difference != nil { return }
        steps += replay.steps
      }
    }
    #expect(steps > 5_000)
  }

  /// A coordinator with a bug does something else.
  @Test(
    arguments: [
      (.requestNotCleared, .landed), (.stateReadBeforeRequestStore, .landed),
      (.servedUnclaimed, .tryst),
    ] as [(CoordinatorMutation, RendezvousPolicy)])
  func bugsAreFound(_ mutation: CoordinatorMutation, _ policy: RendezvousPolicy) throws {
    var found = false
    for seed in 1...200 as ClosedRange<UInt64> where !found {
      var replay = try TraceReplay(policy, .twoInitiators, seed: seed, mutations: mutation)
      found = replay.run(limit: 200) != nil
    }
    #expect(found)
  }
}

import Comparison
import Synchronization
import Telemetry
import Threads

/// Two machines side by side on a thread of its own: starts them, samples both, and starts them again when another
/// pair is wanted.
final class ComparePairWorker: Sendable {
  private let device: String
  private let wanted: Guarded<PairPlan?>
  private let state: Guarded<PairState>
  private let isEnding = Atomic<Bool>(false)
  /// Bumped when another pair is wanted, or none.
  private let word = FutexWord(0)
  private let thread = ThreadGroup()

  /// Between two samples, nanoseconds.
  private static let period: UInt64 = 200_000_000

  /// Starts it with `plan`.
  init(_ plan: PairPlan, device: String) throws(ThreadError) {
    self.device = device
    wanted = Guarded(plan)
    state = Guarded(PairState(plan))
    try thread.spawn(name: "pair", stackSize: 512 << 10) { self.run() }
  }

  /// As far as it has come. Any thread.
  var now: PairState { state.withLock { $0 } }

  /// Ends the two machines and starts others. Any thread; waits for nothing.
  func run(_ plan: PairPlan) { want(plan) }

  /// Ends the two machines. Any thread; waits for nothing.
  func endPair() { want(nil) }

  private func want(_ plan: PairPlan?) {
    wanted.withLock { $0 = plan }
    word.ring()
  }

  /// Ends all of it and waits. Once.
  func end() {
    isEnding.store(true, ordering: .sequentiallyConsistent)
    word.ring()
    thread.join()
  }

  // MARK: Its thread

  private func run() {
    while !isEnding.load(ordering: .sequentiallyConsistent) {
      let seen = word.load()
      guard let plan = wanted.withLock({ $0 }) else {
        state.withLock { $0.isEnded = true }
        _ = word.wait(whileEqualTo: seen)
        continue
      }
      state.withLock { $0 = PairState(plan) }
      do throws(Failure) {
        try run(plan, seen)
      } catch {
        state.withLock {
          $0.problem = error.description
          $0.isEnded = true
        }
        // Until something else is wanted.
        while word.load() == seen { _ = word.wait(whileEqualTo: seen) }
      }
    }
  }

  /// Runs `plan` until something else is wanted.
  private func run(_ plan: PairPlan, _ seen: UInt32) throws(Failure) {
    var machines: [CompareMachine] = []
    defer { for machine in machines { machine.end() } }
    func rests(_ nanoseconds: UInt64) -> Bool {
      _ = word.wait(
        whileEqualTo: seen, untilNanoseconds: MonotonicClock.nanoseconds() &+ nanoseconds)
      return word.load() != seen
    }
    for policy in plan.policies {
      let trial = ComparisonTrial(scenario: plan.scenario, vcpus: plan.vcpus, policies: [policy])
      machines.append(try CompareMachine(trial, policy: policy, device: device))
    }
    for machine in machines { try machine.begin(load: [], rests: rests) }
    var starts = machines.map { $0.look() }
    while true {
      var meters = starts.map { ComparisonMeter(start: $0) }
      // The ring of a machine's records holds 1,024: several looks make a sample.
      for _ in 0..<3 {
        if rests(Self.period / 4) { return }
        for (index, machine) in machines.enumerated() { meters[index].absorb(machine.look()) }
      }
      if rests(Self.period / 4) { return }
      var counts: [ComparisonCounts] = []
      for (index, machine) in machines.enumerated() {
        let end = machine.look()
        counts.append(meters[index].counts(at: end))
        if let ended = end.guestEnded {
          throw Failure(ExitStatus.guestFailed, "\(index == 0 ? "A" : "B") has ended: \(ended)")
        }
      }
      state.withLock { $0.add(counts) }
      starts = machines.map(\.last)
    }
  }
}

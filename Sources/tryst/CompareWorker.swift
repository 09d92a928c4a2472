import Comparison
import KVM
import Synchronization
import Telemetry
import Threads

/// Measures a plan on a thread of its own, slice after slice; whoever shows it reads how far it is.
final class CompareWorker: MeasurementWorker {
  private let device: String
  private let state: Guarded<ComparisonState>
  private let status = Guarded<Failure?>(nil)
  private let isEnding = Atomic<Bool>(false)
  private let end = FutexWord(0)
  private let thread = ThreadGroup()
  private let changed: @Sendable () -> Void

  /// Between two looks at a machine that is measured, nanoseconds: the ring of its records holds 1,024.
  private static let drainPeriod: UInt64 = 20_000_000

  /// Starts it. `changed` is called on its thread after each slice and at the end.
  init(
    _ plan: ComparisonPlan, device: String, changed: @escaping @Sendable () -> Void
  ) throws(ThreadError) {
    self.device = device
    self.changed = changed
    state = Guarded(ComparisonState(plan.carriedOut(hostCPUs: KVMSystem.hostCPUs)))
    try thread.spawn(name: "comparison", stackSize: 512 << 10) { self.run() }
  }

  /// As far as it has come. Any thread.
  var now: ComparisonState { state.withLock { $0 } }

  var progressLine: String {
    let state = now
    return "\(state.percent) % \(state.progress)"
  }

  var isFinished: Bool { now.isFinished }

  var failure: Failure? { status.withLock { $0 } }

  func cut() {
    isEnding.store(true, ordering: .sequentiallyConsistent)
    end.store(1)
    end.wakeAll()
  }

  func join() { thread.join() }

  // MARK: Its thread

  private func run() {
    do throws(Failure) {
      for trial in state.withLock({ $0.plan.trials.indices }) where !isCut { try run(trial) }
    } catch {
      status.withLock { $0 = error }
      state.withLock { $0.problem = error.description }
    }
    state.withLock {
      $0.isCut = isCut
      $0.isFinished = true
    }
    changed()
  }

  private var isCut: Bool { isEnding.load(ordering: .sequentiallyConsistent) }

  /// Sleeps; true where it was asked to end.
  private func rests(_ nanoseconds: UInt64) -> Bool {
    _ = end.wait(
      whileEqualTo: 0, untilNanoseconds: MonotonicClock.nanoseconds() &+ nanoseconds)
    return isCut
  }

  private func run(_ index: Int) throws(Failure) {
    let trial = state.withLock { $0.plan.trials[index] }
    var kept: CompareMachine?
    defer { kept?.end() }
    var round = 0
    while !isCut {
      let slices = state.withLock { $0.slices(trial: index, round: round) }
      if slices.isEmpty { return }
      for slice in slices where !isCut {
        let policy = trial.policies[slice.policy]
        begin(slice)
        if trial.needsOwnMachine(policy) {
          let machine = try CompareMachine(trial, policy: policy, device: device)
          defer { machine.end() }
          try machine.begin(load: trial.load, faults: trial.faults, rests: rests)
          measure(slice, machine)
        } else if let machine = kept {
          try machine.adopt(policy, rests: rests)
          measure(slice, machine)
        } else {
          let machine = try CompareMachine(trial, policy: policy, device: device)
          kept = machine
          try machine.begin(load: trial.load, faults: trial.faults, rests: rests)
          measure(slice, machine)
        }
      }
      round += 1
    }
  }

  private func begin(_ slice: ComparisonState.Slice) {
    state.withLock { $0.begin(slice) }
    changed()
  }

  /// Lets the machine run for a slice and counts. What was cut is not counted unless it is half at least.
  private func measure(_ slice: ComparisonState.Slice, _ machine: CompareMachine) {
    if isCut { return }
    let length = state.withLock {
      $0.hostKVM = machine.last.hostKVM
      $0.hostCPUs = machine.last.hostCPUs
      let trial = $0.plan.trials[slice.trial]
      return $0.plan.sliceNanoseconds(trial.policies[slice.policy], in: trial)
    }
    let start = machine.look()
    let begin = MonotonicClock.nanoseconds()
    var meter = ComparisonMeter(start: start)
    var now = begin
    // A policy that breaks again and again is replaced by the watchdog: what comes then is not its own.
    while now &- begin < length, machine.last.policy == start.policy,
      !rests(min(Self.drainPeriod, length &- (now &- begin)))
    {
      meter.absorb(machine.look())
      now = MonotonicClock.nanoseconds()
    }
    let counts = meter.counts(at: machine.look())
    if isCut && counts.nanoseconds < length / 2 { return }
    state.withLock { $0.end(slice, counts) }
    changed()
  }
}

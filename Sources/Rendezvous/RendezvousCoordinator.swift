import Synchronization
public import Threads

/// Makes vcpus meet as bhyve does (rendezvous.md section 1): an initiator publishes an action and its
/// members, every member runs it outside the guest, nobody who waits goes on before all have. By the policy,
/// a member's action may be run on its behalf while it sleeps, and nobody may wait at all.
///
/// Any number of threads may call anything at any time, except from within the host's callbacks. The
/// lock is held while members run the action and never while anybody sleeps.
public final class RendezvousCoordinator<Host: RendezvousHost>: Sendable {
  /// The vcpus.
  public let host: Host
  /// The number of vcpus: members are `0 ..< memberCount`.
  public let memberCount: Int
  /// What vcpus read without the lock.
  public let request: RendezvousRequest
  /// Finished rendezvous, for one reader. What it does not read in time is dropped and counted there.
  public let records: RecordRing<RendezvousRecord>
  /// The longest sleep of anybody who waits here, nanoseconds; bhyve's is a second. A safety net: what
  /// it catches is counted as a rescue. Halted vcpus should not sleep longer either.
  public let waitLimitNanoseconds: UInt64

  let guarded: Guarded<RendezvousState<Host.Action>>
  let counters = RendezvousCounters()
  let gate: FaultGate
  /// What is in progress, for who looks without the lock.
  let mark = ProgressMark()
  /// Threads that want all vcpus: whom who becomes idle tells.
  let lockWaiters = Atomic<Int>(0)
  /// Changes, under the lock, whenever something ends that somebody may wait for.
  let sequence = FutexWord(0)
  /// Changes, under the lock, whenever the rendezvous in progress ends. Only who initiated it sleeps on this: it
  /// is woken before the members are, of whom there may be a thousand.
  let completion = FutexWord(0)

  /// A coordinator with no rendezvous in progress.
  ///
  /// - Parameters:
  ///   - host: the vcpus.
  ///   - memberCount: how many, 1 to `CPUSet.capacity`.
  ///   - policy: in force until ``setPolicy(_:)``.
  ///   - active: the vcpus that can be members; nil: all.
  ///   - recordCapacity: finished rendezvous that wait for the reader at most, a power of two.
  ///   - waitLimitNanoseconds: see ``waitLimitNanoseconds``.
  public convenience init(
    host: Host, memberCount: Int, policy: RendezvousPolicy, active: CPUSet? = nil,
    recordCapacity: Int = 1024, waitLimitNanoseconds: UInt64 = 1_000_000_000
  ) {
    self.init(
      host: host, memberCount: memberCount, policy: policy, active: active,
      recordCapacity: recordCapacity, waitLimitNanoseconds: waitLimitNanoseconds, scheduler: nil)
  }

  /// The same with every step in the hands of a test.
  init(
    host: Host, memberCount: Int, policy: RendezvousPolicy, active: CPUSet?, recordCapacity: Int,
    waitLimitNanoseconds: UInt64, scheduler: (any RendezvousScheduler)?
  ) {
    precondition(memberCount >= 1 && memberCount <= CPUSet.capacity, "1 to 4096 vcpus")
    self.host = host
    self.memberCount = memberCount
    self.waitLimitNanoseconds = waitLimitNanoseconds
    records = RecordRing(capacity: recordCapacity)
    let everybody = CPUSet.first(memberCount)
    let state = RendezvousState<Host.Action>(
      policy: policy, active: active?.intersection(everybody) ?? everybody)
    guarded = Guarded(state)
    gate = FaultGate(scheduler: scheduler)
    request = RendezvousRequest(policy: policy, lock: guarded.lock, gate: gate)
  }

  // MARK: Without the lock

  /// Whether `member` must leave for a rendezvous: ``RendezvousRequest/isPending(for:)``.
  @inlinable public func isPending(for member: Int) -> Bool { request.isPending(for: member) }

  /// Whether `member` may sleep in HLT: ``RendezvousRequest/mayHalt(_:)``.
  @inlinable public func mayHalt(_ member: Int) -> HaltVerdict { request.mayHalt(member) }

  /// The counters. Takes no lock: no vcpu ever waits for an observer.
  public func snapshot() -> RendezvousTotals { counters.snapshot() }

  // MARK: Members

  /// What `member`'s thread calls after a positive look: bhyve's rendezvous exit and its handler.
  /// Returns when the rendezvous that it found, if any, is over; at once where nobody waits.
  public func exit(member: Int) -> RendezvousExitReport {
    // The second unlocked look, where bhyve's assertion stands. The bit is read before the function:
    // the other way round, a publication between the two reads would look like an early exit under
    // the policy that stores the function first.
    let sawBit = request.requested.contains(member)
    let functionWasNull = !request.isInProgress
    let arrival = MonotonicClock.nanoseconds()
    var report = RendezvousExitReport(
      classification: .void, id: 0, ranAction: false, stallNanoseconds: 0,
      assertionWouldFire: functionWasNull, assertionFailed: false)
    report.sawBit = sawBit
    var waits = false
    var seen: UInt32 = 0
    locked { state in
      if functionWasNull && state.policy.assertion == .kept {
        noteAssertionFailure(&state, &report)
      }
      guard !state.isAtRest else { return }
      let isAsked = state.request.contains(member)
      // Served after it looked: its part is done.
      let isServed = !isAsked && state.isInProgress && state.done.contains(member)
      if isAsked || isServed {
        report.classification = sawBit && functionWasNull ? .early : .member
      } else {
        report.classification = .bystander
      }
      if state.isInProgress {
        report.id = state.id
        waits = !isServed
        seen = sequence.load(ordering: .relaxed)
        if report.classification == .bystander {
          state.bystanders += 1
          state.bystanderArrivals &+= arrival
        }
        report.actionsRun = advance(&state, member: member) ? 1 : 0
      } else {
        let applied = applyUnawaited(&state, member: member, onBehalf: false)
        report.id = isAsked ? applied.newest : state.oldestUnawaited?.record.id ?? 0
        report.actionsRun = applied.count
      }
      report.ranAction = report.actionsRun > 0
      // Here: whoever wakes others afterwards may lose the processor to them.
      if report.ranAction { report.times.ran = MonotonicClock.nanoseconds() }
    }
    report.times.arrived = arrival
    if waits { waitForEnd(of: report.id, on: sequence, from: seen) }
    if report.id != 0 { report.times.released = MonotonicClock.nanoseconds() }
    if waits && report.classification == .bystander {
      report.stallNanoseconds = report.times.released &- arrival
    }
    return report
  }

  /// Not inlined: of a record and its sets nearly no exit has any, and they would be in each stack frame.
  @inline(never)
  private func noteAssertionFailure(
    _ state: inout RendezvousState<Host.Action>, _ report: inout RendezvousExitReport
  ) {
    counters.countAssertionFailure()
    report.assertionFailed = true
    report.last = report.sawBit ? state.latest : state.last ?? state.latest
  }

  /// The handler alone, for the thread of a halted, stopped or suspended `member` that was woken: where
  /// it is asked for, it runs the action and waits for the end. No rendezvous exit, so no class is
  /// counted.
  public func serve(member: Int) -> RendezvousService {
    var times = RendezvousTimes()
    times.arrived = MonotonicClock.nanoseconds()
    var seen: UInt32 = 0
    let (id, count, waits) = locked { state -> (UInt64, Int, Bool) in
      guard !state.isAtRest, state.request.contains(member) else { return (0, 0, false) }
      seen = sequence.load(ordering: .relaxed)
      var id = state.id
      var count = 0
      let waits = state.isInProgress
      if waits {
        count = advance(&state, member: member) ? 1 : 0
      } else {
        (count, id) = applyUnawaited(&state, member: member, onBehalf: false)
      }
      if count > 0 { times.ran = MonotonicClock.nanoseconds() }
      return (id, count, waits)
    }
    if waits { waitForEnd(of: id, on: sequence, from: seen) }
    if id != 0 { times.released = MonotonicClock.nanoseconds() }
    return RendezvousService(id: id, ranAction: count > 0, times: times, actionsRun: count)
  }

  /// Runs the action on behalf of members that are idle now, and tells who waits for idle vcpus. Called by a
  /// thread that has just stored (sequentially consistent) that its member is idle; without it, the next
  /// waiter's time-out does the same. Costs two loads where nobody wants anything.
  public func assist() {
    // Sequentially consistent, as is the store before the call: see `lockAll`.
    if lockWaiters.load(ordering: .sequentiallyConsistent) > 0 {
      sequence.add(1)
      gate.wakeAll(sequence)
    }
    guard request.isInProgress else { return }
    locked { help(&$0) }
  }

  /// Called by `member`'s thread when its sleep in HLT ended by the time-out: counts a rescue, and
  /// returns true, where it is asked for by a rendezvous that was published before the sleep began
  /// (`sinceNanoseconds`, taken before ``mayHalt(_:)``), so that nothing would have woken it.
  public func haltTimedOut(member: Int, sinceNanoseconds: UInt64) -> Bool {
    locked { state in
      guard
        let start = state.isInProgress
          ? state.startNanoseconds : state.oldestUnawaited?.record.startNanoseconds,
        start < sinceNanoseconds, state.request.contains(member), !state.done.contains(member)
      else { return false }
      counters.countRescue()
      return true
    }
  }
}

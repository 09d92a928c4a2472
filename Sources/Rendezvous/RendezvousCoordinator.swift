import Synchronization
public import Threads

/// Makes vcpus meet as bhyve does (rendezvous.md section 1): an initiator publishes an action and its
/// members, every member runs it outside the guest, nobody who waits goes on before all have.
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
  /// Changes, under the lock, whenever something ends that somebody may wait for.
  let sequence = FutexWord(0)

  /// A coordinator with no rendezvous in progress.
  ///
  /// - Parameters:
  ///   - host: the vcpus.
  ///   - memberCount: how many, 1 to `CPUSet.capacity`.
  ///   - policy: in force until ``setPolicy(_:)``.
  ///   - active: the vcpus that can be members; nil: all.
  ///   - recordCapacity: finished rendezvous that wait for the reader at most, a power of two.
  ///   - waitLimitNanoseconds: see ``waitLimitNanoseconds``.
  public init(
    host: Host, memberCount: Int, policy: RendezvousPolicy, active: CPUSet? = nil,
    recordCapacity: Int = 1024, waitLimitNanoseconds: UInt64 = 1_000_000_000
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
    request = RendezvousRequest(policy: policy, lock: guarded.lock)
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
  /// Returns when the rendezvous that it found, if any, is over.
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
    locked { state in
      if functionWasNull && state.policy.assertion == .kept {
        counters.countAssertionFailure()
        report.assertionFailed = true
      }
      guard state.isInProgress else { return }
      report.id = state.id
      if state.request.contains(member) {
        report.classification = sawBit && functionWasNull ? .early : .member
      } else {
        report.classification = .bystander
        state.bystanders += 1
        state.bystanderArrivals &+= arrival
      }
      report.ranAction = advance(&state, member: member)
      // Here: whoever wakes others afterwards may lose the processor to them.
      if report.ranAction { report.times.ran = MonotonicClock.nanoseconds() }
    }
    report.times.arrived = arrival
    if report.id != 0 {
      waitForEnd(of: report.id)
      report.times.released = MonotonicClock.nanoseconds()
    }
    if report.classification == .bystander {
      report.stallNanoseconds = report.times.released &- arrival
    }
    return report
  }

  /// The handler alone, for the thread of a halted, stopped or suspended `member` that was woken: where
  /// it is asked for, it runs the action and waits for the end. No rendezvous exit, so no class is
  /// counted.
  public func serve(member: Int) -> RendezvousService {
    var times = RendezvousTimes()
    times.arrived = MonotonicClock.nanoseconds()
    let (id, ran) = locked { state -> (UInt64, Bool) in
      guard state.isInProgress, state.request.contains(member) else { return (0, false) }
      let id = state.id
      let ran = advance(&state, member: member)
      if ran { times.ran = MonotonicClock.nanoseconds() }
      return (id, ran)
    }
    if id != 0 {
      waitForEnd(of: id)
      times.released = MonotonicClock.nanoseconds()
    }
    return RendezvousService(id: id, ranAction: ran, times: times)
  }

  /// Runs the action on behalf of members that are idle now. Called by a thread that has just stored
  /// (sequentially consistent) that its member is idle; without it, the next waiter's time-out does the
  /// same. Costs a load where no rendezvous is in progress.
  public func assist() {
    guard request.isInProgress else { return }
    locked { state in
      if state.isInProgress { _ = advance(&state, member: nil, helping: true) }
    }
  }

  /// Called by `member`'s thread when its sleep in HLT ended by the time-out: counts a rescue, and
  /// returns true, where it is asked for by a rendezvous that was published before the sleep began
  /// (`sinceNanoseconds`, taken before ``mayHalt(_:)``), so that nothing would have woken it.
  public func haltTimedOut(member: Int, sinceNanoseconds: UInt64) -> Bool {
    locked { state in
      guard state.isInProgress, state.request.contains(member), !state.done.contains(member),
        state.startNanoseconds < sinceNanoseconds
      else { return false }
      counters.countRescue()
      return true
    }
  }

  // MARK: The steps that need the lock

  /// Runs `body` with the lock held, then wakes whom it made ready, without the lock.
  func locked<Result>(_ body: (inout RendezvousState<Host.Action>) -> Result) -> Result {
    var wakes = false
    let result = guarded.withLock { state in
      let result = body(&state)
      wakes = state.needsWake
      state.needsWake = false
      return result
    }
    if wakes { sequence.wakeAll() }
    return result
  }

  /// One pass of the handler over the rendezvous in progress: `member`'s own action, those of idle
  /// members where `helping`, and completion. Returns whether `member` ran the action.
  func advance(
    _ state: inout RendezvousState<Host.Action>, member: Int?, helping: Bool = false
  ) -> Bool {
    guard let action = state.action else { return false }
    if state.dropInactive() { request.requested.store(state.request) }
    var ran = false
    if let member, state.request.contains(member), !state.done.contains(member) {
      host.perform(action, member: member)
      state.markDone(member)
      ran = true
    }
    if helping {
      var next = state.request.next(atOrAfter: 0)
      while let member = next {
        if !state.done.contains(member) && host.claimIdle(member) {
          host.perform(action, member: member)
          state.markDone(member)
          host.releaseIdle(member)
        }
        next = state.request.next(atOrAfter: member + 1)
      }
    }
    if state.isComplete { complete(&state) }
    return ran
  }

  private func complete(_ state: inout RendezvousState<Host.Action>) {
    let (missing, latency) = state.finish(now: MonotonicClock.nanoseconds())
    counters.countCompletion(latencyNanoseconds: latency, missing: missing)
    retract(&state, clearingRequest: state.policy.clearsRequest)
  }

  /// Takes back what was published and marks waiters for waking.
  func retract(_ state: inout RendezvousState<Host.Action>, clearingRequest: Bool) {
    // The sequence first: whoever finds the function gone after a time-out must find the sequence
    // changed too, or it would take its own slowness for a lost wake-up.
    sequence.add(1)
    // The request before the function, as bhyve and as the model: a member that still sees its bit
    // then sees the function as well. Sequentially consistent; also releases what the actions did.
    if clearingRequest { request.requested.clear() }
    request.function.store(0, ordering: .sequentiallyConsistent)
    state.needsWake = true
  }

  /// Sleeps until rendezvous `id` is over, looking again whenever something changed.
  func waitForEnd(of id: UInt64) {
    var seen: UInt32 = 0
    var ended: FutexWaitResult?
    // Acquiring: what members did under the lock before the function was taken back is visible. The
    // function has this number from publication to the end, so nothing is missed without the lock.
    while request.function.load(ordering: .acquiring) == id {
      let isOver = locked { state -> Bool in
        guard state.id == id else { return true }
        // Not before the first sleep and not after a mere signal: only where something may be new.
        if ended != nil && ended != .interrupted {
          _ = advance(&state, member: nil, helping: true)
        }
        // Under the lock, so that no end can come between this and the tests around it.
        seen = sequence.load(ordering: .relaxed)
        return state.id != id
      }
      if isOver { return }
      let deadline = MonotonicClock.nanoseconds() &+ waitLimitNanoseconds
      ended = sequence.wait(whileEqualTo: seen, untilNanoseconds: deadline)
    }
    // The end changes the sequence before anything else, and a change ends the sleep: that the end came,
    // the sequence is as it was and the sleep lasted to its limit is impossible unless a wake was lost.
    if ended == .timedOut && sequence.load() == seen { locked { _ in counters.countRescue() } }
  }
}

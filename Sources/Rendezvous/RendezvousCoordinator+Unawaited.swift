import Synchronization
import Threads

/// Rendezvous that nobody waits for, as in illumos: each target applies the action to itself before it enters
/// the guest again, its initiator goes on at once.
///
/// Several may be outstanding, and a target may be asked by more than one. It applies each once, in the order
/// of their numbers, and never merges two: an action applied twice in a row changes nothing (so the host is
/// asked for), but one that is left out would have to be proved to have nothing in between it and its
/// twin that matters, and "once for each target" could not be counted any more. What a host does with two
/// INITs (one reset of the registers) is its own matter.
extension RendezvousCoordinator {
  /// `member` applies what is asked of it; returns how many actions ran, and the newest rendezvous of them.
  /// On its own thread, or while it is held.
  @inline(never)
  func applyUnawaited(
    _ state: inout RendezvousState<Host.Action>, member: Int, onBehalf: Bool
  ) -> (count: Int, newest: UInt64) {
    // The set is that of one that is waited for where such a one is in progress.
    guard state.hasUnawaited, state.request.contains(member) else { return (0, 0) }
    var count = 0
    var newest: UInt64 = 0
    for index in state.unawaited.indices where state.unawaited[index].remaining.contains(member) {
      host.perform(state.unawaited[index].action, member: member)
      if !onBehalf { gate.reach(.afterAction) }
      state.unawaited[index].remaining.remove(member)
      state.unawaited[index].record.slowest = member
      if onBehalf { state.unawaited[index].record.servedOnBehalf += 1 }
      newest = state.unawaited[index].record.id
      count += 1
    }
    if onBehalf { counters.countServed(count) }
    state.request.remove(member)
    // As at the end of a rendezvous that is waited for: without it, who looks at the request alone leaves
    // the guest for ever.
    if clearsRequest(state) { request.requested.remove(member) }
    settleUnawaited(&state)
    return (count, newest)
  }

  /// Runs what is asked of members that can be claimed.
  func applyUnawaitedOnBehalf(_ state: inout RendezvousState<Host.Action>) {
    guard state.hasUnawaited else { return }
    // A copy: the set shrinks meanwhile.
    let members = state.request
    for member in members {
      claiming(member, state.policy.service) {
        _ = applyUnawaited(&state, member: member, onBehalf: true)
      }
    }
  }

  /// Finishes those that have no target left, and lets go of those whose record is complete.
  func settleUnawaited(_ state: inout RendezvousState<Host.Action>) {
    var ended = false
    let now = MonotonicClock.nanoseconds()
    for index in state.unawaited.indices {
      guard !state.unawaited[index].isFinished, state.unawaited[index].remaining.isEmpty else {
        continue
      }
      let latency = now &- state.unawaited[index].record.startNanoseconds
      state.unawaited[index].record.latencyNanoseconds = latency
      state.unawaited[index].isFinished = true
      counters.countCompletion(
        latencyNanoseconds: latency, missing: state.unawaited[index].leftOut)
      state.last = state.unawaited[index].record
      ended = true
    }
    if ended { releaseUnawaited(&state) }
  }

  /// After one has ended or was cut off.
  func releaseUnawaited(_ state: inout RendezvousState<Host.Action>) {
    for done in state.unawaited where done.isFinished && done.kicksAreKnown {
      records.push(done.record)
    }
    state.unawaited.removeAll { $0.isFinished && $0.kicksAreKnown }
    if let oldest = state.oldestUnawaited {
      // Nobody waits for this number; it says that something is in progress, and what the watchdog times.
      request.function.store(oldest.record.id, ordering: .sequentiallyConsistent)
      mark.publish(oldest.record.id, start: oldest.record.startNanoseconds)
      wakePlaceWaiters(&state)
    } else {
      retract(&state, clearingRequest: clearsRequest(state))
    }
  }

  /// The initiator has told the targets, or found nobody to tell. Returns the record as it is now, and whether
  /// that is its last word; nil where the rendezvous was cut off.
  func noteKicks(
    _ kicks: InlineArray<3, Int>, of id: UInt64
  ) -> (record: RendezvousRecord, isFinished: Bool)? {
    locked { state in
      count(kicks)
      guard let index = state.unawaited.firstIndex(where: { $0.record.id == id }) else {
        return nil
      }
      state.unawaited[index].record.note(kicks)
      state.unawaited[index].kicksAreKnown = true
      let result = state.unawaited[index]
      if result.isFinished {
        records.push(result.record)
        state.unawaited.remove(at: index)
        if state.last?.id == id { state.last = result.record }
        wakePlaceWaiters(&state)
      }
      return (result.record, result.isFinished)
    }
  }

  private func wakePlaceWaiters(_ state: inout RendezvousState<Host.Action>) {
    guard state.isPlaceWanted else { return }
    state.isPlaceWanted = false
    sequence.add(1)
    state.needsWake = true
  }

  /// Takes out members that are not active any more.
  func dropInactiveUnawaited(_ state: inout RendezvousState<Host.Action>) {
    guard !state.unawaited.isEmpty else { return }
    for index in state.unawaited.indices {
      state.unawaited[index].remaining =
        state.unawaited[index].remaining.intersection(state.active)
    }
    state.request = state.request.intersection(state.active)
    request.requested.store(state.request)
    settleUnawaited(&state)
  }

  /// Cuts off the rendezvous `id`, or all where it is nil. Returns how many.
  func cutOffUnawaited(_ state: inout RendezvousState<Host.Action>, id: UInt64? = nil) -> Int {
    let before = state.unawaited.count
    state.unawaited.removeAll { !$0.isFinished && (id == nil || $0.record.id == id) }
    let cut = before - state.unawaited.count
    guard cut > 0 else { return 0 }
    for _ in 0..<cut { counters.countAbort() }
    state.request = state.unawaited.reduce(CPUSet()) { $0.union($1.remaining) }
    // Whatever the policy leaves behind, this does not.
    request.requested.store(state.request)
    releaseUnawaited(&state)
    return cut
  }

  private func clearsRequest(_ state: RendezvousState<Host.Action>) -> Bool {
    state.policy.clearsRequest && !state.mutations.contains(.requestNotCleared)
  }
}

import Synchronization
import Threads

/// The steps that the protocol is made of. Those with a state need the lock.
extension RendezvousCoordinator {
  /// Runs `body` with the lock held, then wakes whom it made ready, without the lock.
  func locked<Result>(_ body: (inout RendezvousState<Host.Action>) -> Result) -> Result {
    var (wakes, wakesInitiator, isNextWaiting) = (false, false, false)
    gate.willLock(guarded.lock)
    let result = guarded.withLock { state in
      let result = body(&state)
      wakes = state.needsWake && !state.mutations.contains(.wakeNotSent)
      wakesInitiator = state.isInitiatorReady
      isNextWaiting = state.waitingInitiators > 0
      (state.needsWake, state.isInitiatorReady) = (false, false)
      return result
    }
    if wakes {
      // The initiator first: it is what the others were asked for. But not where another one waits for its turn: on
      // one CPU an initiator that asks again at once would be ahead of it for ever.
      if wakesInitiator && !isNextWaiting { gate.wakeAll(completion) }
      gate.wakeAll(sequence)
      if wakesInitiator && isNextWaiting { gate.wakeAll(completion) }
    }
    return result
  }

  /// One pass of the handler over the rendezvous in progress: `member`'s own action, those of members that
  /// can be claimed where `helping`, and completion. Returns whether `member` ran the action.
  func advance(
    _ state: inout RendezvousState<Host.Action>, member: Int?, helping: Bool = false
  ) -> Bool {
    guard let action = state.action else { return false }
    if state.hasInactive { dropInactive(&state) }
    var ran = false
    if let member, state.request.contains(member),
      !state.done.contains(member) || state.mutations.contains(.actionRunTwice)
    {
      host.perform(action, member: member)
      state.markDone(member)
      gate.reach(.afterAction)
      ran = true
    }
    if helping { serveOnBehalf(&state, action) }
    if state.isComplete { complete(&state) }
    return ran
  }

  /// Not inlined, as all that few of the passes come to: a set is 512 bytes, and each one in a function is so
  /// much of a stack of which there are a thousand.
  @inline(never)
  private func dropInactive(_ state: inout RendezvousState<Host.Action>) {
    state.dropInactive()
    request.requested.store(state.request)
  }

  /// Runs what is asked of members that can be claimed now, waited for or not.
  func help(_ state: inout RendezvousState<Host.Action>) {
    if state.isInProgress { _ = advance(&state, member: nil, helping: true) }
    applyUnawaitedOnBehalf(&state)
  }

  /// Runs `action` for the members that are idle, or asleep where the policy serves those.
  @inline(never)
  func serveOnBehalf(_ state: inout RendezvousState<Host.Action>, _ action: Host.Action) {
    let missing = state.request.subtracting(state.done)
    for member in missing {
      claiming(member, state.policy.service) {
        serve(&state, action, member)
      }
    }
    guard state.mutations.contains(.servedUnclaimed) else { return }
    for member in missing where !state.done.contains(member) {
      host.perform(action, member: member)
      state.markServed(member)
    }
  }

  /// Runs `action` for `member`, which is held.
  func serve(
    _ state: inout RendezvousState<Host.Action>, _ action: Host.Action, _ member: Int
  ) {
    host.perform(action, member: member)
    state.markServed(member)
    counters.countServed(1)
    // It has no part in this any more: it must not leave the guest to wait for the others, and not after
    // they have come, either. bhyve leaves the bit, and who comes by waits.
    guard state.policy.service == .onBehalf else { return }
    state.request.remove(member)
    // Relaxed: only who has the lock writes the set. Often the bit was never stored.
    if request.requested.contains(member, ordering: .relaxed) { request.requested.remove(member) }
  }

  /// Runs `body` while `member` is held, if it can be.
  func claiming(_ member: Int, _ service: RendezvousPolicy.Service, _ body: () -> Void) {
    if host.claimIdle(member) {
      body()
      host.releaseIdle(member)
    } else if service == .onBehalf && host.claimSleeping(member) {
      body()
      host.releaseSleeping(member)
    }
  }

  /// Ends the rendezvous in progress, whose members have all come.
  @inline(never)
  func complete(_ state: inout RendezvousState<Host.Action>) {
    finish(&state)
    retract(
      &state,
      clearingRequest: state.policy.clearsRequest && !state.mutations.contains(.requestNotCleared))
  }

  /// The books of a completed rendezvous; what was published remains.
  func finish(_ state: inout RendezvousState<Host.Action>) {
    let (missing, latency) = state.finish(now: MonotonicClock.nanoseconds())
    counters.countCompletion(latencyNanoseconds: latency, missing: missing)
  }

  /// Takes back what was published and marks waiters for waking.
  func retract(_ state: inout RendezvousState<Host.Action>, clearingRequest: Bool) {
    // The sequence first: whoever finds the function gone after a time-out must find the sequence
    // changed too, or it would take its own slowness for a lost wake-up.
    sequence.add(1)
    completion.add(1)
    // The request before the function, as bhyve and as the model: a member that still sees its bit
    // then sees the function as well. Sequentially consistent; also releases what the actions did.
    if clearingRequest { request.requested.clear() }
    gate.reach(.betweenClears)
    request.function.store(0, ordering: .sequentiallyConsistent)
    mark.clear()
    (state.needsWake, state.isInitiatorReady) = (true, true)
  }

  /// Sleeps until rendezvous `id` is over, looking again whenever `word` changed: ``sequence``, or
  /// ``completion`` for who initiated it. `seen`: the word under the lock while it was in progress.
  func waitForEnd(of id: UInt64, on word: FutexWord, from seen: UInt32) {
    var seen = seen
    var ended: FutexWaitResult?
    // Acquiring: what members did under the lock before the function was taken back is visible. The
    // function has this number from publication to the end, so nothing is missed without the lock.
    while request.function.load(ordering: .acquiring) == id {
      if let last = ended {
        guard let now = lookAgain(id, word, after: last) else { return }
        seen = now
      }
      ended = gate.wait(on: word, whileEqualTo: seen, nanoseconds: waitLimitNanoseconds)
    }
    // The end changes the word before anything else, and a change ends the sleep: that the end came, the
    // word is as it was and the sleep lasted to its limit is impossible unless a wake was lost.
    if ended == .timedOut && word.load() == seen { locked { _ in counters.countRescue() } }
  }

  /// After a sleep: what can be done for `id`, and the word as it is then; nil where `id` is over.
  @inline(never)
  private func lookAgain(
    _ id: UInt64, _ word: FutexWord, after ended: FutexWaitResult
  ) -> UInt32? {
    locked { state in
      guard state.id == id else { return nil }
      // Not after a mere signal: only where something may be new.
      if ended != .interrupted { _ = advance(&state, member: nil, helping: true) }
      // Under the lock, so that no end can come between this and the tests around it.
      return state.id == id ? word.load(ordering: .relaxed) : nil
    }
  }

  /// Sleeps until the sequence is not `seen` any more, or for the longest wait.
  func sleep(from seen: UInt32) -> FutexWaitResult {
    gate.wait(on: sequence, whileEqualTo: seen, nanoseconds: waitLimitNanoseconds)
  }

  /// Adds up how members were told.
  func count(_ kicks: InlineArray<3, Int>) {
    for kick in Kick.allCases { counters.countKick(kick, kicks[Int(kick.rawValue)]) }
  }
}

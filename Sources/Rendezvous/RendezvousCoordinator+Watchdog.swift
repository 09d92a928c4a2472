import Threads

/// What a watchdog needs: to see that a rendezvous does not end, who is missing, and to end it.
extension RendezvousCoordinator {
  /// The rendezvous in progress, the oldest where several are; nil where there is none. Takes no lock, for
  /// looks at any rate.
  public var progress: RendezvousProgress? { mark.value }

  /// The members that rendezvous `id` waits for; nil where it is over.
  ///
  /// Takes the lock, which is allowed to whoever has found a rendezvous in progress for far too long, and
  /// then only: it is held for the copy of a set, as by any member that takes part, and never while a vcpu
  /// runs. A set that members write without the lock would cost each of them a store in every rendezvous for
  /// a question that is asked once in a broken one.
  public func missingMembers(of id: UInt64) -> CPUSet? {
    locked { state in
      if state.isInProgress && state.id == id { return state.intended.subtracting(state.done) }
      return state.unawaited.first { !$0.isFinished && $0.record.id == id }?.remaining
    }
  }

  /// The rendezvous that began last, as far as it has come: its latency is 0 and its kicks are not counted
  /// while it is in progress. Takes the lock: for who reports a failure, not for looks at a rate.
  public var lastRendezvous: RendezvousRecord? { locked { $0.latest } }

  /// Ends rendezvous `id` without its missing members: everybody who waits for it goes on, its initiator
  /// gets ``RendezvousAborted``, and its request is taken back, whatever the policy leaves behind. Returns
  /// false, and does nothing, where it is over. Any thread but one that runs an action.
  ///
  /// A member that was told of it and comes late finds nothing to do.
  public func abort(id: UInt64) -> Bool {
    locked { state in
      if state.isInProgress && state.id == id {
        cutOff(&state)
        return true
      }
      return cutOffUnawaited(&state, id: id) > 0
    }
  }

  /// Empties a request set that a policy has left behind with nothing in progress, for the members that
  /// leave the guest for it again and again. Returns whose bits were set; none where something is in
  /// progress, whose set it is.
  public func clearStaleRequest() -> CPUSet {
    locked { state in
      guard state.isAtRest else { return CPUSet() }
      let stale = request.requested.value
      request.requested.clear()
      return stale
    }
  }

  /// Ends the rendezvous in progress, which is not complete.
  func cutOff(_ state: inout RendezvousState<Host.Action>) {
    state.last = state.record(now: MonotonicClock.nanoseconds())
    state.id = 0
    state.action = nil
    state.request = CPUSet()
    counters.countAbort()
    retract(&state, clearingRequest: true)
  }
}

import Synchronization
import Threads

extension RendezvousCoordinator {
  /// What an attempt to publish came to.
  private enum Attempt {
    /// Published; these are to be told, so many need not be.
    case published(id: UInt64, notify: CPUSet, elided: Int)
    /// Another one is in progress; the initiator has run its action, if it is a member of it.
    case busy(id: UInt64, ran: Bool)
    /// A change of policy comes first.
    case heldBack(sequence: UInt32)
    case resetting
  }

  /// Makes `targets` meet, and returns when all have run `action` (vm_smp_rendezvous in bhyve).
  ///
  /// Where another one is in progress, the initiator first takes part in that. Targets that are not
  /// active are left out. The caller may hold no lock, and no vcpu of its own may be in the guest.
  ///
  /// - Parameters:
  ///   - initiator: the vcpu whose thread calls, a target or not; nil: the operator's thread.
  ///   - targets: the members.
  ///   - cause: for the record.
  ///   - action: what each of them runs once.
  /// - Throws: ``RendezvousAborted`` where a reset came between.
  public func initiate(
    by initiator: Int?, targets: CPUSet, cause: RendezvousCause, action: Host.Action
  ) throws(RendezvousAborted) -> RendezvousInitiation {
    var taken = 0
    while true {
      switch attempt(by: initiator, targets: targets, cause: cause, action: action) {
      case .resetting: throw RendezvousAborted(taken: taken)
      case .heldBack(let seen):
        let deadline = MonotonicClock.nanoseconds() &+ waitLimitNanoseconds
        _ = sequence.wait(whileEqualTo: seen, untilNanoseconds: deadline)
      case .busy(let id, let ran):
        if ran { taken += 1 }
        waitForEnd(of: id)
      case .published(let id, let members, let elided):
        let kicks = notify(members, of: id, elided: elided)
        var times = RendezvousTimes()
        times.arrived = MonotonicClock.nanoseconds()
        let ran = locked { state in
          let ran = state.id == id ? advance(&state, member: initiator) : false
          if ran { times.ran = MonotonicClock.nanoseconds() }
          return ran
        }
        if ran { taken += 1 }
        waitForEnd(of: id)
        times.released = MonotonicClock.nanoseconds()
        guard let record = collect(id, kicks) else { throw RendezvousAborted(taken: taken) }
        return RendezvousInitiation(record: record, taken: taken, times: times)
      }
    }
  }

  private func attempt(
    by initiator: Int?, targets: CPUSet, cause: RendezvousCause, action: Host.Action
  ) -> Attempt {
    locked { state in
      if state.isResetting { return .resetting }
      if state.isInProgress {
        let id = state.id
        return .busy(id: id, ran: advance(&state, member: initiator))
      }
      if state.policyWaiters > 0 { return .heldBack(sequence: sequence.load(ordering: .relaxed)) }
      let id = state.begin(
        targets: targets, cause: cause, initiator: initiator, action: action,
        now: MonotonicClock.nanoseconds())
      // Counted before it is published, so before anybody can complete it.
      counters.countRequest(cause)
      publish(id, state.request, order: state.policy.publishOrder)
      _ = advance(&state, member: nil, helping: true)
      var members = state.request.subtracting(state.done)
      // Those that were idle need not be told, nor does the initiator tell itself.
      if let initiator { members.remove(initiator) }
      return .published(id: id, notify: members, elided: state.done.count)
    }
  }

  /// The two stores on whose order the designs part. Both sequentially consistent: "request stored,
  /// then state read" is with the notifications that follow, see ``RendezvousRequest``.
  private func publish(
    _ id: UInt64, _ members: CPUSet, order: RendezvousPolicy.PublishOrder
  ) {
    switch order {
    case .requestThenFunction:
      request.requested.store(members)
      request.function.store(id, ordering: .sequentiallyConsistent)
    case .functionThenRequest:
      request.function.store(id, ordering: .sequentiallyConsistent)
      request.requested.store(members)
    }
  }

  /// Tells members, ascending, without the lock: a member that comes at once must not wait for us.
  private func notify(_ members: CPUSet, of id: UInt64, elided: Int) -> InlineArray<3, Int> {
    var kicks = InlineArray<3, Int>(repeating: 0)
    kicks[Int(Kick.elided.rawValue)] = elided
    var next = members.first
    while let member = next {
      kicks[Int(host.notify(member, of: id).rawValue)] += 1
      next = members.next(atOrAfter: member + 1)
    }
    return kicks
  }

  /// Completes the record of `id` with its kicks and hands it to the reader; nil where it was aborted.
  private func collect(_ id: UInt64, _ kicks: InlineArray<3, Int>) -> RendezvousRecord? {
    locked { state in
      for kick in Kick.allCases { counters.countKick(kick, kicks[Int(kick.rawValue)]) }
      guard var record = state.takeRecord(of: id) else { return nil }
      record.kicksSignalled = kicks[Int(Kick.signalled.rawValue)]
      record.kicksWoken = kicks[Int(Kick.woken.rawValue)]
      record.kicksElided = kicks[Int(Kick.elided.rawValue)]
      // The lock makes initiators one producer at a time.
      records.push(record)
      return record
    }
  }
}

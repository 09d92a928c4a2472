import Synchronization
import Threads

extension RendezvousCoordinator {
  /// What an attempt to publish came to.
  private enum Attempt {
    /// Published; these are to be told, so many need not be. Nil: they have been. `completion`: the word.
    case published(id: UInt64, notify: CPUSet?, kicks: InlineArray<3, Int>, completion: UInt32)
    /// The same, and nobody waits. `ran`: actions that the initiator's thread ran.
    case posted(id: UInt64, notify: CPUSet, kicks: InlineArray<3, Int>, ran: Int)
    /// Another one is in progress; the initiator has run its action, if it is a member of it.
    case busy(id: UInt64, sequence: UInt32, ran: Bool)
    /// Something else comes first: a change of policy, or the end of one of too many.
    case heldBack(sequence: UInt32, ran: Int)
    case resetting
  }

  /// Who asks whom for what.
  private struct Intent {
    let initiator: Int?
    let targets: CPUSet
    let cause: RendezvousCause
    let origin: RendezvousOrigin
    let action: Host.Action
  }

  /// Makes `targets` meet, and returns when all have run `action` (vm_smp_rendezvous in bhyve), or at once
  /// where the policy says that nobody waits.
  ///
  /// Where another one is in progress, the initiator first takes part in that. Targets that are not
  /// active are left out. The caller may hold no lock, and no vcpu of its own may be in the guest.
  ///
  /// - Parameters:
  ///   - initiator: the vcpu whose thread calls, a target or not; nil: the operator's thread.
  ///   - targets: the members.
  ///   - cause: for the record.
  ///   - origin: for the record, too.
  ///   - action: what each of them runs once.
  /// - Throws: ``RendezvousAborted`` where a reset or a watchdog came between.
  public func initiate(
    by initiator: Int?, targets: CPUSet, cause: RendezvousCause,
    origin: RendezvousOrigin = .unspecified, action: Host.Action
  ) throws(RendezvousAborted) -> RendezvousInitiation {
    let intent = Intent(
      initiator: initiator, targets: targets, cause: cause, origin: origin, action: action)
    var taken = 0
    var isWaiting = false
    while true {
      switch attempt(intent, &isWaiting) {
      case .resetting: throw RendezvousAborted(taken: taken)
      case .heldBack(let seen, let ran):
        taken += ran
        _ = sleep(from: seen)
      case .busy(let id, let seen, let ran):
        if ran { taken += 1 }
        waitForEnd(of: id, on: sequence, from: seen)
      case .published(let id, let members, var kicks, let seen):
        if let members { notify(members, of: id, &kicks) }
        var times = RendezvousTimes()
        times.arrived = MonotonicClock.nanoseconds()
        if let initiator, let ran = takePart(in: id, initiator) {
          times.ran = ran
          taken += 1
        }
        waitForEnd(of: id, on: completion, from: seen)
        times.released = MonotonicClock.nanoseconds()
        guard let record = collect(id, kicks) else { throw RendezvousAborted(taken: taken) }
        return RendezvousInitiation(record: record, taken: taken, times: times)
      case .posted(let id, let members, var kicks, let ran):
        notify(members, of: id, &kicks)
        var times = RendezvousTimes()
        times.arrived = MonotonicClock.nanoseconds()
        times.released = times.arrived
        taken += ran
        guard let (record, isFinished) = noteKicks(kicks, of: id) else {
          throw RendezvousAborted(taken: taken)
        }
        var done = RendezvousInitiation(record: record, taken: taken, times: times)
        done.isFinished = isFinished
        return done
      }
    }
  }

  /// The initiator's own part in `id`, unless that is over; returns when it ran the action, if it did.
  private func takePart(in id: UInt64, _ initiator: Int) -> UInt64? {
    locked { state in
      let ran = state.id == id && advance(&state, member: initiator)
      return ran ? MonotonicClock.nanoseconds() : nil
    }
  }

  /// `isWaiting`: whether it waits for its turn already.
  private func attempt(_ intent: Intent, _ isWaiting: inout Bool) -> Attempt {
    locked { state in
      if isWaiting { state.waitingInitiators -= 1 }
      isWaiting = !state.isResetting && state.isInProgress
      if isWaiting { state.waitingInitiators += 1 }
      if state.isResetting { return .resetting }
      if state.isInProgress {
        let (id, seen) = (state.id, sequence.load(ordering: .relaxed))
        return .busy(id: id, sequence: seen, ran: advance(&state, member: intent.initiator))
      }
      if state.policyWaiters > 0 { return heldBack(&state, intent) }
      switch state.policy.waiting {
      case .everybody: return begin(&state, intent)
      case .nobody:
        if !state.canPost { return heldBack(&state, intent, forPlace: true) }
        return post(&state, intent)
      }
    }
  }

  /// Before it sleeps, the initiator applies what is asked of it and is not waited for: others may wait for
  /// that in the same way.
  private func heldBack(
    _ state: inout RendezvousState<Host.Action>, _ intent: Intent, forPlace: Bool = false
  ) -> Attempt {
    var ran = 0
    if let initiator = intent.initiator {
      ran = applyUnawaited(&state, member: initiator, onBehalf: false).count
    }
    if forPlace { state.isPlaceWanted = true }
    return .heldBack(sequence: sequence.load(ordering: .relaxed), ran: ran)
  }

  private func begin(_ state: inout RendezvousState<Host.Action>, _ intent: Intent) -> Attempt {
    let id = state.begin(
      targets: intent.targets, cause: intent.cause, origin: intent.origin,
      initiator: intent.initiator, action: intent.action, now: MonotonicClock.nanoseconds())
    // Before it can end: its end changes the word.
    let seen = completion.load(ordering: .relaxed)
    // Counted before it is published, so before anybody can complete it.
    counters.countRequest(intent.cause)
    if state.policy.service == .onBehalf {
      // Before anything is stored: who sleeps now is not asked. Who is on its way to sleep is, and either
      // sees that or is told.
      serveOnBehalf(&state, intent.action)
      if state.request.isEmpty {
        let served = Self.elided(state.done.count)
        // Nothing was published, so nothing is to be taken back, and nobody is disturbed.
        finish(&state)
        return .published(id: id, notify: CPUSet(), kicks: served, completion: seen)
      }
    }
    var early: InlineArray<3, Int>?
    if state.mutations.contains(.stateReadBeforeRequestStore) {
      var kicks = Self.elided(state.done.count)
      notify(members(state, besides: intent.initiator), of: id, &kicks)
      early = kicks
    }
    mark.publish(id, start: state.startNanoseconds)
    publish(id, state.request, order: state.policy.publishOrder)
    _ = advance(&state, member: nil, helping: true)
    tellLockWaiters(&state)
    if let early { return .published(id: id, notify: nil, kicks: early, completion: seen) }
    return .published(
      id: id, notify: members(state, besides: intent.initiator),
      kicks: Self.elided(state.done.count), completion: seen)
  }

  /// As ``begin(_:_:)`` where nobody waits.
  private func post(_ state: inout RendezvousState<Host.Action>, _ intent: Intent) -> Attempt {
    let id = state.post(
      targets: intent.targets, cause: intent.cause, origin: intent.origin,
      initiator: intent.initiator, action: intent.action, now: MonotonicClock.nanoseconds())
    counters.countRequest(intent.cause)
    let asked = state.request
    // The oldest: what a watchdog times, and one as good as another for who asks whether there is any.
    if let oldest = state.oldestUnawaited {
      mark.publish(oldest.record.id, start: oldest.record.startNanoseconds)
      publish(oldest.record.id, state.request, order: state.policy.publishOrder)
    }
    tellLockWaiters(&state)
    var ran = 0
    if let initiator = intent.initiator {
      ran = applyUnawaited(&state, member: initiator, onBehalf: false).count
    }
    applyUnawaitedOnBehalf(&state)
    settleUnawaited(&state)
    let own = state.unawaited.first { $0.record.id == id }
    let remaining = own?.remaining ?? CPUSet()
    var served = own?.record.targets.intersection(asked).subtracting(remaining) ?? CPUSet()
    if let initiator = intent.initiator { served.remove(initiator) }
    return .posted(id: id, notify: remaining, kicks: Self.elided(served.count), ran: ran)
  }

  /// Those that have still to come, but for the initiator, who does not tell itself.
  private func members(
    _ state: RendezvousState<Host.Action>, besides initiator: Int?
  ) -> CPUSet {
    var members = state.request.subtracting(state.done)
    if let initiator { members.remove(initiator) }
    return members
  }

  /// So many members need not be told.
  private static func elided(_ count: Int) -> InlineArray<3, Int> {
    var kicks = InlineArray<3, Int>(repeating: 0)
    kicks[Int(Kick.elided.rawValue)] = count
    return kicks
  }

  /// Who holds vcpus and waits for more must run the actions of those it holds.
  private func tellLockWaiters(_ state: inout RendezvousState<Host.Action>) {
    // Under the lock, under which they look: relaxed would do.
    guard lockWaiters.load(ordering: .sequentiallyConsistent) > 0 else { return }
    sequence.add(1)
    state.needsWake = true
  }

  /// The two stores on whose order the designs part. Both sequentially consistent: "request stored,
  /// then state read" is with the notifications that follow, see ``RendezvousRequest``.
  private func publish(
    _ id: UInt64, _ members: CPUSet, order: RendezvousPolicy.PublishOrder
  ) {
    switch order {
    case .requestThenFunction:
      request.requested.store(members)
      gate.reach(.afterRequestStore)
      request.function.store(id, ordering: .sequentiallyConsistent)
      gate.reach(.afterFunctionStore)
    case .functionThenRequest:
      request.function.store(id, ordering: .sequentiallyConsistent)
      gate.reach(.afterFunctionStore)
      request.requested.store(members)
      gate.reach(.afterRequestStore)
    }
  }

  /// Tells members, ascending, without the lock: a member that comes at once must not wait for us.
  private func notify(_ members: CPUSet, of id: UInt64, _ kicks: inout InlineArray<3, Int>) {
    var next = members.first
    while let member = next {
      gate.reach(.beforeNotify)
      let kick = gate.dropsKick() ? Kick.elided : host.notify(member, of: id)
      kicks[Int(kick.rawValue)] += 1
      next = members.next(atOrAfter: member + 1)
    }
  }

  /// Completes the record of `id` with its kicks and hands it to the reader; nil where it was aborted.
  private func collect(_ id: UInt64, _ kicks: InlineArray<3, Int>) -> RendezvousRecord? {
    locked { state in
      count(kicks)
      guard var record = state.takeRecord(of: id) else { return nil }
      record.note(kicks)
      if state.last?.id == id { state.last = record }
      // The lock makes initiators one producer at a time.
      records.push(record)
      return record
    }
  }
}

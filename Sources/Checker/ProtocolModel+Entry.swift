import Rendezvous

extension ProtocolModel {
  /// What `thread` must do next; false where it has to wait.
  func proceed(_ thread: Int, _ place: Place, _ next: inout Successor) -> Bool {
    switch place {
    case .storeRunning:
      guard store(.running, thread, &next) else { return false }
      // The latch of an earlier kick is forgotten before the looks, which see what it was for.
      next.state[thread].isKicked = false
      next.state[thread].place = suspends ? .lookForSuspend : .look
    case .lookForSuspend:
      next.state[thread].place = next.state.isSuspending ? .suspendJoin : .look
    case .look: return look(thread, &next)
    case .lookAgain: lookAgain(thread, &next)
    case .enter:
      if next.state[thread].buffered != 0 { return false }
      next.state[thread].place = next.state[thread].isKicked ? .leave : .guest
    case .guest:
      guard next.state[thread].isKicked else { return false }
      next.state[thread].place = .leave
    case .leave: return store(.frozen, then: .storeRunning, thread, &next)
    case .haltLeave, .haltStore, .haltLook, .haltLookAgain, .haltBack, .asleep:
      return halt(thread, place, &next)
    case .exitRead, .exitStore, .handle, .wait, .clearRequest, .clearFunction, .unlock:
      return takePart(thread, place, &next)
    case .initiateLeave, .initiate, .claim, .serveClaimed, .publishFirst, .publishSecond,
      .publishUnlock, .notifyRead, .notifyKick, .own, .initiated:
      return initiation(thread, place, &next)
    case .idleLeave, .idleStore, .idle, .lockAll, .lockAllHelp, .lockAllGather, .lockAllWait,
      .lockAllAgain:
      return lockingAll(thread, place, &next)
    case .suspendJoin, .suspendStore, .suspendLook, .suspendServe, .suspended, .suspendBack:
      return suspending(thread, place, &next)
    case .suspendAll, .awaitSuspended, .reset, .deactivate, .deactivated:
      return operating(thread, place, &next)
    case .operatorIdle, .over: return false
    }
    return true
  }

  func store(
    _ condition: Condition, then place: Place, _ thread: Int, _ next: inout Successor
  ) -> Bool {
    guard store(condition, thread, &next) else { return false }
    next.state[thread].place = place
    return true
  }

  // MARK: The pending check

  private func look(_ thread: Int, _ next: inout Successor) -> Bool {
    let state = next.state
    let bit = state.request >> thread & 1 == 1
    switch policy.check {
    case .anyFunction: looked(state.function != 0, thread, &next)
    case .member: looked(bit, thread, &next)
    case .notEmpty: looked(state.request != 0, thread, &next)
    case .firstWord: looked(state.request & scenario.firstWord != 0, thread, &next)
    case .lockedMember:
      if state.owner != 0 {
        // It goes to sleep here. The state stays: what is wrong is that it may.
        next.violations.insert(.blockingLock)
        return true
      }
      if state[thread].buffered != 0 { return false }
      looked(bit, thread, &next)
    case .functionAndMember:
      if state.function != 0 {
        next.state[thread].place = .lookAgain
      } else {
        looked(false, thread, &next)
      }
    case .memberAndFunction:
      if bit {
        next.state[thread].place = .lookAgain
      } else {
        looked(false, thread, &next)
      }
    }
    return true
  }

  private func lookAgain(_ thread: Int, _ next: inout Successor) {
    let bit = next.state.request >> thread & 1 == 1
    let isPending = policy.check == .functionAndMember ? bit : next.state.function != 0
    looked(isPending, twice: true, thread, &next)
  }

  private func looked(
    _ isPending: Bool, twice: Bool = false, _ thread: Int, _ next: inout Successor
  ) {
    guard isPending else {
      next.state[thread].place = next.state[thread].isAskedToIdle ? .idleLeave : .enter
      return
    }
    next.state[thread].place = .exitRead
    if nobodyWaits {
      if unserved(next.state) >> thread & 1 == 0 { next.kinds.insert(.over) }
    } else if !twice {
      // A look of two reads has seen both, one after the other.
      if next.state.function == 0 {
        next.kinds.insert(.over)
      } else if next.state.request >> thread & 1 == 0 {
        next.kinds.insert(.nonmember)
      }
    }
  }

  // MARK: HLT

  private func halt(_ thread: Int, _ place: Place, _ next: inout Successor) -> Bool {
    switch place {
    case .haltLeave: return store(.frozen, then: .haltStore, thread, &next)
    case .haltStore:
      let looks = policy.haltTest != .none || suspends || scenario.locker != nil
      guard store(.sleeping, then: looks ? .haltLook : .asleep, thread, &next) else { return false }
      next.state[thread].isKicked = false
    case .haltLook:
      // What was rung before is forgotten here; the reads that follow see what it was for.
      next.state[thread].isKicked = false
      let isWanted =
        suspends && next.state.isSuspending || next.state[thread].isAskedToIdle
      next.state[thread].place = isWanted ? .haltBack : haltLook(thread, &next)
    case .haltLookAgain:
      next.state[thread].place = next.state.request >> thread & 1 == 1 ? .haltBack : .asleep
    case .haltBack:
      if servesOnBehalf && mutation != .wakesWhileHeld { return wake(thread, &next) }
      return store(.frozen, then: .storeRunning, thread, &next)
    default:
      guard next.state[thread].isKicked else { return false }
      return wake(thread, &next)
    }
    return true
  }

  private func haltLook(_ thread: Int, _ next: inout Successor) -> Place {
    if nobodyWaits {
      // No function is ever stored; the own bit is all there is.
      if policy.haltTest == .none { return .asleep }
      return next.state.request >> thread & 1 == 1 ? .haltBack : .asleep
    }
    switch policy.haltTest {
    case .none: return .asleep
    case .anyFunction:
      if next.state.function == 0 { return .asleep }
      if next.state.request >> thread & 1 == 0 { next.kinds.insert(.haltSpin) }
      return .haltBack
    case .member: return next.state.function == 0 ? .asleep : .haltLookAgain
    }
  }

  /// Ends the sleep of `thread`'s vcpu. Where others may hold sleepers, by a locked exchange that waits
  /// for them.
  func wake(_ thread: Int, _ next: inout Successor) -> Bool {
    if servesOnBehalf {
      guard next.state[thread].buffered == 0 else { return false }
      if mutation != .wakesWhileHeld {
        guard next.state[thread].condition == .sleeping else { return false }
      }
      next.state[thread].condition = .frozen
      next.state[thread].place = .storeRunning
    } else {
      guard store(.frozen, then: .storeRunning, thread, &next) else { return false }
    }
    next.state[thread].isKicked = false
    return true
  }
}

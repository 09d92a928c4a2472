import Rendezvous

extension ProtocolModel {
  /// A vcpu that has seen that the machine is being suspended (rendezvous.md section 1.7).
  func suspending(_ thread: Int, _ place: Place, _ next: inout Successor) -> Bool {
    switch place {
    case .suspendJoin:
      guard store(.frozen, then: .suspendStore, thread, &next) else { return false }
      next.state.suspended |= 1 << thread
    case .suspendStore: return store(.sleeping, then: .suspendLook, thread, &next)
    case .suspendLook:
      next.state[thread].isKicked = false
      if !next.state.isSuspending {
        next.state[thread].place = .suspendBack
      } else if mutation != .deafSuspend && isAsked(thread, next.state) {
        next.state[thread].place = .suspendServe
      } else {
        next.state[thread].place = .suspended
      }
    case .suspendServe:
      next.state[thread].after = .suspendStore
      return leaveSleep(thread, to: .handle, &next)
    case .suspended:
      guard next.state[thread].isKicked || !next.state.isSuspending else { return false }
      next.state[thread].place = .suspendLook
    default: return leaveSleep(thread, to: .storeRunning, &next)
    }
    return true
  }

  private func isAsked(_ thread: Int, _ state: ModelState) -> Bool {
    (nobodyWaits || state.function != 0) && state.request >> thread & 1 == 1
  }

  private func leaveSleep(_ thread: Int, to place: Place, _ next: inout Successor) -> Bool {
    if servesOnBehalf {
      guard wake(thread, &next) else { return false }
      next.state[thread].place = place
      return true
    }
    return store(.frozen, then: place, thread, &next)
  }

  /// An operator's first step.
  func begin(operator thread: Int, _ next: inout Successor) {
    switch scenario.operators[thread - scenario.vcpus] {
    case .initiate: next.state[thread].place = .initiate
    case .suspendAndReset: next.state[thread].place = .suspendAll
    case .reset: next.state[thread].place = .reset
    case .deactivate: next.state[thread].place = .deactivate
    }
  }

  /// The rest of an operator's program.
  func operating(_ thread: Int, _ place: Place, _ next: inout Successor) -> Bool {
    switch place {
    case .suspendAll:
      next.state.isSuspending = true
      next.state[thread].mine = next.state.active
      next.state[thread].cursor = 0
      next.state[thread].after = .awaitSuspended
      next.state[thread].place = .notifyRead
    case .awaitSuspended:
      guard next.state.suspended == next.state.active else { return false }
      next.state[thread].place = .reset
    case .reset:
      guard canLock(thread, next.state) else { return false }
      next.state.owner = thread + 1
      if next.state.function != 0 { next.state.aborted |= 1 << next.state.function }
      if nobodyWaits {
        // What was published and not applied is given up.
        for number in 1...scenario.actions.count where next.state.published >> number & 1 == 1 {
          next.state.aborted |= 1 << number
        }
        next.state.published = 0
      }
      next.state[thread].after = .over
      next.state[thread].place =
        mutation == .resetKeepsRequest ? .clearFunction : .clearRequest
    case .deactivate: return deactivate(thread, &next)
    default:
      let number = next.state.function
      if isComplete(next.state) {
        complete(number, thread, after: .over, &next)
      } else {
        release(thread, to: .over, &next)
      }
    }
    return true
  }

  /// Takes the vcpu out of the active ones and of what is in progress.
  private func deactivate(_ thread: Int, _ next: inout Successor) -> Bool {
    guard canLock(thread, next.state),
      case .deactivate(let vcpu) = scenario.operators[thread - scenario.vcpus]
    else { return false }
    next.state.active &= ~(1 << vcpu)
    guard nobodyWaits || next.state.function != 0 else {
      next.state[thread].place = .over
      return true
    }
    let request = next.state.request & next.state.active
    guard store(.request, request, thread, &next) else { return false }
    next.state.owner = thread + 1
    if nobodyWaits {
      release(thread, to: .over, &next)
    } else {
      next.state[thread].place = .deactivated
    }
    return true
  }

  /// With the lock let go: nothing may be left of what a reset cut off, and suspended vcpus go on.
  func finishReset(_ thread: Int, _ next: inout Successor) {
    switch scenario.operators[thread - scenario.vcpus] {
    case .reset, .suspendAndReset:
      if next.state.request != 0 || next.state.function != 0 {
        next.violations.insert(.survivesReset)
      }
      next.state.suspended = 0
      next.state.isSuspending = false
    case .initiate, .deactivate: break
    }
  }
}

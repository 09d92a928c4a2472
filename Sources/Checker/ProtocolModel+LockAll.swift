import Rendezvous

extension ProtocolModel {
  /// A vcpu that goes idle, and the thread that locks all (rendezvous.md section 1.8).
  func lockingAll(_ thread: Int, _ place: Place, _ next: inout Successor) -> Bool {
    switch place {
    case .idleLeave: return store(.frozen, then: .idleStore, thread, &next)
    case .idleStore:
      guard store(.idle, then: .idle, thread, &next) else { return false }
      next.state[thread].isAskedToIdle = false
    case .idle:
      // Back from user space, unless somebody holds the vcpu.
      guard next.state[thread].buffered == 0, next.state[thread].condition == .idle else {
        return false
      }
      next.state[thread].condition = .frozen
      next.state[thread].place = .storeRunning
    case .lockAll, .lockAllAgain:
      if policy.lockAll == .plain {
        next.state[thread].place = .lockAllGather
        return true
      }
      guard canLock(thread, next.state) else { return false }
      next.state.owner = thread + 1
      next.state[thread].cursor = 0
      next.state[thread].place = next.state.function != 0 ? .lockAllHelp : .lockAllGather
    case .lockAllHelp: help(thread, &next)
    case .lockAllGather: gather(thread, &next)
    default:
      let vcpu = next.state[thread].cursor
      let isInProgress = policy.lockAll != .plain && next.state.function != 0
      // Woken when the vcpu went idle; it may have come back since, and is then asked again.
      guard !next.state[vcpu].isAskedToIdle || isInProgress else { return false }
      next.state[thread].place = .lockAllAgain
    }
    return true
  }

  /// With the lock held: the next vcpu that is idle is held, and its action run on its behalf.
  private func help(_ thread: Int, _ next: inout Successor) {
    let vcpu = next.state[thread].cursor
    next.state[thread].place = .lockAllHelp
    if vcpu == scenario.vcpus || policy.lockAll == .helpingGuarded && next.state.function == 0 {
      next.state[thread].cursor = 0
      next.state[thread].place = .lockAllGather
      return
    }
    if next.state[vcpu].condition == .idle { hold(vcpu, thread, &next) }
    next.state[thread].cursor = vcpu + 1
    guard next.state[thread].mine >> vcpu & 1 == 1 else { return }
    let number = next.state.function
    if number == 0 {
      next.violations.insert(.helperAssertion)
      return
    }
    if (next.state.request & ~next.state.done) >> vcpu & 1 == 1 {
      run(number, vcpu, &next)
      next.state.done |= 1 << vcpu
    }
    if isComplete(next.state) { complete(number, thread, after: .lockAllHelp, &next) }
  }

  private func hold(_ vcpu: Int, _ thread: Int, _ next: inout Successor) {
    next.state[vcpu].condition = .heldIdle
    next.state[thread].mine |= 1 << vcpu
  }

  /// Holds every vcpu that is idle; asks the first that is not, or, with all held, lets all go.
  private func gather(_ thread: Int, _ next: inout Successor) {
    var vcpu = 0
    while vcpu < scenario.vcpus {
      if next.state[thread].mine >> vcpu & 1 == 0 {
        guard next.state[vcpu].condition == .idle else { break }
        hold(vcpu, thread, &next)
      }
      vcpu += 1
    }
    if policy.lockAll != .plain { next.state.owner = 0 }
    if vcpu < scenario.vcpus {
      next.state[vcpu].isAskedToIdle = true
      deliver(vcpu, next.state[vcpu].condition, &next)
      next.state[thread].cursor = vcpu
      next.state[thread].place = .lockAllWait
      return
    }
    for held in 0..<scenario.vcpus { next.state[held].condition = .idle }
    next.state[thread].mine = 0
    next.state[thread].place = .idle
  }
}

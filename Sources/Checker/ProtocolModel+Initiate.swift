import Rendezvous

extension ProtocolModel {
  /// From the guest's exit that needs a rendezvous to the return from it.
  func initiation(_ thread: Int, _ place: Place, _ next: inout Successor) -> Bool {
    switch place {
    case .initiateLeave: return store(.frozen, then: .initiate, thread, &next)
    case .initiate:
      guard canLock(thread, next.state) else { return false }
      begin(thread, &next)
    case .claim: claim(thread, &next)
    case .serveClaimed:
      let vcpu = next.state[thread].cursor
      run(next.state[thread].rendezvous, vcpu, &next)
      next.state[vcpu].condition = .sleeping
      next.state[thread].cursor = vcpu + 1
      next.state[thread].mine &= ~(1 << vcpu)
      next.state[thread].place = .claim
    case .publishFirst, .publishSecond: return publish(thread, place, &next)
    case .publishUnlock:
      guard next.state[thread].buffered == 0 else { return false }
      next.state.owner = 0
      next.state[thread].place = .notifyRead
    case .notifyRead: notifyRead(thread, &next)
    case .notifyKick:
      deliver(next.state[thread].cursor, next.state[thread].read, &next)
      next.state[thread].cursor += 1
      next.state[thread].place = .notifyRead
    case .own:
      guard canLock(thread, next.state) else { return false }
      next.state[thread].after = .initiated
      let number = next.state[thread].rendezvous
      if next.state.function == number {
        advance(number, thread, &next)
      } else {
        next.state[thread].place = .initiated
      }
    default: initiated(thread, &next)
    }
    return true
  }

  /// With the lock just taken: begins, or takes part in what is in progress and tries again.
  private func begin(_ thread: Int, _ next: inout Successor) {
    let number = scenario.action(of: thread, after: next.state[thread].initiated)
    if next.state.function != 0 {
      next.state[thread].after = .initiate
      return advance(next.state.function, thread, &next)
    }
    next.state.owner = thread + 1
    next.state[thread].rendezvous = number
    next.state[thread].cursor = 0
    var members = intended(number, next.state)
    next.state.published |= 1 << number
    if nobodyWaits {
      if members >> thread & 1 == 1 { run(number, thread, &next) }
      members &= ~(1 << thread)
    } else {
      next.state.done = 0
    }
    if policy.setWidth == .firstWord { members &= scenario.firstWord }
    next.state[thread].mine = members
    next.state[thread].place = servesOnBehalf ? .claim : .publishFirst
  }

  /// Looks at the next target: where it sleeps, holds it.
  private func claim(_ thread: Int, _ next: inout Successor) {
    var vcpu = next.state[thread].cursor
    while vcpu < scenario.vcpus {
      if next.state[thread].mine >> vcpu & 1 == 1 && vcpu != thread { break }
      vcpu += 1
    }
    if vcpu < scenario.vcpus {
      next.state[thread].cursor = vcpu
      if next.state[vcpu].condition == .sleeping {
        next.state[vcpu].condition = .heldAsleep
        next.state[thread].place = .serveClaimed
      } else {
        next.state[thread].cursor = vcpu + 1
      }
      return
    }
    next.state[thread].cursor = 0
    guard next.state[thread].mine == 0 else {
      next.state[thread].place = .publishFirst
      return
    }
    // Everybody is served: nothing is ever published.
    let number = next.state[thread].rendezvous
    if next.state.ran(number) != intended(number, next.state) {
      next.violations.insert(.membership)
    }
    next.state.finished |= 1 << number
    next.state.owner = 0
    next.state[thread].place = .initiated
  }

  /// The two stores on whose order the designs part.
  private func publish(_ thread: Int, _ place: Place, _ next: inout Successor) -> Bool {
    let members = next.state[thread].mine
    if nobodyWaits {
      guard store(.request, next.state.request | members, thread, &next) else { return false }
      published(thread, &next)
      return true
    }
    let requestFirst = policy.publishOrder == .requestThenFunction
    if (place == .publishFirst) == requestFirst {
      guard store(.request, members, thread, &next) else { return false }
    } else {
      guard store(.function, next.state[thread].rendezvous, thread, &next) else { return false }
    }
    if place == .publishFirst {
      next.state[thread].place = .publishSecond
    } else if members == 0 {
      complete(next.state[thread].rendezvous, thread, after: .initiated, &next)
    } else {
      published(thread, &next)
    }
    return true
  }

  private func published(_ thread: Int, _ next: inout Successor) {
    // Nobody tells itself.
    next.state[thread].mine &= ~(1 << thread)
    next.state[thread].cursor = 0
    next.state[thread].after = nobodyWaits ? .initiated : .own
    if next.state[thread].buffered == 0 {
      next.state.owner = 0
      next.state[thread].place = .notifyRead
    } else {
      next.state[thread].place = .publishUnlock
    }
  }

  /// Reads the condition of the next whom `thread` tells; the kick is a step of its own.
  func notifyRead(_ thread: Int, _ next: inout Successor) {
    var vcpu = next.state[thread].cursor
    while vcpu < scenario.vcpus && next.state[thread].mine >> vcpu & 1 == 0 { vcpu += 1 }
    guard vcpu < scenario.vcpus else {
      next.state[thread].mine = 0
      next.state[thread].cursor = 0
      next.state[thread].place = next.state[thread].after
      return
    }
    let condition = next.state[vcpu].condition
    if condition == .running || condition == .sleeping || condition == .heldAsleep {
      next.state[thread].cursor = vcpu
      next.state[thread].read = condition
      next.state[thread].place = .notifyKick
    } else {
      next.state[thread].cursor = vcpu + 1
    }
  }

  /// The signal or the ring, for a vcpu that was running or asleep when it was looked at. It may be
  /// neither any more: then it looks by itself, and a kick that is left over would only be in the way.
  func deliver(_ vcpu: Int, _ condition: Condition, _ next: inout Successor) {
    let place = next.state[vcpu].place
    if condition == .running {
      let counts = policy.kickLatch == .latched ? place.isInRunLoop : place == .guest
      if counts { next.state[vcpu].isKicked = true }
    } else if place.hearsRing {
      next.state[vcpu].isKicked = true
    }
  }

  private func initiated(_ thread: Int, _ next: inout Successor) {
    let number = next.state[thread].rendezvous
    if !nobodyWaits && (next.state.finished | next.state.aborted) >> number & 1 == 0 {
      next.violations.insert(.earlyReturn)
    }
    next.state[thread].rendezvous = 0
    next.state[thread].initiated += 1
    next.state[thread].place = thread < scenario.vcpus ? .storeRunning : .over
  }
}

import Rendezvous

extension ProtocolModel {
  /// From a positive look to the end of the rendezvous.
  func takePart(_ thread: Int, _ place: Place, _ next: inout Successor) -> Bool {
    switch place {
    case .exitRead: exitRead(thread, &next)
    case .exitStore:
      next.state[thread].after = .storeRunning
      return store(.frozen, then: .handle, thread, &next)
    case .handle:
      guard canLock(thread, next.state) else { return false }
      handle(thread, &next)
    case .wait:
      // Whoever waits is woken after the function was taken back, and looks at it again.
      guard load(.function, thread, next.state) != next.state[thread].rendezvous else {
        return false
      }
      if waitersTakeLock && !canLock(thread, next.state) { return false }
      next.state[thread].place = next.state[thread].after
    case .clearRequest:
      guard store(.request, 0, thread, &next) else { return false }
      next.state[thread].place = .clearFunction
    case .clearFunction:
      guard store(.function, 0, thread, &next) else { return false }
      release(thread, to: next.state[thread].after, &next)
    default:
      guard next.state[thread].buffered == 0 else { return false }
      release(thread, to: next.state[thread].after, &next)
    }
    return true
  }

  /// Where bhyve asserts that a rendezvous is in progress.
  private func exitRead(_ thread: Int, _ next: inout Successor) {
    next.state[thread].place = .exitStore
    if nobodyWaits { return }
    guard next.state.function == 0 else { return }
    next.kinds.insert(.functionNull)
    if next.state.request >> thread & 1 == 1 { next.kinds.insert(.early) }
    if policy.assertion == .kept { next.violations.insert(.assertion) }
  }

  /// Lets the lock go, as soon as the buffer is drained: the unlock is a locked operation. A helper that
  /// locks all vcpus keeps it.
  func release(_ thread: Int, to place: Place, _ next: inout Successor) {
    next.state[thread].after = place
    if place == .lockAllHelp {
      next.state[thread].place = place
    } else if next.state[thread].buffered != 0 {
      next.state[thread].place = .unlock
    } else {
      next.state.owner = 0
      next.state[thread].place = place
      if place == .over { finishReset(thread, &next) }
    }
  }

  private func handle(_ thread: Int, _ next: inout Successor) {
    // A suspended vcpu serves and is no bystander; its exit was another one.
    let isExit = next.state[thread].after == .storeRunning
    if nobodyWaits { return serveSelf(thread, &next) }
    let number = next.state.function
    let isMember = next.state.request >> thread & 1 == 1
    if number == 0 || !isExit && !isMember {
      if isExit { next.kinds.insert(.void) }
      next.state[thread].place = next.state[thread].after
      return
    }
    if !isMember { next.kinds.insert(.bystander) }
    advance(number, thread, &next)
  }

  /// One pass of the handler with the lock just taken: the own action, completion, or the wait.
  func advance(_ number: Int, _ thread: Int, _ next: inout Successor) {
    if (next.state.request & ~next.state.done) >> thread & 1 == 1 {
      run(number, thread, &next)
      next.state.done |= 1 << thread
    }
    next.state[thread].rendezvous = number
    if isComplete(next.state) {
      complete(number, thread, after: next.state[thread].after, &next)
    } else {
      next.state[thread].place = .wait
    }
  }

  /// Whether everybody who was asked has come.
  func isComplete(_ state: ModelState) -> Bool {
    if mutation == .equality { return state.request == state.done }
    return state.request & ~state.done == 0
  }

  /// Ends the rendezvous in progress, with the lock held; it is let go after the stores.
  func complete(_ number: Int, _ thread: Int, after: Place, _ next: inout Successor) {
    if next.state.ran(number) & next.state.active != intended(number, next.state) {
      next.violations.insert(.membership)
    }
    next.state.finished |= 1 << number
    next.state.owner = thread + 1
    next.state[thread].after = after
    next.state[thread].place = policy.clearsRequest ? .clearRequest : .clearFunction
  }

  /// Where nobody waits: the vcpu runs all actions that others have left it, and takes its bit back.
  private func serveSelf(_ thread: Int, _ next: inout Successor) {
    var found = false
    for number in 1...scenario.actions.count where next.state.published >> number & 1 == 1 {
      if (intended(number, next.state) & ~next.state.ran(number)) >> thread & 1 == 1 {
        run(number, thread, &next)
        found = true
      }
    }
    if !found { next.kinds.insert(.void) }
    // The store, and the unlock after it: seen by those without the lock at once, or with the unlock.
    next.state.request &= ~(1 << thread)
    next.state[thread].place = next.state[thread].after
  }
}

import Synchronization
import Threads

/// A thread that wants every vcpu idle, for a change of memory or a snapshot (rendezvous.md section 1.8).
///
/// It holds idle vcpus already while it waits for the others. Whoever initiates waits for those, and it for
/// the initiator: unless it runs their actions for them, neither ever goes on.
extension RendezvousCoordinator {
  /// What a pass over the vcpus came to.
  private enum Pass {
    case allHeld
    /// This one is not idle; the sequence word was so before that was found.
    case waits(member: Int, sequence: UInt32)
  }

  /// Holds every vcpu idle, as the policy's ``RendezvousPolicy/lockAll`` says, and returns when it has them
  /// all. One thread at a time; others wait. With `RendezvousPolicy.LockAll.plain` it may never return
  /// unless the rendezvous in its way is ended by ``abort(id:)``.
  ///
  /// - Parameter caller: the vcpu whose thread calls, which is idle already; nil: another thread.
  public func lockAll(by caller: Int? = nil) -> LockedAll {
    // Counted before anybody is looked at, and read by members after they have become idle, both
    // sequentially consistent: either we find the member idle or it finds that we wait.
    lockWaiters.add(1, ordering: .sequentiallyConsistent)
    defer { lockWaiters.subtract(1, ordering: .sequentiallyConsistent) }
    while true {
      let seen = locked { state -> UInt32? in
        if state.isLockedAll { return sequence.load(ordering: .relaxed) }
        state.isLockedAll = true
        return nil
      }
      guard let seen else { break }
      _ = sleep(from: seen)
    }
    var result = LockedAll()
    while true {
      switch locked({ pass(&$0, &result) }) {
      case .allHeld: return result
      case .waits(let member, let seen):
        precondition(member != caller, "the caller's own vcpu is idle")
        host.requestIdle(member)
        result.waits += 1
        _ = sleep(from: seen)
      }
    }
  }

  /// Lets the vcpus go.
  public func unlockAll(_ locked: LockedAll) {
    self.locked { state in
      precondition(state.isLockedAll, "nobody holds the vcpus")
      for member in locked.held { host.releaseIdle(member) }
      state.isLockedAll = false
      sequence.add(1)
      state.needsWake = true
      // They have become idle, and nobody has told anybody so.
      help(&state)
    }
  }

  private func pass(_ state: inout RendezvousState<Host.Action>, _ result: inout LockedAll) -> Pass
  {
    let design = state.policy.lockAll
    if design != .plain && !state.isAtRest {
      for member in 0..<memberCount {
        if !result.held.contains(member) && host.claimIdle(member) { result.held.insert(member) }
        guard result.held.contains(member) else { continue }
        if state.isAtRest {
          // Completed by what we ran for another one of ours. bhyve looks whether a rendezvous is in
          // progress once, and asserts it for each vcpu.
          guard design == .helping else { break }
          result.assertionFailures += 1
          counters.countLockAllAssertionFailure()
        } else {
          result.actionsRun += step(&state, held: member)
        }
      }
    }
    for member in 0..<memberCount where !result.held.contains(member) {
      // Before the look: who becomes idle after it changes the word.
      let seen = sequence.load()
      guard host.claimIdle(member) else { return .waits(member: member, sequence: seen) }
      result.held.insert(member)
    }
    return .allHeld
  }

  /// Runs for `member`, which the caller holds, what rendezvous in progress ask of it; returns how many
  /// actions.
  private func step(_ state: inout RendezvousState<Host.Action>, held member: Int) -> Int {
    var count = applyUnawaited(&state, member: member, onBehalf: true).count
    if let action = state.action, state.request.contains(member), !state.done.contains(member) {
      serve(&state, action, member)
      count += 1
      if state.isComplete { complete(&state) }
    }
    return count
  }
}

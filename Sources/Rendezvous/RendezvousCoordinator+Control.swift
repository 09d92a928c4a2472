import Synchronization
import Threads

extension RendezvousCoordinator {
  /// The policy in force. Takes the lock: not for vcpus.
  public var policy: RendezvousPolicy { locked { $0.policy } }

  /// The vcpus that can be members. Takes the lock: not for vcpus.
  public var active: CPUSet { locked { $0.active } }

  /// Makes `members` the active ones. Who is not any more is not waited for from now on; who is new is
  /// no member of what is in progress.
  public func setActive(_ members: CPUSet) {
    changeActive { $0 = members.intersection(.first(self.memberCount)) }
  }

  /// Makes `member` active.
  public func activate(_ member: Int) {
    precondition(member >= 0 && member < memberCount, "no such vcpu")
    changeActive { $0.insert(member) }
  }

  /// Makes `member` inactive; a rendezvous that waits for it alone completes.
  public func deactivate(_ member: Int) { changeActive { $0.remove(member) } }

  private func changeActive(_ change: (inout CPUSet) -> Void) {
    locked { state in
      change(&state.active)
      if state.isInProgress { _ = advance(&state, member: nil) }
      dropInactiveUnawaited(&state)
    }
  }

  /// Changes the policy as soon as no rendezvous is in progress; none begins before that, and none ever
  /// spans two policies. For the operator: a vcpu that waits here takes part in nothing.
  public func setPolicy(_ policy: RendezvousPolicy) {
    locked { $0.policyWaiters += 1 }
    while true {
      // What is in progress, and where nobody waits for that, the word to sleep on.
      let obstacle = locked { state -> (id: UInt64, sequence: UInt32)? in
        if !state.isAtRest { return (state.id, sequence.load(ordering: .relaxed)) }
        state.policy = policy
        // A set that the old policy left behind would be asked for by the new one for ever.
        request.requested.clear()
        request.adopt(policy)
        state.policyWaiters -= 1
        // For initiators that were held back.
        sequence.add(1)
        state.needsWake = true
        return nil
      }
      guard let obstacle else { return }
      if obstacle.id != 0 {
        waitForEnd(of: obstacle.id, on: sequence, from: obstacle.sequence)
      } else {
        _ = sleep(from: obstacle.sequence)
      }
    }
  }

  /// Resets: what is in progress is aborted, everybody who waits is released, and nobody initiates
  /// while `body` runs, which is called without the lock. No rendezvous survives a reset.
  public func reset<Failure: Error>(during body: () throws(Failure) -> Void) throws(Failure) {
    locked { state in
      precondition(!state.isResetting, "one reset at a time")
      state.isResetting = true
      if state.isInProgress { cutOff(&state) }
      _ = cutOffUnawaited(&state)
      // Whatever the policy leaves behind, a reset does not.
      retract(&state, clearingRequest: true)
    }
    defer { locked { $0.isResetting = false } }
    try body()
  }

  /// The same with nothing to do meanwhile.
  public func reset() { reset {} }
}

import Interrupts
import Rendezvous
import Synchronization
import Telemetry
import Threads

/// A sleeping vcpu (HLT, wait-for-SIPI, stopped, parked) can be held in its sleep: whoever holds it changes
/// its state, which is ours, without waking it. Its thread, if something else wakes it, waits to be released.
extension VCPUCell {
  // MARK: The vcpu's thread

  /// From sleeping to frozen; waits as long as the vcpu is held. Nothing where it sleeps no more.
  func leaveSleep() {
    while true {
      // Before the state: a release after this look changes the word.
      let seen = sleepWord.load()
      let (hasLeft, found) = runState.compareExchange(
        expected: RunState.sleeping.rawValue, desired: RunState.frozen.rawValue,
        ordering: .sequentiallyConsistent)
      if hasLeft { return }
      switch RunState(rawValue: found) {
      case .heldAsleep:
        // The releaser rings for those it finds waiting only. If it was faster, the next round tells.
        _ = runState.compareExchange(
          expected: RunState.heldAsleep.rawValue, desired: RunState.heldAwaited.rawValue,
          ordering: .sequentiallyConsistent)
      case .heldAwaited: _ = sleepWord.wait(whileEqualTo: seen)
      default: return
      }
    }
  }

  /// From idle, where others act for the vcpu, to frozen: after `nanoseconds` or when it was held and is
  /// released, whatever comes first, and not as long as it is held.
  func leaveIdle(after nanoseconds: UInt64) {
    let limit = MonotonicClock.nanoseconds() &+ nanoseconds
    var hasStayed = false
    while true {
      // Before the state: a release after this look changes the word.
      let seen = sleepWord.load()
      let now = runState.load(ordering: .sequentiallyConsistent)
      if now == RunState.idle.rawValue && !hasStayed {
        hasStayed = sleepWord.wait(whileEqualTo: seen, untilNanoseconds: limit) != .interrupted
        continue
      }
      let (hasLeft, found) = runState.compareExchange(
        expected: RunState.idle.rawValue, desired: RunState.frozen.rawValue,
        ordering: .sequentiallyConsistent)
      if hasLeft { return }
      hasStayed = true
      if found == RunState.held.rawValue {
        _ = runState.compareExchange(
          expected: found, desired: RunState.heldIdleAwaited.rawValue,
          ordering: .sequentiallyConsistent)
      } else {
        _ = sleepWord.wait(whileEqualTo: seen)
      }
    }
  }

  // MARK: Whoever holds it (the rendezvous lock is held)

  /// Holds the vcpu if it sleeps, so that its thread cannot become anything else.
  ///
  /// Sequentially consistent, as the vcpu's store of `sleeping` and its looks after it: it sees what was
  /// published before, or is found asleep here.
  func holdAsleep() -> Bool {
    runState.compareExchange(
      expected: RunState.sleeping.rawValue, desired: RunState.heldAsleep.rawValue,
      ordering: .sequentiallyConsistent
    ).exchanged
  }

  /// Ends what ``holdAsleep()`` began. The bootstrap processor goes on by itself after an INIT, so it is
  /// woken for that one.
  func releaseAsleep() {
    // What was done on its behalf is released to its thread.
    let before = runState.exchange(
      RunState.sleeping.rawValue, ordering: .sequentiallyConsistent)
    let asked = VCPURequest(rawValue: requests.load(ordering: .relaxed))
    if before == RunState.heldAwaited.rawValue || id == 0 && asked.contains(.initReset) {
      sleepWord.ring()
    }
  }

  /// Ends what `RendezvousMembers.claimIdle(_:)` began.
  func releaseIdle() {
    let before = runState.exchange(RunState.idle.rawValue, ordering: .sequentiallyConsistent)
    // One that stays idle for a moment need not any more; its word is where it sleeps.
    if before == RunState.heldIdleAwaited.rawValue || isYielding.load(ordering: .relaxed) {
      sleepWord.ring()
    }
  }

  /// Whether it is held in its sleep.
  var isHeldAsleep: Bool {
    let now = runState.load(ordering: .relaxed)
    return now == RunState.heldAsleep.rawValue || now == RunState.heldAwaited.rawValue
  }

  /// After an INIT on its behalf: what others see of its local APIC (SDM vol. 3, "Local APIC State After
  /// It Receives an INIT-Deassert IPI or an INIT"), which its own thread would else tell them when something
  /// wakes it. The bootstrap processor is woken and does it itself.
  func showReset() {
    guard id != 0 else { return }
    var facts = routingFacts
    facts.logicalID = 0
    facts.model = .flat
    facts.isSoftwareEnabled = false
    facts.priorityClass = 0
    routing.store(facts.packed, ordering: .releasing)
    listensToLINT0.store(false, ordering: .relaxed)
    deadline.store(0, ordering: .relaxed)
    pendingReason.store(0, ordering: .relaxed)
    isNMIBlocked.store(false, ordering: .relaxed)
    if activity.load(ordering: .relaxed) == Activity.halted.rawValue {
      activity.store(Activity.waitForSIPI.rawValue, ordering: .relaxed)
    }
  }

  // MARK: Kicks of their own kind

  /// As ``kick()``, but a vcpu in the guest is signalled without the latch: where the signal comes between
  /// the vcpu's last look and KVM_RUN, it is lost (the mutation M1). The state stays `running`, so that
  /// later kicks, for other reasons, are made.
  func kickUnlatched() -> Kick {
    guard runState.load(ordering: .sequentiallyConsistent) == RunState.running.rawValue,
      let target = kickTarget.load()
    else { return kick() }
    target.thread.kill(KickSignal.number)
    return .signalled
  }

  /// Kicks again whoever is in the guest, even if it was kicked already: that one may have been lost.
  func kickAgain() {
    _ = runState.compareExchange(
      expected: RunState.kicked.rawValue, desired: RunState.running.rawValue,
      ordering: .sequentiallyConsistent)
    _ = kick()
  }
}

public import Synchronization
import Threads

/// Whether a vcpu that executed HLT may sleep.
public enum HaltVerdict: Sendable, Equatable {
  /// Nothing speaks against it.
  case sleep
  /// A rendezvous that the vcpu takes part in is in progress: go back to the pending check.
  case member
  /// A rendezvous is in progress in which the vcpu has no part; the policy's halt test does not let it
  /// sleep all the same (a halt spin).
  case bystander
}

/// What vcpus read of the rendezvous without a lock, before each guest entry: a few loads.
///
/// The order that everything rests on (rendezvous.md section 1.4): a vcpu stores its state and *then*
/// reads the request; the initiator stores the request and *then* reads the state. All four are
/// sequentially consistent, so at least one of the two sees the other's store: either the vcpu does not
/// enter the guest or the initiator kicks it out. On x86 the loads are plain loads.
public final class RendezvousRequest: Sendable {
  // The object's head holds its reference count; what vcpus read at each entry is kept off its line.
  private let before = InlineArray<16, UInt64>(repeating: 0)
  /// The members of the rendezvous in progress. Written under the lock.
  @usableFromInline let requested = AtomicCPUSet()
  /// The number of the rendezvous in progress, 0 for none: the function pointer of bhyve, which is NULL
  /// then. Never a number twice, so that a waiter knows its rendezvous' end from it.
  @usableFromInline let function = Atomic<UInt64>(0)
  @usableFromInline let check = Atomic<UInt8>(0)
  @usableFromInline let haltTest = Atomic<UInt8>(0)
  @usableFromInline let injectionOrder = Atomic<UInt8>(0)
  @usableFromInline let triggerModeCode = Atomic<UInt8>(0)
  @usableFromInline let kickLatch = Atomic<UInt8>(0)
  let service = Atomic<UInt8>(0)
  /// The rendezvous lock, for the policy whose look takes it.
  let lock: FutexLock
  let gate: FaultGate

  init(policy: RendezvousPolicy, lock: FutexLock, gate: FaultGate) {
    self.lock = lock
    self.gate = gate
    adopt(policy)
  }

  /// Makes `policy` the one that vcpus act by. Under the lock, with no rendezvous in progress.
  func adopt(_ policy: RendezvousPolicy) {
    // Sequentially consistent, as a vcpu must not look the old way for a request of the new policy.
    // A look that is to be held up afterwards is none of the two short ones.
    let code = CheckCode.of(policy.check) | (gate.catchesLooks ? CheckCode.caught : 0)
    check.store(code, ordering: .sequentiallyConsistent)
    haltTest.store(policy.haltTest.rawValue, ordering: .sequentiallyConsistent)
    injectionOrder.store(policy.injectionOrder.rawValue, ordering: .sequentiallyConsistent)
    triggerModeCode.store(policy.triggerModeFilter.rawValue, ordering: .sequentiallyConsistent)
    kickLatch.store(policy.kickLatch.rawValue, ordering: .sequentiallyConsistent)
    service.store(policy.service.rawValue, ordering: .sequentiallyConsistent)
  }

  /// Whether `member` must leave for a rendezvous, as the policy asks that question: the look before
  /// guest entry. The vcpu has stored that it runs, sequentially consistent, before it calls this.
  ///
  /// - Parameters:
  ///   - member: one of the machine's vcpus.
  ///   - lockWait: nanoseconds spent waiting for the lock are added; only
  ///     `RendezvousPolicy.Check.lockedMember` ever does.
  @inlinable public func isPending(for member: Int, addingLockWaitTo lockWait: inout UInt64) -> Bool
  {
    let kind = check.load(ordering: .sequentiallyConsistent)
    // The two designs that were really in bhyve come first. Codes, as the initializer from a raw value is a call
    // that would not be inlined.
    // The hint keeps the compiler from making one switch of both, with the code that is not 0 first.
    if _fastPath(kind == CheckCode.member) { return requested.containsVCPU(member) }
    if kind == CheckCode.anyFunction { return isInProgress }
    // Given back, not passed in: a caller's variable that is pointed to is in memory, and written each time.
    let (isAsked, nanoseconds) = isPendingOtherwise(kind, member)
    lockWait &+= nanoseconds
    return isAsked
  }

  /// The same for those who do not count lock waits.
  @inlinable public func isPending(for member: Int) -> Bool {
    var ignored: UInt64 = 0
    return isPending(for: member, addingLockWaitTo: &ignored)
  }

  /// Whether a rendezvous is in progress (the function pointer is not NULL).
  @inlinable public var isInProgress: Bool {
    function.load(ordering: .sequentiallyConsistent) != 0
  }

  /// Whether `member` may sleep in HLT. Called after the vcpu has stored, sequentially consistent, that
  /// it sleeps: a request that this does not see yet will see that state and wake it.
  @inlinable public func mayHalt(_ member: Int) -> HaltVerdict {
    let test = haltTest.load(ordering: .sequentiallyConsistent)
    if test == HaltCode.none || !isInProgress { return .sleep }
    // The set may be a finished rendezvous' where the policy does not clear it; but a rendezvous is in
    // progress, and its set was stored before its members are notified.
    if requested.contains(member) { return .member }
    return test == HaltCode.anyFunction ? .bystander : .sleep
  }

  /// Whether interrupts are injected before the pending check.
  @inlinable public var injectsBeforeCheck: Bool {
    injectionOrder.load(ordering: .relaxed) == 0
  }

  /// Whether a redirection entry's change needs a rendezvous only where it is or was level-triggered.
  @inlinable public var filtersEdgeChanges: Bool {
    triggerModeCode.load(ordering: .relaxed) == 1
  }

  /// Whether no redirection entry's change needs a rendezvous: a vector's trigger mode is taken over when it
  /// is delivered.
  @inlinable public var setsTriggerModesAtDelivery: Bool {
    triggerModeCode.load(ordering: .relaxed) == 2
  }

  /// Which redirection-entry writes need a rendezvous.
  public var triggerModeFilter: RendezvousPolicy.TriggerModeFilter {
    RendezvousPolicy.TriggerModeFilter(rawValue: triggerModeCode.load(ordering: .relaxed))
      ?? .everyChange
  }

  /// Whether a kick that comes between check and entry counts. Relaxed: it changes with the policy, and a
  /// kick that is still treated by the old one belongs to nothing of the new.
  @inlinable public var latchesKicks: Bool { kickLatch.load(ordering: .relaxed) == 0 }

  /// Whether `member`, which found while it slept that it is asked, still is now that nobody can act for it.
  /// Where others do so while it sleeps, all may be over by then; everywhere else the first answer stands.
  public func isStillPending(for member: Int) -> Bool {
    // Relaxed: it changes with the policy, with no rendezvous in progress that could be asked about.
    guard service.load(ordering: .relaxed) == RendezvousPolicy.Service.onBehalf.rawValue else {
      return true
    }
    return isPending(for: member)
  }

  @usableFromInline func isPendingOtherwise(
    _ kind: UInt8, _ member: Int
  ) -> (isAsked: Bool, lockWaitNanoseconds: UInt64) {
    var lockWait: UInt64 = 0
    let isAsked = look(
      CheckCode.check(kind & ~CheckCode.caught) ?? .member, member, &lockWait)
    if kind & CheckCode.caught != 0 { gate.reach(.afterCheck) }
    return (isAsked, lockWait)
  }

  private func look(
    _ check: RendezvousPolicy.Check, _ member: Int, _ lockWait: inout UInt64
  ) -> Bool {
    switch check {
    case .anyFunction: return isInProgress
    case .lockedMember:
      gate.willLock(lock)
      if !lock.tryLock() {
        let start = MonotonicClock.nanoseconds()
        lock.lock()
        lockWait &+= MonotonicClock.nanoseconds() &- start
      }
      defer { lock.unlock() }
      return requested.contains(member)
    case .member: return requested.contains(member)
    case .notEmpty: return !requested.isEmptyScan()
    case .firstWord: return requested.firstWord != 0
    case .functionAndMember:
      guard isInProgress else { return false }
      gate.reach(.betweenCheckReads)
      return requested.contains(member)
    case .memberAndFunction:
      guard requested.contains(member) else { return false }
      gate.reach(.betweenCheckReads)
      return isInProgress
    }
  }

  /// How `check` names what the hot look compares with.
  @usableFromInline enum CheckCode {
    /// 0, which takes one instruction less to find: the look that is best known, of one bit.
    @inlinable static var member: UInt8 { 0 }
    @inlinable static var anyFunction: UInt8 { 2 }
    /// The code of a check, and the check of a code (a test holds the constants to it).
    static func of(_ check: RendezvousPolicy.Check) -> UInt8 {
      check.rawValue ^ RendezvousPolicy.Check.member.rawValue
    }
    static func check(_ code: UInt8) -> RendezvousPolicy.Check? {
      RendezvousPolicy.Check(rawValue: code ^ RendezvousPolicy.Check.member.rawValue)
    }
    /// Beside any of them: looks pass ``FaultPoint/afterCheck``.
    static var caught: UInt8 { 0x80 }
  }
  /// The raw values of `RendezvousPolicy.HaltTest`.
  @usableFromInline enum HaltCode {
    @inlinable static var anyFunction: UInt8 { 0 }
    @inlinable static var none: UInt8 { 2 }
  }
}

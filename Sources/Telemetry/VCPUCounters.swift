import Rendezvous
public import Synchronization
public import Threads

/// One vcpu's counters: written by its own thread with plain loads and stores, read by anybody at any
/// time without a lock and without the vcpu noticing (bhyve's statistics force an exit to be read).
///
/// 128 bytes of nothing at either end and between what the owner and what others write, so that no two
/// threads ever write to one line or to a pair of lines.
public final class VCPUCounters: Sendable {
  private let before = InlineArray<16, UInt64>(repeating: 0)
  @usableFromInline let counters = InlineArray<47, Atomic<UInt64>> { _ in Atomic(0) }
  @usableFromInline let guestTicks = Atomic<UInt64>(0)
  @usableFromInline let haltedTicks = Atomic<UInt64>(0)
  /// What the vcpu does now and since when: ticks times 4, plus the activity. 0 while the two totals
  /// above are being brought up to date.
  @usableFromInline let mark = Atomic<UInt64>(VCPUActivity.other.rawValue)
  @usableFromInline let rip = Atomic<UInt64>(0)
  /// The counter that time in our code goes to: that of the last exit's reason.
  @usableFromInline let handler = Atomic<Int>(VCPUCounter.handler(.other).index)
  private let between = InlineArray<16, UInt64>(repeating: 0)
  /// What other threads write.
  @usableFromInline let received = Atomic<UInt64>(0)
  private let after = InlineArray<16, UInt64>(repeating: 0)

  /// All zero, idle.
  public init() {}

  /// Counts `amount`. The vcpu's own thread only, so a load and a store do; wraps around.
  @inlinable public func add(_ counter: VCPUCounter, _ amount: UInt64 = 1) {
    // Relaxed: each counter stands for itself, no reader concludes anything from two of them.
    let value = counters[counter.index].load(ordering: .relaxed)
    counters[counter.index].store(value &+ amount, ordering: .relaxed)
  }

  /// Counts an IPI that this vcpu was sent. Any thread.
  @inlinable public func addReceivedIPI() { received.add(1, ordering: .relaxed) }

  /// Where the guest is. The vcpu's own thread only.
  @inlinable public func setInstructionPointer(_ value: UInt64) {
    rip.store(value, ordering: .relaxed)
  }

  /// Counts an exit; the time in our code that follows is its handler's. The vcpu's own thread only.
  @inlinable public func countExit(_ reason: ExitReason) {
    add(.exit(reason))
    handler.store(VCPUCounter.handler(reason).index, ordering: .relaxed)
  }

  /// Since when the vcpu does what it does, ticks. The vcpu's own thread only.
  public var activitySince: UInt64 { mark.load(ordering: .relaxed) >> 2 }

  /// ``begin(_:at:)`` with `.guest` for a vcpu that was in our code. The path of every exit goes through here.
  @inlinable public func enterGuest(at ticks: UInt64) {
    let old = mark.load(ordering: .relaxed)
    add(VCPUCounter(index: handler.load(ordering: .relaxed)), ticks &- old >> 2)
    // The totals that go with the mark are as before; releasing for those of the transitions before.
    mark.store(ticks << 2 | VCPUActivity.guest.rawValue, ordering: .releasing)
  }

  /// ``begin(_:at:)`` with `.other` for a vcpu that was in the guest.
  @inlinable public func leaveGuest(at ticks: UInt64) {
    let spent = ticks &- mark.load(ordering: .relaxed) >> 2
    // As in begin(_:at:).
    mark.store(0, ordering: .relaxed)
    guestTicks.store(guestTicks.load(ordering: .relaxed) &+ spent, ordering: .releasing)
    mark.store(ticks << 2 | VCPUActivity.other.rawValue, ordering: .releasing)
  }

  /// From `ticks` (time-stamp counter, not before the last call's) on, time goes to `activity`. The
  /// vcpu's own thread only.
  @inlinable public func begin(_ activity: VCPUActivity, at ticks: UInt64) {
    let old = mark.load(ordering: .relaxed)
    let spent = ticks &- old >> 2
    // A reader that sees a new total acquires this 0 with it, or a later mark, and so knows that the
    // mark it read first does not belong to that total.
    mark.store(0, ordering: .relaxed)
    switch VCPUActivity(rawValue: old & 3) {
    case .guest:
      guestTicks.store(guestTicks.load(ordering: .relaxed) &+ spent, ordering: .releasing)
    case .halted:
      haltedTicks.store(haltedTicks.load(ordering: .relaxed) &+ spent, ordering: .releasing)
    case .other:
      // Not before the first mark, which has no time: the counter's whole value would be counted.
      if old != VCPUActivity.other.rawValue {
        add(VCPUCounter(index: handler.load(ordering: .relaxed)), spent)
      }
    case nil: break
    }
    // Releasing: a reader that sees the new mark sees the totals that go with it.
    mark.store(ticks << 2 | activity.rawValue, ordering: .releasing)
  }

  /// The counters now. Any thread. What the vcpu is doing is not counted: the caller fills in `state`.
  ///
  /// - Parameters:
  ///   - id: the vcpu's number.
  ///   - guestSaw: what the guest's own handlers counted, which only guest memory knows.
  ///   - calibration: turns ticks into time.
  ///   - now: the clocks; time in the guest or in HLT that goes on is counted up to here.
  public func snapshot(
    id: Int, guestSaw: UInt64, calibration: TimestampCalibration, now: TimestampPair
  ) -> VCPUSnapshot {
    var result = VCPUSnapshot()
    result.id = id
    result.guestSaw = guestSaw
    result.rip = rip.load(ordering: .relaxed)
    for reason in ExitReason.allCases {
      result.exits[reason] = value(.exit(reason))
      result.handlerNanoseconds[reason] = calibration.nanoseconds(
        forTicks: value(.handler(reason)), at: now)
    }
    for kind in IPIKind.allCases { result.ipisSent[kind] = value(.ipi(kind)) }
    for kind in RendezvousExitClass.allCases {
      result.rendezvousExits[kind] = value(.rendezvous(kind))
    }
    result.ipisReceived = received.load(ordering: .relaxed)
    result.stallNanoseconds = value(.stallNanoseconds)
    result.rendezvousTaken = value(.rendezvousTaken)
    result.haltSpins = value(.haltSpins)
    result.assertionWouldFire = value(.assertionWouldFire)
    result.checkLockWaitNanoseconds = value(.checkLockWaitNanoseconds)
    result.interruptsInjected = value(.interruptsInjected)
    result.nmisInjected = value(.nmisInjected)
    result.eois = value(.eois)
    result.unknownMSRs = value(.unknownMSRs)
    result.repairs = value(.repairs)
    result.singleSteps = value(.singleSteps)
    result.initResets = value(.initResets)
    result.startups = value(.startups)
    let (guest, halted) = times(at: now.ticks)
    result.guestNanoseconds = calibration.nanoseconds(forTicks: guest, at: now)
    result.haltedNanoseconds = calibration.nanoseconds(forTicks: halted, at: now)
    return result
  }

  /// Exits for `reason` until now: for those who look again and again, as a snapshot takes longer. Any thread.
  package func exits(_ reason: ExitReason) -> UInt64 { value(.exit(reason)) }

  private func value(_ counter: VCPUCounter) -> UInt64 {
    counters[counter.index].load(ordering: .relaxed)
  }

  /// Ticks in the guest and in HLT, with what is going on now.
  private func times(at ticks: UInt64) -> (guest: UInt64, halted: UInt64) {
    // A handful of attempts: the owner may be between two stores, or preempted there.
    for _ in 0..<16 {
      let mark = mark.load(ordering: .acquiring)
      var guest = guestTicks.load(ordering: .acquiring)
      var halted = haltedTicks.load(ordering: .acquiring)
      // The same mark before and after: the totals are those that go with it. Marks do not come again,
      // as the time-stamp counter grows.
      guard mark != 0, self.mark.load(ordering: .relaxed) == mark else { continue }
      let since = mark >> 2
      let spent = ticks > since ? ticks - since : 0
      switch VCPUActivity(rawValue: mark & 3) {
      case .guest: guest &+= spent
      case .halted: halted &+= spent
      case .other, nil: break
      }
      return (guest, halted)
    }
    return (guestTicks.load(ordering: .relaxed), haltedTicks.load(ordering: .relaxed))
  }
}

/// What the mode bits (18:17) of the timer's LVT entry say.
public enum TimerMode: UInt8, Sendable, CaseIterable {
  /// Counts down once.
  case oneShot = 0
  /// Counts down again and again.
  case periodic = 1
  /// Fires when the time-stamp counter reaches IA32_TSC_DEADLINE.
  case deadline = 2
  /// Reserved: the timer stands still.
  case reserved = 3

  /// Whether TMICT starts a count in this mode.
  var counts: Bool { self == .oneShot || self == .periodic }
}

/// The APIC timer (SDM vol. 3, "APIC Timer") as a function of time: nothing ticks, the count of any
/// moment follows from the last change. One tick is one nanosecond before division (1 GHz).
struct LocalAPICTimer: Sendable {
  /// TMICT.
  private(set) var initialCount: UInt32 = 0
  /// TDCR, bits 0, 1 and 3.
  private(set) var divideConfiguration: UInt32 = 0
  private(set) var mode = TimerMode.oneShot
  /// Whether the count goes down; never without a positive ``count`` and ``initialCount``.
  private(set) var isCounting = false
  /// The count at ``reference``.
  private(set) var count: UInt32 = 0
  /// When ``count`` was true, ns.
  private var reference: UInt64 = 0
  /// IA32_TSC_DEADLINE: 0 where it is not armed, and always but in deadline mode.
  private(set) var deadline: UInt64 = 0
  /// When the counter reaches ``deadline``, ns.
  private var deadlineTime: UInt64 = 0

  /// Nanoseconds per tick: 1, 2, 4 to 128.
  var divisor: UInt64 {
    let code = divideConfiguration & 3 | divideConfiguration >> 1 & 4
    return code == 7 ? 1 : 2 << UInt64(code)
  }

  /// Ticks since ``reference``; a clock that went backwards gives none.
  private func elapsedTicks(at now: UInt64) -> UInt64 {
    now > reference ? (now - reference) / divisor : 0
  }

  /// TMCCT at `now`, whether or not what expired until then was settled.
  func currentCount(at now: UInt64) -> UInt32 {
    guard isCounting else { return 0 }
    let ticks = elapsedTicks(at: now)
    if ticks < UInt64(count) { return count - UInt32(truncatingIfNeeded: ticks) }
    guard mode == .periodic else { return 0 }
    let past = (ticks - UInt64(count)) % UInt64(initialCount)
    return initialCount - UInt32(truncatingIfNeeded: past)
  }

  /// When the count next reaches 0 or the deadline comes, ns; nil where the timer stands. Later than
  /// any clock saturates.
  var expiry: UInt64? {
    if deadline != 0 { return deadlineTime }
    guard isCounting else { return nil }
    let (sum, overflow) = reference.addingReportingOverflow(UInt64(count) * divisor)
    return overflow ? .max : sum
  }

  /// Brings the timer to `now`: whether it expired in between, once or many times.
  mutating func settle(at now: UInt64) -> Bool {
    if deadline != 0 && now >= deadlineTime {
      deadline = 0
      return true
    }
    guard isCounting else { return false }
    let ticks = elapsedTicks(at: now)
    guard ticks >= UInt64(count) else { return false }
    guard mode == .periodic else {
      isCounting = false
      count = 0
      return true
    }
    // The new reference is the last moment at which the count reached 0, so that no phase is lost.
    let past = (ticks - UInt64(count)) % UInt64(initialCount)
    reference += (ticks - past) * divisor
    count = initialCount
    return true
  }

  /// A write of TMICT: starts, restarts or, with 0, stops. Ignored in the modes that stand still.
  mutating func start(_ value: UInt32, at now: UInt64) {
    guard mode.counts else { return }
    initialCount = value
    count = value
    isCounting = value != 0
    reference = now
  }

  /// A write of IA32_TSC_DEADLINE in deadline mode: arms, arms anew or, with 0, disarms.
  mutating func arm(_ value: UInt64, expiresAt time: UInt64) {
    deadline = value
    deadlineTime = time
  }

  /// A write of the mode. Between one-shot and periodic the count goes on (or stays at 0); into or out
  /// of a mode that stands still the timer is disarmed (SDM, "TSC-Deadline Mode").
  mutating func setMode(_ new: TimerMode) {
    defer { mode = new }
    guard mode != new && !(mode.counts && new.counts) else { return }
    initialCount = 0
    count = 0
    isCounting = false
    deadline = 0
  }

  /// A write of TDCR: the count goes on from where it is, at the new rate; the part of a tick that had
  /// passed is lost. To be called settled.
  mutating func setDivide(_ value: UInt32, at now: UInt64) {
    let value = value & 0xB
    guard value != divideConfiguration else { return }
    if isCounting {
      count = currentCount(at: now)
      reference = max(reference, now)
    }
    divideConfiguration = value
  }
}

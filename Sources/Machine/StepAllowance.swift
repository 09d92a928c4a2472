/// How many instructions may be stepped through on the way to an NMI: many for one handler now and then, few
/// of each handler's in a storm of them.
///
/// A step costs about 10 us on the host that needs them (kvm.md 0.3). At the full allowance's refill rate a
/// vcpu therefore spends at most a tenth of its time in steps, however many NMIs it is sent; what the
/// allowance cannot serve is left to the host, which delivers it late.
struct StepAllowance {
  /// Of instructions, for an NMI after a quiet time. A handler that prints runs for some thousand
  /// instructions, and no other event tells of its IRET.
  static var limit: UInt64 { 16_384 }

  /// The time in which one more step is granted.
  static var nanosecondsAStep: UInt64 { 100_000 }

  private(set) var left = Self.limit
  private var refilledUntil: UInt64 = 0

  /// Grants what has come together until `now`, monotonic nanoseconds.
  mutating func refill(at now: UInt64) {
    let granted = (now &- min(refilledUntil, now)) / Self.nanosecondsAStep
    // The rest of a step's time is kept for the next refill, unless there is enough in any case.
    refilledUntil = granted >= Self.limit ? now : refilledUntil &+ granted &* Self.nanosecondsAStep
    left = min(Self.limit, left &+ granted)
  }

  /// One instruction was stepped through.
  mutating func spend() { left -= min(left, 1) }
}

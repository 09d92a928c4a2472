/// The ACPI power management timer (ACPI specification, "Power Management Timer"): 32 bits at
/// 3.579545 MHz, exact at any time.
struct PowerTimer: Sendable {
  /// Hz.
  static let frequency: UInt64 = 3_579_545
  private static let nanosecondsPerSecond: UInt64 = 1_000_000_000

  /// When the count was 0, ns.
  private let start: UInt64

  init(start: UInt64) { self.start = start }

  /// Ticks since the start; the register shows the low 32 bits. A time before the start gives 0.
  func ticks(at now: UInt64) -> UInt64 {
    guard now > start else { return 0 }
    // The high word of the product is below 3579545, hence below the divisor: the quotient fits.
    let product = (now - start).multipliedFullWidth(by: Self.frequency)
    return Self.nanosecondsPerSecond.dividingFullWidth(product).quotient
  }

  /// How often the highest bit has changed, which is what sets TMR_STS.
  func turns(at now: UInt64) -> UInt64 { ticks(at: now) >> 31 }

  /// When the highest bit has changed for the `turn`th time, ns: the first nanosecond at which
  /// ``turns(at:)`` counts it. `turn` is at most one more than it ever gave.
  func time(ofTurn turn: UInt64) -> UInt64 {
    // Below 2^25 turns of 2^31 ticks: no overflow.
    let target = turn << 31
    let product = target.multipliedFullWidth(by: Self.nanosecondsPerSecond)
    guard product.high < Self.frequency else { return .max }
    let (quotient, remainder) = Self.frequency.dividingFullWidth(product)
    return start.addingSaturated(quotient).addingSaturated(remainder == 0 ? 0 : 1)
  }
}

/// A crystal: how many of its periods have passed at a moment, and when a period ends. Both are exact
/// quotients of what passed since the start, so that nothing drifts however long it runs.
struct Oscillator: Sendable {
  /// When the count began, ns.
  let origin: UInt64
  /// Periods a second; at most 1 GHz, so that no quotient is greater than its time.
  let frequency: UInt64

  private static let second: UInt64 = 1_000_000_000

  init(origin: UInt64, frequency: UInt64) {
    self.origin = origin
    self.frequency = min(max(frequency, 1), Self.second)
  }

  /// The periods that have ended at `now`, ns; 0 before the start.
  func ticks(at now: UInt64) -> UInt64 {
    guard now > origin else { return 0 }
    let product = (now - origin).multipliedFullWidth(by: frequency)
    // The quotient is at most `now - origin`, as the frequency is at most the divisor.
    return Self.second.dividingFullWidth(product).quotient
  }

  /// The first nanosecond at which `ticks` periods have ended; later than any clock saturates.
  func time(of ticks: UInt64) -> UInt64 {
    let product = ticks.multipliedFullWidth(by: Self.second)
    guard product.high < frequency else { return .max }
    let (quotient, remainder) = frequency.dividingFullWidth(product)
    let (sum, overflow) = quotient.addingReportingOverflow(origin)
    let (time, carry) = sum.addingReportingOverflow(remainder == 0 ? 0 : 1)
    return overflow || carry ? .max : time
  }
}

import CKVM

/// CLOCK_MONOTONIC: what deadlines and records are measured in.
public enum MonotonicClock {
  /// Nanoseconds since an arbitrary moment before the start of the process. About 20 ns, no system call.
  @inlinable public static func nanoseconds() -> UInt64 { cthreads_monotonic_nanoseconds() }
}

/// CLOCK_REALTIME.
public enum WallClock {
  /// Seconds since 1970, UTC.
  public static func unixSeconds() -> Int64 { cthreads_unix_seconds() }
}

/// The CPU's time-stamp counter: half the price of the clock, for what is timed at every exit.
public enum TimestampCounter {
  /// The counter, in ticks of unknown length (see ``TimestampCalibration``). Constant-rate and common to
  /// all CPUs on every host that KVM runs well on.
  @inlinable public static func read() -> UInt64 { cthreads_rdtsc() }
}

/// Both clocks at (nearly) the same moment.
public struct TimestampPair: Sendable, Equatable {
  /// The time-stamp counter.
  public var ticks: UInt64
  /// The monotonic clock, nanoseconds.
  public var nanoseconds: UInt64

  /// A pair of two readings.
  public init(ticks: UInt64, nanoseconds: UInt64) {
    self.ticks = ticks
    self.nanoseconds = nanoseconds
  }

  /// Now. Of a few attempts the one is taken in which the clock was read fastest, so that a
  /// preemption between the two readings does not spoil the pair.
  public static func now() -> TimestampPair {
    var best = TimestampPair(ticks: 0, nanoseconds: 0)
    var shortest = UInt64.max
    for _ in 0..<3 {
      let before = TimestampCounter.read()
      let nanoseconds = MonotonicClock.nanoseconds()
      let taken = TimestampCounter.read() &- before
      if taken < shortest {
        shortest = taken
        best = TimestampPair(ticks: before &+ taken / 2, nanoseconds: nanoseconds)
      }
    }
    return best
  }
}

/// Turns ticks of the time-stamp counter into nanoseconds by the ratio of both clocks since the start,
/// which grows more exact the longer the machine runs. No calibration pause at start-up is needed.
public struct TimestampCalibration: Sendable {
  /// Both clocks at the start.
  public let start: TimestampPair

  /// Starts at `start`, by default now.
  public init(start: TimestampPair = .now()) { self.start = start }

  /// How many nanoseconds `ticks` ticks last, by the ratio between the start and `now`. Saturates; 0
  /// where `now` is not after the start.
  public func nanoseconds(forTicks ticks: UInt64, at now: TimestampPair) -> UInt64 {
    guard now.ticks > start.ticks, now.nanoseconds > start.nanoseconds else { return 0 }
    let elapsedTicks = now.ticks - start.ticks
    // 128 bits between: ticks of hours times nanoseconds of hours do not fit in 64.
    let product = ticks.multipliedFullWidth(by: now.nanoseconds - start.nanoseconds)
    guard product.high < elapsedTicks else { return .max }
    return elapsedTicks.dividingFullWidth(product).quotient
  }
}

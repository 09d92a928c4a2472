import Testing

@testable import Threads

@Suite struct ClockTests {
  @Test func clocksDoNotRunBackwards() {
    let first = TimestampPair.now()
    let second = TimestampPair.now()
    #expect(second.nanoseconds >= first.nanoseconds)
    #expect(second.ticks > first.ticks)
  }

  @Test func ticksBecomeNanosecondsByTheLongRunRatio() {
    let calibration = TimestampCalibration(start: TimestampPair(ticks: 1000, nanoseconds: 500))
    let now = TimestampPair(ticks: 31_000, nanoseconds: 10_500)  // 3 ticks a nanosecond
    #expect(calibration.nanoseconds(forTicks: 0, at: now) == 0)
    #expect(calibration.nanoseconds(forTicks: 3, at: now) == 1)
    #expect(calibration.nanoseconds(forTicks: 3_000_000_000, at: now) == 1_000_000_000)
    // A month of ticks does not overflow between.
    let month: UInt64 = 30 * 86_400 * 3_000_000_000
    #expect(calibration.nanoseconds(forTicks: month, at: now) == month / 3)
  }

  @Test func noTimeElapsedIsZeroAndTooMuchSaturates() {
    let start = TimestampPair(ticks: 1000, nanoseconds: 500)
    let calibration = TimestampCalibration(start: start)
    #expect(calibration.nanoseconds(forTicks: 5, at: start) == 0)
    let slow = TimestampPair(ticks: 1001, nanoseconds: 1_000_000)
    #expect(calibration.nanoseconds(forTicks: .max, at: slow) == .max)
  }
}

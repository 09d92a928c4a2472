import Glibc
import Threads

/// Leaves the processor to those who are measured.
enum Pause {
  /// Nobody changes it: who sleeps on it sleeps until the deadline.
  private static let word = FutexWord(0)

  /// Sleeps for about `count` nanoseconds.
  static func nanoseconds(_ count: UInt64) {
    let end = MonotonicClock.nanoseconds() &+ count
    while MonotonicClock.nanoseconds() < end {
      _ = word.wait(whileEqualTo: 0, untilNanoseconds: end)
    }
  }

  /// Lets others run.
  static func yield() { _ = sched_yield() }

  /// After something that took `last` nanoseconds, long enough for whoever it woke to sleep again.
  static func settle(after last: Double) {
    nanoseconds(max(100_000, UInt64(max(0, min(last, 1e8)) * 2)))
  }
}

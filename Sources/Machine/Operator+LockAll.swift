import Rendezvous
import Telemetry
import Threads

extension Operator {
  /// How long all vcpus are held, nanoseconds: what a small change of the memory map takes.
  private static var hold: UInt64 { 1_000_000 }

  /// Holds all vcpus for a moment, by the policy's design. Where that deadlocks with a rendezvous, the
  /// watchdog ends that one.
  func lockAll(_ start: InjectionTracker) -> InjectionTracker {
    var tracker = start
    let coordinator = platform.fabric.coordinator
    let before = MonotonicClock.nanoseconds()
    let locked = coordinator.lockAll()
    let took = MonotonicClock.nanoseconds() &- before
    let word = FutexWord(0)
    _ = word.wait(
      whileEqualTo: 0, untilNanoseconds: MonotonicClock.nanoseconds() &+ Self.hold)
    coordinator.unlockAll(locked)
    var line = "lock-all (\(policy.lockAll)): \(locked.held.count) vcpus held"
    line += " after \(took / 1000) us, \(locked.waits) waits"
    if locked.actionsRun > 0 {
      line += ", \(locked.actionsRun) rendezvous actions run on behalf"
    }
    if locked.assertionFailures > 0 {
      line += ", the helper's assertion failed \(locked.assertionFailures) times"
    }
    platform.log(.message(line))
    tracker.conclude(.done(afterNanoseconds: took))
    return tracker
  }
}

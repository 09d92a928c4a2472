import Rendezvous
import Synchronization
import Telemetry
import Threads

extension VCPURunner {
  /// How long it stays idle for one that asked and has not come yet, nanoseconds. That one asks again.
  private static var stay: UInt64 { 10_000_000 }

  /// Somebody wants all vcpus held (rendezvous.md section 1.8): this one becomes idle, and goes on when it
  /// was held and is released, or when nobody came.
  mutating func yield() {
    counters.begin(.other, at: TimestampCounter.read())
    cell.isYielding.store(true, ordering: .relaxed)
    // Before the look whether anybody wants it; who does counts itself first and then looks at this.
    cell.runState.store(RunState.idle.rawValue, ordering: .sequentiallyConsistent)
    platform.fabric.coordinator.assist()
    cell.leaveIdle(after: Self.stay)
    cell.isYielding.store(false, ordering: .relaxed)
  }
}

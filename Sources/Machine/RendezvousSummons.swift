import Rendezvous
import Synchronization
import Telemetry

/// How and when a vcpu was last told of a rendezvous. Written by the initiator, one at a time as rendezvous
/// come one after the other, read by the vcpu when it is over.
struct RendezvousSummons: ~Copyable, Sendable {
  private let nanoseconds = Atomic<UInt64>(0)
  /// The rendezvous times 4, plus how the vcpu was told (``Kick``), or 3 while that is not known yet.
  private let mark = Atomic<UInt64>(0)

  /// Before the vcpu is told.
  func begin(_ rendezvous: UInt64, at now: UInt64) {
    nanoseconds.store(now, ordering: .relaxed)
    // Releasing: who sees the mark sees the time.
    mark.store(rendezvous << 2 | 3, ordering: .releasing)
  }

  /// After it was.
  func end(_ rendezvous: UInt64, _ kick: Kick) {
    mark.store(rendezvous << 2 | UInt64(kick.rawValue), ordering: .releasing)
  }

  /// Whether the last summons was to `rendezvous`, and by a signal. Any thread.
  func wasSignalled(for rendezvous: UInt64) -> Bool {
    mark.load(ordering: .acquiring) == rendezvous << 2 | UInt64(Kick.signalled.rawValue)
  }

  /// Completes `lane` if the last summons was to its rendezvous. It may have been to an earlier one: then
  /// the vcpu came by itself, before it was told.
  func tell(_ lane: inout RendezvousLane) {
    let mark = mark.load(ordering: .acquiring)
    guard mark >> 2 == lane.rendezvous else { return }
    lane.kick = Kick(rawValue: UInt8(truncatingIfNeeded: mark & 3))
    lane.kickedNanoseconds = nanoseconds.load(ordering: .relaxed)
  }
}

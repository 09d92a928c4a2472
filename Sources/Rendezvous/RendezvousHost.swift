/// The vcpus as the coordinator knows them: real ones, or simulated ones in tests.
public protocol RendezvousHost: Sendable {
  /// What members run, as a value (reset the local APIC, recompute trigger modes, nothing): it is
  /// applied to the state as it is when it runs.
  associatedtype Action: Sendable

  /// Tells `member` of the request of `rendezvous`, which is already stored. Called without the lock, from the initiator's
  /// thread; reads the member's state, sequentially consistent, and signals it out of the guest, wakes
  /// it, or does nothing where it will look by itself. May come late: the rendezvous may be over.
  func notify(_ member: Int, of rendezvous: UInt64) -> Kick

  /// Runs `action` for `member`: on the member's own thread, or on another one while the member is held
  /// by ``claimIdle(_:)``. The lock is held: must not sleep, initiate, or call the coordinator.
  func perform(_ action: Action, member: Int)

  /// Where `member` is idle, holds it there, so that its thread cannot become anything else, and returns
  /// true; false, and nothing, otherwise. The lock is held.
  func claimIdle(_ member: Int) -> Bool

  /// Ends what ``claimIdle(_:)`` began. The lock is held.
  func releaseIdle(_ member: Int)
}

/// The vcpus as the coordinator knows them: real ones, or simulated ones in tests.
///
/// Who holds a member claims it by one sequentially consistent compare-and-exchange of its state (idle or
/// sleeping to held), under the rendezvous lock. The exchange acquires what the member's thread wrote before
/// it stored that state; the store that ends the claim releases what was done meanwhile; and the member's
/// thread leaves its state by a compare-and-exchange too (idle or sleeping to frozen), which acquires that.
/// Where it finds itself held, it waits until it is released: only then may it read what an action writes,
/// run an action itself, or look whether it may enter the guest.
public protocol RendezvousHost: Sendable {
  /// What members run, as a value (reset the local APIC, recompute trigger modes, nothing): it is
  /// applied to the state as it is when it runs, so that running it once more changes nothing.
  associatedtype Action: Sendable

  /// Tells `member` of the request of `rendezvous`, which is already stored. Called without the lock, from
  /// the initiator's thread; reads the member's state, sequentially consistent, and signals it out of the
  /// guest, wakes it, or does nothing where it will look by itself. May come late: the rendezvous may be
  /// over.
  func notify(_ member: Int, of rendezvous: UInt64) -> Kick

  /// Runs `action` for `member`: on the member's own thread, or on another one while the member is held
  /// by a claim. The lock is held: must not sleep, initiate, or call the coordinator.
  func perform(_ action: Action, member: Int)

  /// Where `member` is idle, holds it there, so that its thread cannot become anything else, and returns
  /// true; false, and nothing, otherwise. The lock is held. For an action the claim ends before the lock is
  /// released; ``RendezvousCoordinator/lockAll(by:)`` keeps it for longer, so that whoever waits for its end
  /// must not burn a processor for long.
  func claimIdle(_ member: Int) -> Bool

  /// Ends what ``claimIdle(_:)`` began: the member is idle again. The lock is held.
  func releaseIdle(_ member: Int)

  /// The same for a `member` that sleeps where nothing but a wake-up ends its sleep: halted, waiting for a
  /// startup IPI, stopped or parked by us. The lock is held, and not released before the claim ends.
  ///
  /// A wake-up that comes meanwhile must not get lost: whoever has something for the member finds it held
  /// and wakes it as if it slept. And what the member's thread saw of a request while it slept may be done
  /// when it has left its sleep: it looks again. By default no member can be claimed so.
  func claimSleeping(_ member: Int) -> Bool

  /// Ends what ``claimSleeping(_:)`` began: the member sleeps again, or leaves if it was woken. Where the
  /// action left it something to do at once, wakes it. The lock is held.
  func releaseSleeping(_ member: Int)

  /// Asks `member` to become idle soon, by its own thread, and to call ``RendezvousCoordinator/assist()``
  /// then. Called without the lock, again and again while the member is wanted; the member may come back as
  /// soon as nobody holds it. By default nobody is asked, and a thread that wants all vcpus waits until they
  /// become idle by themselves.
  func requestIdle(_ member: Int)
}

extension RendezvousHost {
  /// Nobody's sleep is claimed.
  public func claimSleeping(_ member: Int) -> Bool { false }
  /// Nothing to end.
  public func releaseSleeping(_ member: Int) {}
  /// Nobody is asked.
  public func requestIdle(_ member: Int) {}
}

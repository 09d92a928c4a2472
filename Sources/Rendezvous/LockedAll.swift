/// Every vcpu, held idle by one thread (``RendezvousCoordinator/lockAll(by:)``), and what that took.
public struct LockedAll: Sendable, Equatable {
  /// The vcpus.
  public internal(set) var held = CPUSet()
  /// Actions of rendezvous in progress that the thread ran for vcpus that it held already.
  public internal(set) var actionsRun = 0
  /// How often "a rendezvous is in progress" failed where `RendezvousPolicy.LockAll.helping` asserts it: a
  /// panic of bhyve's host.
  public internal(set) var assertionFailures = 0
  /// How often it asked a vcpu to become idle and slept.
  public internal(set) var waits = 0
}

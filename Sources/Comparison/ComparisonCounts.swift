public import Rendezvous
public import Telemetry

/// What one run under one policy counted, from one snapshot to a later one of the same machine.
public struct ComparisonCounts: Sendable, Equatable {
  /// The time between the two, nanoseconds.
  public var nanoseconds: UInt64
  /// Rendezvous completed.
  public var completed: UInt64
  /// Rendezvous exits by class, all vcpus.
  public var exits: Tally<RendezvousExitClass>
  /// Time of bystanders in rendezvous, nanoseconds.
  public var stallNanoseconds: UInt64
  /// Times that HLT did not sleep for a rendezvous of others.
  public var haltSpins: UInt64
  /// Time spent waiting for the rendezvous lock before guest entries, nanoseconds.
  public var checkLockWaitNanoseconds: UInt64
  /// How members were told.
  public var kicks: Tally<Kick>
  /// Times that bhyve's assertion would have fired.
  public var assertionWouldFire: UInt64
  /// Members that rendezvous completed without.
  public var missingMembers: UInt64

  /// What happened from `start` to `end`.
  public init(from start: Snapshot, to end: Snapshot) {
    func sum(_ counter: (VCPUSnapshot) -> UInt64) -> UInt64 {
      end.sum(counter) &- start.sum(counter)
    }
    nanoseconds = end.timeNanoseconds &- start.timeNanoseconds
    completed = end.rendezvous.completed &- start.rendezvous.completed
    exits = Tally()
    for kind in RendezvousExitClass.allCases {
      exits[kind] = end.rendezvousExits[kind] &- start.rendezvousExits[kind]
    }
    stallNanoseconds = sum { $0.stallNanoseconds }
    haltSpins = sum { $0.haltSpins }
    checkLockWaitNanoseconds = sum { $0.checkLockWaitNanoseconds }
    kicks = Tally()
    for kick in Kick.allCases {
      kicks[kick] = end.rendezvous.kicks[kick] &- start.rendezvous.kicks[kick]
    }
    assertionWouldFire = sum { $0.assertionWouldFire }
    missingMembers = end.rendezvous.missingMembers &- start.rendezvous.missingMembers
  }
}

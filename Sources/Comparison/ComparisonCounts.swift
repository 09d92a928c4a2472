public import Rendezvous
public import Telemetry

/// What one run under one policy counted, from one snapshot to a later one of the same machine.
public struct ComparisonCounts: Sendable, Equatable {
  /// The time between the two, nanoseconds.
  public var nanoseconds: UInt64 = 0
  /// Rendezvous published.
  public var requested: UInt64 = 0
  /// Rendezvous completed.
  public var completed: UInt64 = 0
  /// Rendezvous exits by class, all vcpus.
  public var exits = Tally<RendezvousExitClass>()
  /// Time of bystanders in rendezvous, nanoseconds.
  public var stallNanoseconds: UInt64 = 0
  /// Times that HLT did not sleep for a rendezvous of others.
  public var haltSpins: UInt64 = 0
  /// Time spent waiting for the rendezvous lock before guest entries, nanoseconds.
  public var checkLockWaitNanoseconds: UInt64 = 0
  /// How members were told.
  public var kicks = Tally<Kick>()
  /// Times that bhyve's assertion would have fired.
  public var assertionWouldFire: UInt64 = 0
  /// Members that rendezvous completed without.
  public var missingMembers: UInt64 = 0
  /// Waits that only their time-out ended.
  public var timeoutRescues: UInt64 = 0
  /// Times that the assertion of who holds all vcpus failed.
  public var lockAllAssertionFailures: UInt64 = 0
  /// Rounds of its scenario's work that the demo guest counted, all vcpus.
  public var work: UInt64 = 0
  /// Latency of the rendezvous whose records were read in time, publication to completion.
  public var latency = LatencySummary()
  /// Members whose action was run on their behalf, of those records.
  public var servedOnBehalf: UInt64 = 0
  /// Rendezvous that only the watchdog ended, by what was wrong.
  public var broken: [RendezvousPolicy.Hazard: UInt64] = [:]

  /// Nothing.
  public init() {}

  /// What happened from `start` to `end`, as far as snapshots count it; records and reports are a
  /// ``ComparisonMeter``'s.
  public init(from start: Snapshot, to end: Snapshot) {
    func sum(_ counter: (VCPUSnapshot) -> UInt64) -> UInt64 {
      end.sum(counter) &- start.sum(counter)
    }
    func rise(_ counter: (RendezvousSnapshot) -> UInt64) -> UInt64 {
      counter(end.rendezvous) &- counter(start.rendezvous)
    }
    nanoseconds = end.timeNanoseconds &- start.timeNanoseconds
    requested = rise(\.requested)
    completed = rise(\.completed)
    let (before, after) = (start.rendezvousExits, end.rendezvousExits)
    for kind in RendezvousExitClass.allCases { exits[kind] = after[kind] &- before[kind] }
    stallNanoseconds = sum(\.stallNanoseconds)
    haltSpins = sum(\.haltSpins)
    checkLockWaitNanoseconds = sum(\.checkLockWaitNanoseconds)
    for kick in Kick.allCases { kicks[kick] = rise { $0.kicks[kick] } }
    assertionWouldFire = sum(\.assertionWouldFire)
    missingMembers = rise(\.missingMembers)
    timeoutRescues = rise(\.timeoutRescues)
    lockAllAssertionFailures = rise(\.lockAllAssertionFailures)
    work = sum(\.guestWork)
  }

  /// Exits to rendezvous that were not for the vcpu: bystander and void ones.
  public var spurious: UInt64 { exits[.bystander] &+ exits[.void] }
  /// Rendezvous that hung until the watchdog ended them.
  public var hangs: UInt64 { broken[.hang] ?? 0 }
  /// Rendezvous whose members left the guest again and again until the watchdog ended it.
  public var livelocks: UInt64 { broken[.livelock] ?? 0 }

  /// Adds `other`'s counts. Latencies are not counts: the summary keeps how many there were, and the largest.
  public mutating func add(_ other: ComparisonCounts) {
    nanoseconds &+= other.nanoseconds
    requested &+= other.requested
    completed &+= other.completed
    exits.add(other.exits)
    stallNanoseconds &+= other.stallNanoseconds
    haltSpins &+= other.haltSpins
    checkLockWaitNanoseconds &+= other.checkLockWaitNanoseconds
    kicks.add(other.kicks)
    assertionWouldFire &+= other.assertionWouldFire
    missingMembers &+= other.missingMembers
    timeoutRescues &+= other.timeoutRescues
    lockAllAssertionFailures &+= other.lockAllAssertionFailures
    work &+= other.work
    let (count, largest) = (latency.count &+ other.latency.count, latency.max)
    latency = LatencySummary()
    latency.count = count
    latency.max = max(largest, other.latency.max)
    servedOnBehalf &+= other.servedOnBehalf
    broken.merge(other.broken, uniquingKeysWith: &+)
  }
}

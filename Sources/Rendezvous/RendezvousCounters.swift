import Synchronization

/// The coordinator's counters. Written under the rendezvous lock, read by anybody without it.
///
/// All stores are load-and-store of a single writer at a time (the lock's holder) and relaxed, but for
/// one pair: `completed` is stored with release after its request was counted and read with acquire
/// before the requests are, so that no snapshot shows more completed than requested.
final class RendezvousCounters: Sendable {
  private let byCause = InlineArray<3, Atomic<UInt64>> { _ in Atomic(0) }
  private let kicks = InlineArray<3, Atomic<UInt64>> { _ in Atomic(0) }
  private let completed = Atomic<UInt64>(0)
  private let aborted = Atomic<UInt64>(0)
  private let missingMembers = Atomic<UInt64>(0)
  private let timeoutRescues = Atomic<UInt64>(0)
  private let assertionFailures = Atomic<UInt64>(0)
  private let lockAllAssertionFailures = Atomic<UInt64>(0)
  private let servedOnBehalf = Atomic<UInt64>(0)
  private let latency = LatencyHistogram()

  func countRequest(_ cause: RendezvousCause) { Self.add(1, to: byCause[Int(cause.rawValue)]) }
  func countKick(_ kick: Kick, _ count: Int) {
    Self.add(UInt64(count), to: kicks[Int(kick.rawValue)])
  }
  func countAbort() { Self.add(1, to: aborted) }
  func countRescue() { Self.add(1, to: timeoutRescues) }
  func countAssertionFailure() { Self.add(1, to: assertionFailures) }
  func countLockAllAssertionFailure() { Self.add(1, to: lockAllAssertionFailures) }
  func countServed(_ actions: Int) { Self.add(UInt64(actions), to: servedOnBehalf) }
  func countCompletion(latencyNanoseconds: UInt64, missing: Int) {
    if missing != 0 { Self.add(UInt64(missing), to: missingMembers) }
    latency.record(latencyNanoseconds)
    completed.store(completed.load(ordering: .relaxed) &+ 1, ordering: .releasing)
  }

  func snapshot() -> RendezvousTotals {
    var totals = RendezvousTotals()
    // First: see above.
    totals.completed = completed.load(ordering: .acquiring)
    for index in 0..<3 { totals.byCause[index] = byCause[index].load(ordering: .relaxed) }
    for index in 0..<3 { totals.kicks[index] = kicks[index].load(ordering: .relaxed) }
    totals.aborted = aborted.load(ordering: .relaxed)
    totals.missingMembers = missingMembers.load(ordering: .relaxed)
    totals.timeoutRescues = timeoutRescues.load(ordering: .relaxed)
    totals.assertionFailures = assertionFailures.load(ordering: .relaxed)
    totals.lockAllAssertionFailures = lockAllAssertionFailures.load(ordering: .relaxed)
    totals.servedOnBehalf = servedOnBehalf.load(ordering: .relaxed)
    totals.latency = latency.distribution()
    return totals
  }

  private static func add(_ amount: UInt64, to counter: borrowing Atomic<UInt64>) {
    counter.store(counter.load(ordering: .relaxed) &+ amount, ordering: .relaxed)
  }
}

/// The coordinator's counters at one moment, since its beginning.
public struct RendezvousTotals: Sendable {
  var byCause = InlineArray<3, UInt64>(repeating: 0)
  var kicks = InlineArray<3, UInt64>(repeating: 0)
  /// Completed; never more than ``requested``.
  public internal(set) var completed: UInt64 = 0
  /// Cut off by a reset or by a watchdog.
  public internal(set) var aborted: UInt64 = 0
  /// Members that had not run the action at completion.
  public internal(set) var missingMembers: UInt64 = 0
  /// Waits that only their time-out ended though what they waited for had come.
  public internal(set) var timeoutRescues: UInt64 = 0
  /// Failed assertions under a policy that keeps the assertion.
  public internal(set) var assertionFailures: UInt64 = 0
  /// Failed assertions of who wants all vcpus (``RendezvousPolicy/LockAll/helping``).
  public internal(set) var lockAllAssertionFailures: UInt64 = 0
  /// Actions that another thread ran on a member's behalf.
  public internal(set) var servedOnBehalf: UInt64 = 0
  /// Latency of the completed ones, nanoseconds.
  public internal(set) var latency = LatencyDistribution(counts: [], maximum: 0)

  /// Published, all causes: the sum of what was read by cause, hence exact.
  public var requested: UInt64 { byCause[0] &+ byCause[1] &+ byCause[2] }
  /// Published for `cause`.
  public func requested(_ cause: RendezvousCause) -> UInt64 { byCause[Int(cause.rawValue)] }
  /// Members told in that way.
  public func kicked(_ kick: Kick) -> UInt64 { kicks[Int(kick.rawValue)] }
}

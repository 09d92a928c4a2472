import Rendezvous

/// Rendezvous under one policy: their times beside the floor's, and how their members were told.
struct BenchmarkMeetings {
  let policy: RendezvousPolicy
  var pairs = BenchmarkPairs()
  private var signalled = 0
  private var woken = 0
  private var servedOnBehalf = 0

  init(_ policy: RendezvousPolicy) { self.policy = policy }

  /// Nanoseconds of a rendezvous of `targets`, or of all of `guest`'s vcpus.
  mutating func meet(
    _ guest: BenchmarkGuest, _ targets: CPUSet? = nil
  ) throws(BenchmarkError) -> Double {
    let (nanoseconds, record) = try guest.meet(targets)
    signalled += record.kicksSignalled
    woken += record.kicksWoken
    servedOnBehalf += record.servedOnBehalf
    return nanoseconds
  }

  /// The figure of `words`.
  func result(_ words: String, vcpus: Int, against floorName: String) -> BenchmarkResult {
    var result = BenchmarkResult(
      .rendezvous, "\(words), \(policy.preset)", .nanoseconds, vcpus: vcpus, pairs: pairs,
      against: floorName)
    result.isLatency = true
    result.counts = [
      .init("rendezvous", UInt64(pairs.ours.values.count)),
      .init("signalled", UInt64(clamping: signalled)), .init("woken", UInt64(clamping: woken)),
      .init("servedOnBehalf", UInt64(clamping: servedOnBehalf)),
    ]
    return result
  }
}

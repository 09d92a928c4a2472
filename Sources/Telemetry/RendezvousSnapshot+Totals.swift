public import Rendezvous

extension RendezvousSnapshot {
  /// The coordinator's counters as the screen and the report want them.
  public init(_ totals: RendezvousTotals) {
    self.init()
    requested = totals.requested
    completed = totals.completed
    for cause in RendezvousCause.allCases { byCause[cause] = totals.requested(cause) }
    for kick in Kick.allCases { kicks[kick] = totals.kicked(kick) }
    missingMembers = totals.missingMembers
    timeoutRescues = totals.timeoutRescues
    lockAllAssertionFailures = totals.lockAllAssertionFailures
    latency = LatencySummary(totals.latency)
  }
}

extension LatencySummary {
  /// The percentiles of `distribution`.
  public init(_ distribution: LatencyDistribution) {
    self.init()
    count = distribution.count
    p50 = distribution.percentile(50)
    p90 = distribution.percentile(90)
    p99 = distribution.percentile(99)
    max = distribution.maximum
  }
}

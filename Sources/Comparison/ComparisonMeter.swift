import Rendezvous
public import Telemetry

/// Follows one machine through one slice: takes every snapshot between its first and its last one, whose records
/// would be lost otherwise.
public struct ComparisonMeter: Sendable {
  private let start: Snapshot
  private let latencies = LatencyHistogram()
  private var served: UInt64 = 0
  private var broken: [RendezvousPolicy.Hazard: UInt64] = [:]

  /// A slice that begins with `start`; what its events tell was before.
  public init(start: Snapshot) {
    var start = start
    start.events = []
    start.console = []
    self.start = start
  }

  /// Takes a snapshot's records and reports.
  public mutating func absorb(_ snapshot: Snapshot) {
    for entry in snapshot.events {
      switch entry.event {
      case .rendezvous(let record):
        latencies.record(record.latencyNanoseconds)
        served &+= UInt64(clamping: record.servedOnBehalf)
      case .rendezvousBroken(let report): broken[report.hazard, default: 0] &+= 1
      default: break
      }
    }
  }

  /// What the slice counted, `end` being its last snapshot, whose records it takes too.
  public mutating func counts(at end: Snapshot) -> ComparisonCounts {
    absorb(end)
    var counts = ComparisonCounts(from: start, to: end)
    counts.latency = LatencySummary(latencies.distribution())
    counts.servedOnBehalf = served
    counts.broken = broken
    return counts
  }
}

public import Rendezvous
import Telemetry

/// What a policy came to in a trial: a row of the table.
public struct ComparisonRow: Sendable, Equatable {
  /// The policy.
  public let policy: RendezvousPolicy
  /// What each of its slices counted, in order.
  public private(set) var slices: [ComparisonCounts] = []
  /// All slices together.
  public private(set) var total = ComparisonCounts()

  /// A row without slices.
  public init(_ policy: RendezvousPolicy) { self.policy = policy }

  /// Takes another slice.
  public mutating func add(_ counts: ComparisonCounts) {
    slices.append(counts)
    total.add(counts)
  }

  /// The median of what `value` makes of each slice, of those for which it is anything; nil where there are none.
  public func median(_ value: (ComparisonCounts) -> Double?) -> Double? {
    let values = slices.compactMap(value).sorted()
    guard !values.isEmpty else { return nil }
    let middle = values.count / 2
    return values.count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2
  }

  /// The median of `count` by completed rendezvous; nil where there were none.
  public func perRendezvous(_ count: (ComparisonCounts) -> UInt64) -> Double? {
    median { $0.completed == 0 ? nil : Double(count($0)) / Double($0.completed) }
  }

  /// The median of `count` by second.
  public func perSecond(_ count: (ComparisonCounts) -> UInt64) -> Double? {
    median { $0.nanoseconds == 0 ? nil : Double(count($0)) * 1e9 / Double($0.nanoseconds) }
  }

  /// The median of a percentile of the latency, nanoseconds; nil where none was recorded.
  public func latency(_ percentile: (ComparisonCounts) -> UInt64) -> Double? {
    median { $0.latency.count == 0 ? nil : Double(percentile($0)) }
  }
}

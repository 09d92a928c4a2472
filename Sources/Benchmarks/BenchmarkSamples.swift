/// Figures of one thing, as they were measured.
public struct BenchmarkSamples: Sendable, Equatable {
  /// Each of them, in order.
  public private(set) var values: [Double] = []

  /// None.
  public init() {}

  /// Some.
  public init(_ values: [Double]) { self.values = values }

  /// Takes more.
  public mutating func add(_ more: [Double]) { values += more }

  /// The smallest that `percent` (0 to 100) of them do not exceed; nil where there are none.
  public func percentile(_ percent: Double) -> Double? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    let rank = Int((percent / 100 * Double(sorted.count)).rounded(.up))
    return sorted[min(sorted.count, max(1, rank)) - 1]
  }

  /// The middle one, or the mean of the two in the middle; nil where there are none.
  public var median: Double? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}

/// Ours and the floor's by turns: what the host does meanwhile meets both.
public struct BenchmarkPairs: Sendable, Equatable {
  /// All of ours.
  public private(set) var ours = BenchmarkSamples()
  /// All of the floor's.
  public private(set) var floor = BenchmarkSamples()
  /// Of each turn, the median of ours by that of the floor.
  public private(set) var ratios = BenchmarkSamples()

  /// None yet.
  public init() {}

  /// Takes a turn.
  public mutating func add(ours: [Double], floor: [Double]) {
    self.ours.add(ours)
    self.floor.add(floor)
    guard let mine = BenchmarkSamples(ours).median, let its = BenchmarkSamples(floor).median,
      its > 0
    else { return }
    ratios.add([mine / its])
  }
}

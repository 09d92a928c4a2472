/// What a number is one of.
public enum BenchmarkUnit: String, Sendable {
  case nanoseconds, instructions, bytes, exits, percent
}

/// One figure of the bench: ours, and what it is compared with.
public struct BenchmarkResult: Sendable, Equatable {
  /// A number beside it: its name, as in reports, and its value.
  public struct Count: Sendable, Equatable {
    /// Its name, lower camel case.
    public var name: String
    /// Its value.
    public var value: UInt64
    /// A count.
    public init(_ name: String, _ value: UInt64) {
      self.name = name
      self.value = value
    }
  }

  /// Where it belongs.
  public var section: BenchmarkSection
  /// What was measured, in a few words; with ``section`` it is unique in a run.
  public var name: String
  /// What the numbers are.
  public var unit: BenchmarkUnit
  /// Vcpus, or threads.
  public var vcpus: Int
  /// Ours.
  public var ours: BenchmarkSamples
  /// The floor's; none where there is nothing to compare with.
  public var floor = BenchmarkSamples()
  /// What the floor is; empty where there is none.
  public var floorName = ""
  /// Of each turn, ours by the floor's.
  public var ratios = BenchmarkSamples()
  /// Whether each sample is one event, so that its percentiles mean something.
  public var isLatency = false
  /// What was counted meanwhile.
  public var counts: [Count] = []

  /// A figure without a floor.
  public init(
    _ section: BenchmarkSection, _ name: String, _ unit: BenchmarkUnit, vcpus: Int = 1,
    ours: BenchmarkSamples
  ) {
    self.section = section
    self.name = name
    self.unit = unit
    self.vcpus = vcpus
    self.ours = ours
  }

  /// A figure against a floor.
  public init(
    _ section: BenchmarkSection, _ name: String, _ unit: BenchmarkUnit, vcpus: Int = 1,
    pairs: BenchmarkPairs, against floorName: String
  ) {
    self.init(section, name, unit, vcpus: vcpus, ours: pairs.ours)
    floor = pairs.floor
    ratios = pairs.ratios
    self.floorName = floorName
  }

  /// Ours by the floor's: the median of the turns. Nil where there is no floor.
  public var ratio: Double? { ratios.median }

  /// The least of ours by the least of the floor's: what a busy host disturbs least. Nil where there is no floor.
  public var ratioOfMinima: Double? {
    guard let ours = ours.percentile(0), let floor = floor.percentile(0), floor > 0 else {
      return nil
    }
    return ours / floor
  }
}

/// A figure that there is none of, and why.
public struct BenchmarkOmission: Sendable, Equatable {
  /// Where it belongs.
  public var section: BenchmarkSection
  /// What it would have been.
  public var name: String
  /// One line.
  public var reason: String

  /// An omission.
  public init(_ section: BenchmarkSection, _ name: String, _ reason: String) {
    self.section = section
    self.name = name
    self.reason = reason
  }
}

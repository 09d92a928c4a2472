public import Commands
public import Rendezvous

/// Two machines side by side: the same guest with the same scenario, each with a policy of its own.
public struct PairPlan: Sendable, Equatable {
  /// What both demo guests do.
  public var scenario: Scenario
  /// Vcpus of each.
  public var vcpus: Int
  /// The policy of A and that of B.
  public var policies: [RendezvousPolicy]

  /// A pair.
  public init(scenario: Scenario, vcpus: Int, a: RendezvousPolicy, b: RendezvousPolicy) {
    self.scenario = scenario
    self.vcpus = vcpus
    policies = [a, b]
  }
}

/// What a pair has come to so far.
public struct PairState: Sendable, Equatable {
  /// One of the two machines.
  public struct Side: Sendable, Equatable {
    /// What each of the last samples counted, oldest first; ``PairState/sampleLimit`` at most.
    public internal(set) var samples: [ComparisonCounts] = []
    /// Everything since the start, as a row of the table.
    public internal(set) var row: ComparisonRow
    /// The last second, as a row.
    public var recent: ComparisonRow {
      var row = ComparisonRow(row.policy)
      for sample in samples.suffix(PairState.recentCount) { row.add(sample) }
      return row
    }
  }

  /// Samples that are kept of each side.
  public static let sampleLimit = 400
  /// Samples that make the numbers.
  public static let recentCount = 5

  /// What runs.
  public let plan: PairPlan
  /// A, then B.
  public private(set) var sides: [Side]
  /// How long both have been measured, nanoseconds.
  public private(set) var nanoseconds: UInt64 = 0
  /// Why it does not run; one line.
  public var problem: String?
  /// Whether it has ended.
  public var isEnded = false

  /// Nothing measured yet.
  public init(_ plan: PairPlan) {
    self.plan = plan
    sides = plan.policies.map { Side(row: ComparisonRow($0)) }
  }

  /// Takes a sample of each side, of about the same time.
  public mutating func add(_ counts: [ComparisonCounts]) {
    guard counts.count == sides.count else { return }
    nanoseconds &+= counts.map(\.nanoseconds).max() ?? 0
    for (index, sample) in counts.enumerated() {
      sides[index].samples.append(sample)
      if sides[index].samples.count > Self.sampleLimit { sides[index].samples.removeFirst() }
      sides[index].total(sample)
    }
  }
}

extension PairState.Side {
  /// The sum alone: a row that kept every sample of an hour would have thousands.
  mutating func total(_ sample: ComparisonCounts) {
    var sum = row.total
    sum.add(sample)
    row = ComparisonRow(row.policy)
    row.add(sum)
  }
}

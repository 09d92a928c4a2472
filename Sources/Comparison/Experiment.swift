public import Commands
public import Rendezvous
import Telemetry

/// Something that is counted, as experiments speak of it.
public enum ComparisonQuantity: String, Sendable, CaseIterable {
  case requested, completed, member, early, bystander, void, spurious, stallNanoseconds, haltSpins,
    assertionWouldFire, missingMembers, hangs, livelocks, lockAllAssertionFailures,
    onBehalf, work

  /// How much of it `counts` has.
  public func count(_ counts: ComparisonCounts) -> UInt64 {
    switch self {
    case .requested: counts.requested
    case .completed: counts.completed
    case .member: counts.exits[.member]
    case .early: counts.exits[.early]
    case .bystander: counts.exits[.bystander]
    case .void: counts.exits[.void]
    case .spurious: counts.spurious
    case .stallNanoseconds: counts.stallNanoseconds
    case .haltSpins: counts.haltSpins
    case .assertionWouldFire: counts.assertionWouldFire
    case .missingMembers: counts.missingMembers
    case .hangs: counts.hangs
    case .livelocks: counts.livelocks
    case .lockAllAssertionFailures: counts.lockAllAssertionFailures
    case .onBehalf: counts.servedOnBehalf
    case .work: counts.work
    }
  }

  /// In words.
  public var words: String {
    switch self {
    case .requested: "rendezvous"
    case .completed: "completed rendezvous"
    case .member: "member exits"
    case .early: "early exits"
    case .bystander: "bystander exits"
    case .void: "void exits"
    case .spurious: "spurious exits"
    case .stallNanoseconds: "ns of stall"
    case .haltSpins: "halt spins"
    case .assertionWouldFire: "failed assertions"
    case .missingMembers: "missing members"
    case .hangs: "hangs"
    case .livelocks: "livelocks"
    case .lockAllAssertionFailures: "failed assertions of lock-all"
    case .onBehalf: "members served asleep"
    case .work: "rounds of the guest's work"
    }
  }
}

/// A bound on a count of one policy, that a run shows to hold or not.
public struct Expectation: Sendable, Equatable {
  /// What is said of the count.
  public enum Bound: String, Sendable {
    /// It stays 0.
    case none
    /// It does not.
    case some
  }

  /// The policy's name.
  public let policy: String
  /// What is counted.
  public let quantity: ComparisonQuantity
  /// What is expected of it.
  public let bound: Bound

  /// An expectation.
  public init(_ policy: String, _ quantity: ComparisonQuantity, _ bound: Bound) {
    self.policy = policy
    self.quantity = quantity
    self.bound = bound
  }

  /// Whether `count` is as expected.
  public func holds(_ count: UInt64) -> Bool { (count == 0) == (bound == .none) }

  /// `no spurious exits`, `some halt spins`.
  public var words: String { "\(bound == .none ? "no" : "some") \(quantity.words)" }
}

/// A run that tells designs apart (rendezvous.md section 5.3): what is run, and what it must show.
public struct Experiment: Sendable, Equatable {
  /// E1 to E6.
  public let name: String
  /// What is done, in a line.
  public let title: String
  /// What the demo guest does.
  public let scenario: Scenario
  /// Its vcpus.
  public let vcpus: Int
  /// The policies beside each other.
  public let policies: [RendezvousPolicy]
  /// What the operator injects meanwhile.
  public var load: [RepeatedInjection] = []
  /// Where threads are held up, and for how long: what is rare otherwise happens within the time.
  public var faults = RendezvousFaults()
  /// The same on a host of one CPU, where only the end of a time slice lets anybody come between two steps of a
  /// thread; nil: no other.
  public var faultsOnOneCPU: RendezvousFaults?
  /// What is expected.
  public let expectations: [Expectation]

  init(
    _ name: String, _ title: String, _ scenario: Scenario, vcpus: Int,
    _ policies: [RendezvousPolicy], _ expectations: [Expectation]
  ) {
    self.name = name
    self.title = title
    self.scenario = scenario
    self.vcpus = vcpus
    self.policies = policies
    self.expectations = expectations
  }

  /// The experiment called `name`, in letters of either case; nil where there is none.
  public static func named(_ name: String) -> Experiment? {
    all.first { $0.name.lowercased() == name.lowercased() }
  }
}

/// What became of an expectation.
public struct Finding: Sendable, Equatable {
  /// The expectation.
  public let expectation: Expectation
  /// What was counted; nil where its policy was not measured.
  public let count: UInt64?

  /// Whether the count is as expected.
  public var isSeen: Bool { count.map(expectation.holds) ?? false }
}

extension Experiment {
  /// What `rows` show of each expectation.
  public func findings(_ rows: [ComparisonRow]) -> [Finding] {
    expectations.map { expectation in
      let row = rows.first { $0.policy.preset == expectation.policy && !$0.slices.isEmpty }
      return Finding(
        expectation: expectation, count: row.map { expectation.quantity.count($0.total) })
    }
  }
}

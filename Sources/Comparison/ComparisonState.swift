import Commands
import Rendezvous

/// A comparison as far as it has come: what the table, the report and the monitor show.
public struct ComparisonState: Sendable, Equatable {
  /// A slice: which policy runs in which trial.
  public struct Slice: Sendable, Equatable {
    /// The trial's place in the plan.
    public let trial: Int
    /// The round, from 0.
    public let round: Int
    /// The policy's place in the trial.
    public let policy: Int
  }

  /// What is compared.
  public let plan: ComparisonPlan
  /// The rows of each trial, in the plan's order.
  public private(set) var rows: [[ComparisonRow]]
  /// The slice that runs now.
  public private(set) var current: Slice?
  /// Slices that have ended.
  public private(set) var slicesDone = 0
  /// The flavour of the host's KVM.
  public var hostKVM = ""
  /// CPUs of the host.
  public var hostCPUs = 0
  /// Why it could not go on; one line.
  public var problem: String?
  /// Whether it was ended before its time.
  public var isCut = false
  /// Whether it has ended.
  public var isFinished = false

  /// Nothing measured yet.
  public init(_ plan: ComparisonPlan) {
    self.plan = plan
    rows = plan.trials.map { $0.policies.map(ComparisonRow.init) }
  }

  /// The slices of a round of a trial, in order; none where it needs no more rounds. A policy with a machine of its
  /// own has one. After the plan's rounds those policies go on whose experiment has a `some` that is not there yet.
  public func slices(trial: Int, round: Int) -> [Slice] {
    let policies = plan.trials[trial].policies
    let places = plan.order(trial: trial, round: round).filter { place in
      if round >= plan.rounds { return isMissing(policies[place], trial, round) }
      return round == 0 || !plan.trials[trial].needsOwnMachine(policies[place])
    }
    return places.map { Slice(trial: trial, round: round, policy: $0) }
  }

  private func isMissing(_ policy: RendezvousPolicy, _ trial: Int, _ round: Int) -> Bool {
    guard round < plan.rounds * (1 + ComparisonPlan.patience) else { return false }
    return findings(trial: trial).contains {
      $0.expectation.policy == policy.preset && $0.expectation.bound == .some && !$0.isSeen
    }
  }

  /// A slice begins.
  public mutating func begin(_ slice: Slice) { current = slice }

  /// It has ended, and counted this.
  public mutating func end(_ slice: Slice, _ counts: ComparisonCounts) {
    rows[slice.trial][slice.policy].add(counts)
    current = nil
    slicesDone += 1
  }

  /// What the experiment of a trial shows so far; empty where it is none.
  public func findings(trial: Int) -> [Finding] {
    plan.trials[trial].experiment?.findings(rows[trial]) ?? []
  }

  /// Whether everything that was expected was seen.
  public var isAsExpected: Bool {
    plan.trials.indices.allSatisfy { findings(trial: $0).allSatisfy(\.isSeen) }
  }

  /// What runs now, in a few words; empty where nothing does.
  public var progress: String {
    guard let current else { return "" }
    let trial = plan.trials[current.trial]
    let name = trial.experiment.map { "\($0.name) " } ?? ""
    return
      "\(name)\(trial.scenario.name), \(trial.vcpus == 1 ? "1 vcpu" : "\(trial.vcpus) vcpus"): \(trial.policies[current.policy].preset)"
      + ", round \(current.round + 1)"
  }

  /// How much is done, 0 to 100.
  public var percent: Int {
    if isFinished { return 100 }
    return plan.sliceCount == 0 ? 100 : min(99, slicesDone * 100 / plan.sliceCount)
  }
}

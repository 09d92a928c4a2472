public import Commands
public import Rendezvous

/// Policies beside each other in one guest: what runs, and what is expected of it.
public struct ComparisonTrial: Sendable, Equatable {
  /// What the demo guest does.
  public var scenario: Scenario
  /// Its vcpus.
  public var vcpus: Int
  /// The policies, in the order of the table.
  public var policies: [RendezvousPolicy]
  /// What the operator injects meanwhile, again and again.
  public var load: [RepeatedInjection] = []
  /// Where threads are held up, and for how long.
  public var faults = RendezvousFaults()
  /// What is expected of it, where it is a named experiment.
  public var experiment: Experiment?

  /// A trial of `policies`.
  public init(scenario: Scenario, vcpus: Int, policies: [RendezvousPolicy]) {
    self.scenario = scenario
    self.vcpus = vcpus
    self.policies = policies
  }

  /// The trial that `experiment` asks for.
  public init(_ experiment: Experiment) {
    self.init(
      scenario: experiment.scenario, vcpus: experiment.vcpus, policies: experiment.policies)
    load = experiment.load
    faults = experiment.faults
    self.experiment = experiment
  }

  /// Whether `policy` has a machine of its own, and one long slice: it can hang a guest, and the watchdog needs its
  /// time.
  public func needsOwnMachine(_ policy: RendezvousPolicy) -> Bool { policy.danger != nil }
}

/// What is compared, for how long, and in which order.
public struct ComparisonPlan: Sendable, Equatable {
  /// One after the other.
  public var trials: [ComparisonTrial]
  /// Time of each policy in each trial, all rounds together, nanoseconds.
  public var nanoseconds: UInt64
  /// Slices of each policy: in a round each policy has one.
  public var rounds: Int
  /// How the policies of a round are ordered: 0 is the table's order, anything else shuffles each round its own way.
  public var seed: UInt64

  /// A trial may have this many more rounds while something that an experiment expects was not seen yet.
  public static let patience = 3
  /// Slices are not made shorter than this, nanoseconds: rather fewer rounds.
  public static let shortestSlice: UInt64 = 50_000_000

  /// A plan. `rounds` is brought down so that a slice is not shorter than ``shortestSlice``, but to 1 at least.
  public init(
    trials: [ComparisonTrial], nanoseconds: UInt64 = 2_000_000_000, rounds: Int = 5,
    seed: UInt64 = 0
  ) {
    self.trials = trials
    self.nanoseconds = max(1_000_000, nanoseconds)
    let most = Int(clamping: self.nanoseconds / Self.shortestSlice)
    self.rounds = max(1, min(rounds, most))
    self.seed = seed
  }

  /// The plan as it is carried out on a host with so many CPUs.
  public func carriedOut(hostCPUs: Int) -> ComparisonPlan {
    guard hostCPUs == 1 else { return self }
    var plan = self
    for index in plan.trials.indices {
      if let faults = plan.trials[index].experiment?.faultsOnOneCPU {
        plan.trials[index].faults = faults
      }
    }
    return plan
  }

  /// Every policy in every scenario with every number of vcpus.
  public init(
    scenarios: [Scenario], policies: [RendezvousPolicy], vcpus: [Int],
    nanoseconds: UInt64 = 2_000_000_000, rounds: Int = 5, seed: UInt64 = 0
  ) {
    let trials = scenarios.flatMap { scenario in
      vcpus.map { ComparisonTrial(scenario: scenario, vcpus: $0, policies: policies) }
    }
    self.init(trials: trials, nanoseconds: nanoseconds, rounds: rounds, seed: seed)
  }

  /// How long a slice is, nanoseconds.
  public var sliceNanoseconds: UInt64 { nanoseconds / UInt64(rounds) }

  /// The one slice of a policy that has a machine of its own is not shorter than this, nanoseconds: the watchdog
  /// ends a hang after 0.75 s.
  public static let shortestOwnSlice: UInt64 = 1_500_000_000

  /// How long a slice of `policy` is in `trial`, nanoseconds.
  public func sliceNanoseconds(_ policy: RendezvousPolicy, in trial: ComparisonTrial) -> UInt64 {
    trial.needsOwnMachine(policy)
      ? max(nanoseconds, Self.shortestOwnSlice) : sliceNanoseconds
  }

  /// Slices in all, without those of patience.
  public var sliceCount: Int {
    trials.reduce(0) { count, trial in
      trial.policies.reduce(count) { $0 + (trial.needsOwnMachine($1) ? 1 : rounds) }
    }
  }

  /// The policies of `trial` in the order of `round`, by their places in the table.
  public func order(trial: Int, round: Int) -> [Int] {
    var places = Array(trials[trial].policies.indices)
    guard seed != 0 else { return places }
    var generator = SeededGenerator(
      state: seed &+ UInt64(clamping: trial) &* 0x1_0000 &+ UInt64(clamping: round))
    places.shuffle(using: &generator)
    return places
  }
}

/// SplitMix64: the same numbers from the same seed on every machine.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }
}

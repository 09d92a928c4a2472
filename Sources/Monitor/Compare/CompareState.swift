import Commands
import Comparison
import Rendezvous

/// What the operator did to the page of comparisons, which lies over the views.
struct CompareState: Sendable, Equatable {
  /// Its two faces.
  enum Page: Sendable, Equatable {
    /// Policies one after the other, as a table.
    case table
    /// Two machines side by side.
    case pair
  }

  /// The face that is shown; nil: the page is closed.
  var page: Page?
  /// The one that is shown when it is opened again.
  var lastPage = Page.table
  /// What the guests do.
  var scenario = Scenario.initStorm
  /// The place of their number of vcpus in ``vcpuCounts``.
  var vcpuChoice = 1
  /// The place of the experiment that is run in place of that; nil: none.
  var experiment: Int?
  /// Whether unsafe policies are offered.
  var hasUnsafe = false
  /// The first line of the table that is shown.
  var top = 0
  /// The policies of A and B, by name.
  var names = [RendezvousPolicy.baseline.preset, RendezvousPolicy.landed.preset]

  static let vcpuCounts = [2, 4, 8, 16, 32, 64]
  /// Time of a policy in a comparison from the screen, nanoseconds.
  static let nanoseconds: UInt64 = 1_000_000_000

  var vcpus: Int { Self.vcpuCounts[vcpuChoice] }

  /// The policies that are offered.
  var policies: [RendezvousPolicy] {
    RendezvousPolicy.presets + (hasUnsafe ? RendezvousPolicy.unsafePresets : [])
  }

  /// What Enter measures.
  var plan: ComparisonPlan {
    guard let experiment, Experiment.all.indices.contains(experiment) else {
      return ComparisonPlan(
        scenarios: [scenario], policies: policies, vcpus: [vcpus], nanoseconds: Self.nanoseconds)
    }
    return ComparisonPlan(
      trials: [ComparisonTrial(Experiment.all[experiment])], nanoseconds: Self.nanoseconds)
  }

  /// The two machines that Enter starts.
  var pair: PairPlan {
    let chosen = names.map { name in policies.first { $0.preset == name } ?? .landed }
    return PairPlan(scenario: scenario, vcpus: vcpus, a: chosen[0], b: chosen[1])
  }

  /// Takes the policy `step` further for one side.
  mutating func choosePolicy(_ side: Int, _ step: Int) {
    let policies = policies
    let place = policies.firstIndex { $0.preset == names[side] } ?? 0
    names[side] = policies[(place + step + policies.count) % policies.count].preset
  }

  mutating func chooseScenario() {
    let all = Scenario.allCases
    let place = all.firstIndex(of: scenario) ?? 0
    scenario = all[(place + 1) % all.count]
    experiment = nil
  }

  mutating func chooseVCPUs() {
    vcpuChoice = (vcpuChoice + 1) % Self.vcpuCounts.count
    experiment = nil
  }

  /// The next experiment; after the last one none.
  mutating func chooseExperiment() {
    let next = experiment.map { $0 + 1 } ?? 0
    experiment = next < Experiment.all.count ? next : nil
  }

  mutating func toggleUnsafe() {
    hasUnsafe.toggle()
    let offered = policies
    for side in names.indices where !offered.contains(where: { $0.preset == names[side] }) {
      names[side] = RendezvousPolicy.landed.preset
    }
  }
}

/// What the application is to do about comparisons: machines are its own.
public enum CompareRequest: Sendable, Equatable {
  /// Measure the plan, on a thread of its own; ``MonitorModel/comparison`` takes how far it is.
  case run(ComparisonPlan)
  /// End that soon.
  case cut
  /// Let two machines run; those that ran before are ended. ``MonitorModel/pair`` takes what they count.
  case runPair(PairPlan)
  /// End them.
  case endPair
}

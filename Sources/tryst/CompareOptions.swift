import ArgumentParser
import Commands
import Comparison
import Machine
import Rendezvous

/// What `tryst compare` is asked to compare.
struct CompareOptions: ParsableArguments {
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "What the demo guest does: init-storm; one or more of the scenarios of tryst run.",
      valueName: "scenario"),
    completion: .list(Scenario.allCases.map(\.name)))
  var scenario: [String] = []
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Rendezvous policies beside each other; default: every safe one.", valueName: "policy"),
    completion: .list((RendezvousPolicy.presets + RendezvousPolicy.unsafePresets).map(\.preset)))
  var policy: [String] = []
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Vcpus of the guest, 1 to 1024; default 4.", valueName: "number"))
  var cpus: [Int] = []
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Experiments in place of scenarios: \(Experiment.all.map(\.name).joined(separator: ", ")), or all.",
      discussion:
        "Those with unsafe policies need no --unsafe-policies: each runs in a guest of its own.",
      valueName: "name"),
    completion: .list(Experiment.all.map(\.name)))
  var experiment: [String] = []
  @Option(
    name: .customLong("for"),
    help: "Time of each policy in each guest, all rounds together: 500ms, 3s, 2m.")
  var duration = "2s"
  @Option(help: "Slices of each policy: they take turns, and ratios are medians.")
  var rounds = 5
  @Option(help: "0: policies in the order given; else each round is shuffled by this number.")
  var seed: UInt64 = 0
  @Flag(help: "Allow policies that hang a guest or leave members out.")
  var unsafePolicies = false

  /// What they ask for, checked.
  func plan() throws(Failure) -> ComparisonPlan {
    guard let duration = RunDuration(self.duration) else {
      throw Failure(
        ExitStatus.usage, "--for '\(self.duration)' is no time; give one like 500ms, 3s or 2m")
    }
    guard (1...1000).contains(rounds) else {
      throw Failure(ExitStatus.usage, "--rounds \(rounds) is out of range; there may be 1 to 1000")
    }
    return ComparisonPlan(
      trials: try experiment.isEmpty ? trials() : experimentTrials(),
      nanoseconds: duration.nanoseconds, rounds: rounds, seed: seed)
  }

  private func experimentTrials() throws(Failure) -> [ComparisonTrial] {
    for (option, isGiven) in [
      ("--scenario", !scenario.isEmpty), ("--policy", !policy.isEmpty), ("--cpus", !cpus.isEmpty),
    ] where isGiven {
      throw Failure(ExitStatus.usage, "\(option) and --experiment exclude each other")
    }
    if experiment == ["all"] { return Experiment.all.map { ComparisonTrial($0) } }
    var trials: [ComparisonTrial] = []
    for name in experiment {
      guard let found = Experiment.named(name) else {
        throw Failure(
          ExitStatus.usage,
          "--experiment '\(name)' is unknown; there are \(Experiment.all.map(\.name).joined(separator: ", "))"
        )
      }
      trials.append(ComparisonTrial(found))
    }
    return trials
  }

  private func trials() throws(Failure) -> [ComparisonTrial] {
    var scenarios: [Scenario] = []
    for name in scenario.isEmpty ? [Scenario.initStorm.name] : scenario {
      guard let found = Scenario(name: name) else {
        throw Failure(
          ExitStatus.usage,
          "--scenario '\(name)' is unknown; there are \(Scenario.allCases.map(\.name).joined(separator: ", "))"
        )
      }
      scenarios.append(found)
    }
    let cpus = cpus.isEmpty ? [4] : cpus
    for number in cpus where !(1...MachineConfiguration.maximumVCPUs).contains(number) {
      throw Failure(
        ExitStatus.usage,
        "--cpus \(number) is out of range; the demo guest has 1 to \(MachineConfiguration.maximumVCPUs)"
      )
    }
    return ComparisonPlan(scenarios: scenarios, policies: try policies(), vcpus: cpus).trials
  }

  private func policies() throws(Failure) -> [RendezvousPolicy] {
    let safe = RendezvousPolicy.presets
    let offered = unsafePolicies ? safe + RendezvousPolicy.unsafePresets : safe
    if policy.isEmpty { return offered }
    var found: [RendezvousPolicy] = []
    for name in policy {
      guard let preset = RendezvousPolicy.preset(named: name) else {
        throw Failure(
          ExitStatus.usage,
          "--policy '\(name)' is unknown; there are \(offered.map(\.preset).joined(separator: ", "))"
        )
      }
      guard offered.contains(preset) else {
        throw Failure(
          ExitStatus.usage, "--policy '\(name)' can hang a guest; --unsafe-policies allows it")
      }
      if !found.contains(preset) { found.append(preset) }
    }
    return found
  }
}

import Commands
import Rendezvous

/// The list of policies or scenarios to choose from.
struct Chooser: Sendable, Equatable {
  /// What is chosen.
  enum Subject: Sendable, Equatable { case policy, scenario }
  let subject: Subject
  var selected: Int

  var count: Int {
    switch subject {
    case .policy: RendezvousPolicy.presets.count
    case .scenario: Scenario.allCases.count
    }
  }

  /// The command that Enter gives.
  var command: Command {
    switch subject {
    case .policy: .setPolicy(RendezvousPolicy.presets[selected])
    case .scenario: .setScenario(Scenario.allCases[selected])
    }
  }

  mutating func move(by step: Int) { selected = min(max(0, selected + step), count - 1) }
}

import Commands
import Rendezvous

/// The list of policies or scenarios to choose from.
struct Chooser: Sendable, Equatable {
  /// What is chosen.
  enum Subject: Sendable, Equatable { case policy, scenario }
  let subject: Subject
  var selected: Int
  /// Those that are offered, where it is about policies.
  let policies: [RendezvousPolicy]

  init(subject: Subject, selected: Int, _ policies: [RendezvousPolicy] = []) {
    self.subject = subject
    self.selected = selected
    self.policies = policies
  }

  var count: Int {
    switch subject {
    case .policy: policies.count
    case .scenario: Scenario.allCases.count
    }
  }

  /// The command that Enter gives.
  var command: Command {
    switch subject {
    case .policy: .setPolicy(policies[selected])
    case .scenario: .setScenario(Scenario.allCases[selected])
    }
  }

  mutating func move(by step: Int) { selected = min(max(0, selected + step), count - 1) }
}

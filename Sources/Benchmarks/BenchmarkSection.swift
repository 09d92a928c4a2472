/// What `tryst bench` measures, in the order in which it does.
public enum BenchmarkSection: String, Sendable, CaseIterable {
  /// The exit loop.
  case exit
  /// The look before each guest entry.
  case check
  /// Vcpus that meet.
  case rendezvous
  /// One vcpu that is called.
  case kick
  /// From nothing to running vcpus.
  case start
  /// What observing costs.
  case telemetry
  /// Interrupts from vcpu to vcpu.
  case ipi
  /// What the screen costs.
  case monitor

  /// In a heading.
  public var title: String {
    switch self {
    case .exit: "exit loop: time of an exit, or of a round of exits"
    case .check: "pending check: one look before a guest entry"
    case .rendezvous: "rendezvous: from the request until the initiator goes on"
    case .kick: "kick: one vcpu, from the request until it has answered"
    case .start: "start: from nothing to vcpus that run"
    case .telemetry: "telemetry: what observers cost"
    case .ipi: "IPI: a round, to one vcpu or to all others, until the answer of the last"
    case .monitor: "monitor: the program on a terminal of 120 by 40, 10 frames a second"
    }
  }

  /// What its parts of the whole time are.
  var weight: Double {
    switch self {
    case .exit: 3
    case .check: 1
    case .rendezvous: 9
    case .kick: 2
    case .start: 5
    case .telemetry: 2
    case .ipi: 6
    case .monitor: 7
    }
  }
}

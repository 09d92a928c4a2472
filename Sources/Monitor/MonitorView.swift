/// What the screen shows between the tabs and the bar.
public enum MonitorView: Int, Sendable, CaseIterable {
  /// Everything at a glance, in panes.
  case overview
  /// One rendezvous after the other, and one of them as lanes.
  case timeline
  /// Who sends IPIs to whom.
  case ipi
  /// One vcpu closely.
  case vcpu
  /// I/O APIC pins and the 8259 pair.
  case interrupts
  /// The guest's serial console, alone.
  case console
  /// The log, alone.
  case log
  /// The rendezvous policies.
  case policies

  /// The word in the tabs.
  public var title: String {
    switch self {
    case .overview: "Overview"
    case .timeline: "Timeline"
    case .ipi: "IPI"
    case .vcpu: "vCPU"
    case .interrupts: "Interrupts"
    case .console: "Console"
    case .log: "Log"
    case .policies: "Policies"
    }
  }

  /// One line for the help screen.
  var meaning: String {
    switch self {
    case .overview: "vcpus, counters, console and log"
    case .timeline: "every rendezvous, and one as lanes"
    case .ipi: "who sends IPIs to whom"
    case .vcpu: "registers and local APIC of one vcpu"
    case .interrupts: "I/O APIC pins and the 8259 pair"
    case .console: "the serial console alone"
    case .log: "the log alone"
    case .policies: "the designs of the review, one in force"
    }
  }

  /// Where its keys go.
  var context: InputContext {
    switch self {
    case .overview: .overview
    case .timeline: .timeline
    case .ipi: .ipi
    case .vcpu: .vcpu
    case .interrupts: .interrupts
    case .console: .console
    case .log: .log
    case .policies: .policies
    }
  }

  /// The digit that shows it.
  var key: Unicode.Scalar { Unicode.Scalar(UInt8(ascii: "1") + UInt8(rawValue)) }

  /// The view `step` further, round and round.
  func moved(_ step: Int) -> MonitorView {
    let all = MonitorView.allCases
    return all[(rawValue + step + all.count) % all.count]
  }
}

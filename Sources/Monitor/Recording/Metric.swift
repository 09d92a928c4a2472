import Commands
import Rendezvous
import Telemetry
import Themes

/// A counter of the machine that the monitor follows in time.
enum Metric: Int, CaseIterable, Sendable {
  case initIPI, byINIT, byRedirection, byOperator
  case fixed, lowestPriority, nmi, startup, selfIPI, message, pin
  case member, early, bystander, void
  case signalled, woken, elided
  case rendezvous, spurious, ipis, exits

  /// The groups of the counters pane, in order. The first two say what the project is about: what
  /// makes vcpus meet, and what never does.
  enum Group: Int, CaseIterable, Sendable {
    case causes, never, exits, kicks

    /// The title of the card.
    var title: String {
      switch self {
      case .causes: "Cause a rendezvous"
      case .never: "Never cause a rendezvous"
      case .exits: "Rendezvous exits"
      case .kicks: "Kicks to members"
      }
    }
    /// The title of a line of counters.
    var word: String {
      switch self {
      case .causes: "causes"
      case .never: "never"
      case .exits: "exits"
      case .kicks: "kicks"
      }
    }
    var metrics: [Metric] {
      switch self {
      case .causes: [.initIPI, .byINIT, .byRedirection, .byOperator]
      case .never: [.fixed, .lowestPriority, .nmi, .startup, .selfIPI, .message, .pin]
      case .exits: [.member, .early, .bystander, .void]
      case .kicks: [.signalled, .woken, .elided]
      }
    }
    /// Those that count different things, whose sum means something: an INIT IPI and the rendezvous
    /// that it causes are one event.
    var summed: [Metric] { metrics.filter { $0 != .initIPI } }
  }

  /// Every metric of the counters pane, in the order in which the selection moves.
  static let selectable = Group.allCases.flatMap(\.metrics)

  /// The label in a line of counters.
  var word: String {
    switch self {
    case .initIPI: "INIT IPIs"
    case .byINIT: "by INIT"
    case .byRedirection: "by redirection"
    case .byOperator: "by operator"
    case .fixed: "FIXED"
    case .lowestPriority: "low"
    case .nmi: "NMI"
    case .startup: "SIPI"
    case .selfIPI: "self"
    case .message: "MSI"
    case .pin: "pin"
    case .member: "member"
    case .early: "early"
    case .bystander: "bystander"
    case .void: "void"
    case .signalled: "signalled"
    case .woken: "woken"
    case .elided: "elided"
    case .rendezvous: "rdv/s"
    case .spurious: "spurious/s"
    case .ipis: "IPI/s"
    case .exits: "exits/s"
    }
  }

  /// The label in a card, at most 16 columns.
  var label: String {
    switch self {
    case .byINIT: "rdv by INIT"
    case .byRedirection: "rdv by redirect."
    case .byOperator: "rdv by operator"
    case .fixed: "FIXED IPIs"
    case .lowestPriority: "lowest-prio IPIs"
    case .nmi: "NMI IPIs"
    case .startup: "SIPIs"
    case .selfIPI: "self IPIs"
    case .message: "MSIs"
    case .pin: "pin interrupts"
    default: word
    }
  }

  /// One sentence for the status line.
  var meaning: String {
    switch self {
    case .initIPI: "INIT IPIs: each makes its targets meet"
    case .byINIT: "rendezvous caused by INIT"
    case .byRedirection: "rendezvous caused by a changed redirection entry"
    case .byOperator: "bare rendezvous asked for by the operator"
    case .fixed: "FIXED IPIs: delivered without a rendezvous"
    case .lowestPriority: "lowest-priority IPIs: delivered without a rendezvous"
    case .nmi: "NMI IPIs: delivered without a rendezvous"
    case .startup: "SIPIs: start a waiting vcpu, no rendezvous"
    case .selfIPI: "FIXED IPIs to self: no rendezvous"
    case .message: "message-signalled interrupts: no rendezvous"
    case .pin: "interrupts of I/O APIC pins: no rendezvous"
    case .member: "exits of members, as meant"
    case .early: "members that saw their bit before the function"
    case .bystander: "spurious: no member, stalled until the end"
    case .void: "spurious: nothing was in progress any more"
    case .signalled: "members signalled out of the guest"
    case .woken: "members woken from HLT, SIPI wait or stop"
    case .elided: "members that were out already"
    case .rendezvous: "rendezvous requested"
    case .spurious: "bystander and void exits"
    case .ipis: "IPIs sent"
    case .exits: "exits of all vcpus"
    }
  }

  var role: Role {
    switch self {
    case .initIPI, .byINIT, .byRedirection, .byOperator, .rendezvous: .rendezvous
    case .bystander, .void, .spurious: .spurious
    case .fixed, .lowestPriority, .nmi, .startup, .selfIPI, .ipis: .ipi
    default: .text
    }
  }

  /// Which of the operator's IPIs are part of it.
  var ipiKind: IPIKind? {
    switch self {
    case .initIPI: .initIPI
    case .fixed: .fixed
    case .lowestPriority: .lowestPriority
    case .nmi: .nmi
    case .startup: .startup
    case .selfIPI: .selfIPI
    default: nil
    }
  }
}

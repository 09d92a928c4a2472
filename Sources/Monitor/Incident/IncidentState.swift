import Rendezvous
import Telemetry

/// What the operator is told of by a line over every view: the first panic that would have been, and the first time
/// that each policy broke a rendezvous. Each is told once in a run, until it was looked at or dismissed; the log
/// has all of them.
struct IncidentState: Sendable {
  enum Incident: Sendable {
    case assertion(AssertionFailure)
    case broken(BrokenRendezvous, timeNanoseconds: UInt64)
  }

  /// Kinds that are told, so that nothing grows without end.
  private static let limit = 64

  /// Those that wait for the operator, oldest first.
  private var waiting: [Incident] = []
  private var told: Set<String> = []

  /// What the line says now.
  var banner: Incident? { waiting.first }

  /// Takes an entry of the log.
  mutating func note(_ entry: LogEntry) {
    switch entry.event {
    case .assertionFailed(let failure): add(.assertion(failure), "assertion")
    case .rendezvousBroken(let broken):
      add(
        .broken(broken, timeNanoseconds: entry.timeNanoseconds),
        "\(broken.hazard.rawValue) \(broken.policy)")
    default: break
    }
  }

  private mutating func add(_ incident: Incident, _ kind: String) {
    guard told.count < Self.limit, told.insert(kind).inserted else { return }
    waiting.append(incident)
  }

  /// Takes the line away; it was looked at or dismissed.
  mutating func dismiss() { if !waiting.isEmpty { waiting.removeFirst() } }
}

extension IncidentState.Incident {
  /// Its page.
  var subject: Page.Subject {
    switch self {
    case .assertion(let failure): .assertion(failure)
    case .broken(let broken, let time): .broken(broken, timeNanoseconds: time)
    }
  }

  /// The line over every view.
  var words: String {
    switch self {
    case .assertion(let failure): "panic would have been: vcpu \(failure.vcpu)"
    case .broken(let broken, _):
      switch broken.hazard {
      case .hang: "\(broken.policy) hung rendezvous #\(broken.rendezvous); it was ended"
      case .livelock: "\(broken.policy) kept vcpus out of the guest; it was ended"
      case .missingMembers: "\(broken.policy): rendezvous #\(broken.rendezvous) lacks members"
      }
    }
  }
}

extension MonitorModel {
  /// Takes the incidents among `entries`.
  mutating func noteIncidents(_ entries: [LogEntry]) {
    for entry in entries { ui.incidents.note(entry) }
  }

  /// Does `action` where it is the line's.
  mutating func performIncident(_ action: Action) -> [MonitorEffect]? {
    switch action {
    case .lookAtIncident:
      if let incident = ui.incidents.banner { open(incident.subject) }
      ui.incidents.dismiss()
    case .dismissIncident: ui.incidents.dismiss()
    default: return nil
    }
    return []
  }
}

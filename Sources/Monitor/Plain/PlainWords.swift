import Commands
import Rendezvous
import Telemetry

/// Events and states in words, without the columns that an eye needs and an ear does not.
enum PlainWords {
  static func event(_ event: LogEvent) -> String {
    switch event {
    case .rendezvous(let record): rendezvous(record)
    case .injection(let report):
      "injection \(report.id) \(report.injection.words): \(OutcomeWords.line(report))"
    case .policyChanged(let name): "policy \(name)"
    case .scenarioChanged(let name): "scenario \(name)"
    case .message(let text): "message: \(text)"
    case .assertionFailed(let failure): IncidentWords.line(failure)
    case .rendezvousBroken(let broken): IncidentWords.line(broken)
    case .dropped(let count): "lost \(count) record\(count == 1 ? "" : "s"): nobody read in time"
    }
  }

  private static func rendezvous(_ record: RendezvousRecord) -> String {
    let initiator = record.initiator.map { "vcpu \($0)" } ?? "the operator"
    let several = record.targets.count == 1 ? "" : "s"
    var text = "rendezvous \(record.id) \(record.cause.word) by \(initiator) "
    text += "for vcpu\(several) \(record.targets), "
    text += Quantity.duration(record.latencyNanoseconds)
    // Of one alone nobody needs to know who came last.
    if record.targets.count > 1, let slowest = record.slowest { text += ", last vcpu \(slowest)" }
    if record.bystanders > 0 {
      let stall = Quantity.duration(record.bystanderStallNanoseconds)
      text +=
        ", \(record.bystanders) bystander\(record.bystanders == 1 ? "" : "s") stalled \(stall)"
    }
    return text
  }

  /// `2 running, 1 halted`, in the order of the states; `stopped` where the operator stopped the guest.
  static func states(_ snapshot: Snapshot) -> String {
    if snapshot.isStopped { return "guest stopped" }
    let parts = VCPUState.allCases.compactMap { state -> String? in
      let count = snapshot.vcpus.count { $0.state == state }
      return count == 0 ? nil : "\(count) \(word(state))"
    }
    return parts.isEmpty ? "no vcpus" : parts.joined(separator: ", ")
  }

  private static func word(_ state: VCPUState) -> String {
    switch state {
    case .idle: "idle"
    case .vmm: "in our code"
    case .running: "running"
    case .kicked: "kicked"
    case .halted: "halted"
    case .waiting: "waiting"
    case .waitForSIPI: "waiting for SIPI"
    case .stopped: "stopped"
    case .shutdown: "shut down"
    case .fault: "at fault"
    }
  }

  /// `text` with words for our own signs.
  static func spoken(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "→": result.append(contentsOf: "to".unicodeScalars)
      case "µ": result.append("u")
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}

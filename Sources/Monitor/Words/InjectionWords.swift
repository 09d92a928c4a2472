public import Commands
import Rendezvous
public import Telemetry

extension PendingReason {
  /// The reason in the field's words.
  public var words: String {
    switch self {
    case .interruptsDisabled: "IF=0"
    case .interruptShadow: "in the shadow of STI or MOV SS"
    case .processorPriority: "PPR blocks it"
    case .waitForSIPI: "the vcpu waits for a SIPI"
    case .eventInFlight: "an earlier event is being delivered"
    case .stopped: "the guest is stopped"
    case .nmiBlocked: "an NMI handler still runs"
    case .notSeen: "the vcpu has not come out of the guest yet"
    }
  }
}

extension IgnoredReason {
  /// The reason in the field's words; `vcpu` where it is one vcpu's.
  public func words(vcpu: Int?) -> String {
    let subject = vcpu.map { "vcpu \($0)" } ?? "the target"
    return switch self {
    case .localAPICDisabled: "the local APIC of \(subject) is disabled"
    case .pinMasked: "pin masked"
    case .pinUnchanged: "the pin was at that level already"
    case .remoteIRR: "remote IRR is set: no EOI yet for this level interrupt"
    case .notWaitingForSIPI: "\(subject) does not wait for SIPI"
    case .noDestination: "no vcpu has that destination"
    case .illegalVector: "the vector is below 16"
    case .targetDown: "\(subject) has stopped for good"
    case .aborted: "its rendezvous was ended before all had met"
    case .entryUnchanged: "nothing in the entry changed"
    case .resetByINIT: "an INIT reset \(subject) first"
    case .deliveryMode: "no such delivery mode is taken here"
    }
  }
}

extension Injection {
  /// What is injected, and into what: `FIXED 0x40 → 0,2-3`.
  public var words: String {
    switch self {
    case .fixed(let vector, let targets):
      return "FIXED \(NumberText.hexadecimal(UInt64(vector))) → \(targets)"
    case .nmi(let targets): return "NMI → \(targets)"
    case .initIPI(let targets): return "INIT → \(targets)"
    case .startup(let vector, let targets):
      return "SIPI \(NumberText.hexadecimal(UInt64(vector))) → \(targets)"
    case .message(let address, let data):
      let vector = NumberText.hexadecimal(UInt64(data & 0xff))
      return "MSI \(vector) → APIC id \(address >> 12 & 0xff)"
    case .pin(let pin, let action): return "pin \(pin) \(action.rawValue)"
    case .redirectionEntry(let pin, let value):
      return "entry \(pin) = \(NumberText.hexadecimal(value))"
    case .rendezvous(let targets): return "rendezvous → \(targets)"
    case .lockAll: return "lock-all"
    }
  }
}

/// What became of an injection, in words.
public enum OutcomeWords {
  /// One line for the whole report: `delivered after 41 µs, guest saw it`; several targets with the
  /// same outcome are put together, and each rendezvous follows with its latency.
  public static func line(_ report: InjectionReport) -> String {
    if let repetition = report.repetition { return RepeatWords.line(repetition, report.isFinal) }
    var parts: [String] = []
    if let outcome = report.outcome {
      parts.append(words([InjectionReport.Target(vcpu: -1, outcome: outcome)], alone: true))
    }
    let groups = grouped(report.targets)
    for group in groups {
      parts.append(words(group, alone: report.targets.count == 1))
    }
    for record in report.rendezvous {
      parts.append("rendezvous #\(record.id) \(Quantity.duration(record.latencyNanoseconds))")
    }
    if parts.isEmpty { return report.isFinal ? "done" : "under way" }
    return parts.joined(separator: "; ")
  }

  /// Targets with the same kind of outcome, in the order of their first.
  private static func grouped(_ targets: [InjectionReport.Target]) -> [[InjectionReport.Target]] {
    var groups: [[InjectionReport.Target]] = []
    for target in targets {
      if let index = groups.firstIndex(where: { same($0[0].outcome, target.outcome) }) {
        groups[index].append(target)
      } else {
        groups.append([target])
      }
    }
    return groups
  }

  private static func same(_ left: InjectionOutcome, _ right: InjectionOutcome) -> Bool {
    switch (left, right) {
    case (.delivered, .delivered), (.done, .done), (.coalesced, .coalesced): true
    case (.pending(let one), .pending(let other)): one == other
    case (.ignored(let one), .ignored(let other)): one == other
    default: false
    }
  }

  private static func words(_ group: [InjectionReport.Target], alone: Bool) -> String {
    let longest = group.reduce(UInt64(0)) { longest, target in
      switch target.outcome {
      case .delivered(let time), .done(let time): max(longest, time)
      default: longest
      }
    }
    let time = (group.count > 1 ? "up to " : "") + Quantity.duration(longest)
    let outcome: String
    switch group[0].outcome {
    case .delivered: outcome = "delivered after \(time)\(seen(group))"
    case .done: outcome = "done after \(time)"
    case .coalesced: outcome = "coalesced: already pending in IRR"
    case .pending(let reason): outcome = "pending: \(reason.words)"
    case .ignored(let reason):
      let vcpu = group.count == 1 && group[0].vcpu >= 0 ? group[0].vcpu : nil
      outcome = "ignored: \(reason.words(vcpu: vcpu))"
    }
    if alone { return outcome }
    let set = CPUSet(group.map(\.vcpu).filter { $0 >= 0 && $0 < CPUSet.capacity })
    return "vcpu\(group.count > 1 ? "s" : "") \(set) \(outcome)"
  }

  /// What the guest's own counters say.
  private static func seen(_ group: [InjectionReport.Target]) -> String {
    let counted = group.compactMap(\.guestSaw)
    if counted.isEmpty { return "" }
    let saw = counted.filter { $0 > 0 }.count
    if saw == 0 { return ", guest has not seen it" }
    if group.count == 1 { return ", guest saw it" }
    return saw == group.count ? ", guest saw all" : ", guest saw \(saw) of \(group.count)"
  }
}

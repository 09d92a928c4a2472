import Telemetry

/// Why what is pending is not delivered, in plain words with the numbers. Everything that holds the highest
/// vector back is named, from the outside in: the operator, the vcpu's state, the priority, the processor.
enum DeliveryWords {
  /// One sentence, or two. `isPairRequesting`: whether the 8259 pair asks for an interrupt.
  static func text(
    _ detail: VCPUDetail, _ vcpu: VCPUSnapshot, isStopped: Bool, isPairRequesting: Bool = false
  ) -> String {
    guard let highest = VectorSet(detail.localAPIC.interruptRequest).highest else {
      // What is pending without a vector in IRR came by LINT0.
      if isPairRequesting, let reason = detail.pendingReason {
        return "An interrupt of the 8259 pair waits: \(reason.words)."
      }
      return detail.isNMIBlocked
        ? "Nothing pends in IRR. NMIs wait: an NMI handler runs." : "Nothing pends in IRR."
    }
    let name = "0x" + RegisterWords.hex(UInt64(highest), 2)
    let reasons = reasons(highest, detail, vcpu, isStopped: isStopped)
    if !reasons.isEmpty { return "\(name) waits: \(reasons.joined(separator: "; "))." }
    return vcpu.state == .halted
      ? "\(name) ends HLT: it is taken at the next entry." : "\(name) is taken at the next entry."
  }

  private static func reasons(
    _ vector: Int, _ detail: VCPUDetail, _ vcpu: VCPUSnapshot, isStopped: Bool
  ) -> [String] {
    var reasons: [String] = []
    switch vcpu.state {
    case .shutdown, .fault: return ["the vcpu has ended"]
    case .waitForSIPI: reasons.append("the vcpu waits for SIPI")
    default:
      if isStopped || vcpu.state == .stopped { reasons.append("stopped by the operator") }
    }
    let priority = priority(vector, detail.localAPIC)
    if let priority { reasons.append(priority) }
    let isHalted = vcpu.state == .halted
    if !detail.interruptFlag {
      if isHalted {
        reasons.append("halted with IF 0, only an NMI or INIT ends that")
      } else {
        reasons.append(detail.isNMIBlocked ? "IF is 0, an NMI handler runs" : "IF is 0")
      }
    }
    if detail.hasInterruptShadow { reasons.append("in the shadow of STI or MOV SS") }
    // What only the vcpu's own thread could see.
    switch detail.pendingReason {
    case .eventInFlight: reasons.append("an earlier event is being delivered")
    case .notSeen where reasons.isEmpty:
      reasons.append("the vcpu has not come out of the guest yet")
    default: break
    }
    return reasons
  }

  /// The rule of the local APIC: only a class above that of PPR is delivered (SDM vol. 3, "Task and
  /// Processor Priorities").
  private static func priority(_ vector: Int, _ apic: LocalAPICDetail) -> String? {
    let (own, processor) = (vector >> 4, Int(apic.processorPriority) >> 4)
    guard own <= processor else { return nil }
    var causes: [String] = []
    if let serviced = VectorSet(apic.inService).highest, serviced >> 4 == processor {
      causes.append("0x\(RegisterWords.hex(UInt64(serviced), 2)) is in service, no EOI yet")
    }
    if Int(apic.taskPriority) >> 4 == processor {
      causes.append("TPR is 0x\(RegisterWords.hex(UInt64(apic.taskPriority), 2))")
    }
    let cause = causes.isEmpty ? "" : " (\(causes.joined(separator: "; ")))"
    return "its class \(RegisterWords.hex(UInt64(own))) is not above PPR class "
      + "\(RegisterWords.hex(UInt64(processor)))\(cause)"
  }
}

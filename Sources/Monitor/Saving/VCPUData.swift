import Rendezvous
import Telemetry

/// What `w` saves of the vCPU view: the selected vcpu's counters and exits, and the close look at it where
/// there is one. Registers are hexadecimal text.
enum VCPUData {
  static func members(_ model: MonitorModel) -> [ReportValue.Member] {
    guard let looks = VCPULooks(model) else { return [] }
    let vcpu = looks.vcpu
    var members: [ReportValue.Member] = [
      .init("vcpu", .count(vcpu.id)), .init("state", .text(vcpu.state.name)),
      .init("rip", .hex(vcpu.rip)), .init("exits", exits(vcpu)), .init("counters", counters(vcpu)),
    ]
    if let detail = looks.detail {
      members += [
        .init("lookTimeNanoseconds", .number(detail.timeNanoseconds)),
        .init("registers", registers(detail.registers)),
        .init("localAPIC", localAPIC(detail.localAPIC)),
        .init("interruptFlag", .flag(detail.interruptFlag)),
        .init("interruptShadow", .flag(detail.hasInterruptShadow)),
        .init("nmiBlocked", .flag(detail.isNMIBlocked)),
      ]
      if let reason = detail.pendingReason {
        members.append(.init("pendingReason", .text("\(reason)")))
      }
    }
    return members
  }

  private static func exits(_ vcpu: VCPUSnapshot) -> ReportValue {
    .list(
      ExitReason.allCases.map { reason in
        .object([
          .init("reason", .text("\(reason)")), .init("count", .number(vcpu.exits[reason])),
          .init("handlerNanoseconds", .number(vcpu.handlerNanoseconds[reason])),
        ])
      })
  }

  private static func counters(_ vcpu: VCPUSnapshot) -> ReportValue {
    .object([
      .init("rendezvousExits", .tally(vcpu.rendezvousExits)),
      .init("rendezvousTaken", .number(vcpu.rendezvousTaken)),
      .init("stallNanoseconds", .number(vcpu.stallNanoseconds)),
      .init("haltSpins", .number(vcpu.haltSpins)),
      .init("assertionWouldFire", .number(vcpu.assertionWouldFire)),
      .init("checkLockWaitNanoseconds", .number(vcpu.checkLockWaitNanoseconds)),
      .init("haltedNanoseconds", .number(vcpu.haltedNanoseconds)),
      .init("guestNanoseconds", .number(vcpu.guestNanoseconds)),
      .init("ipisSent", .tally(vcpu.ipisSent)), .init("ipisReceived", .number(vcpu.ipisReceived)),
      .init("interruptsInjected", .number(vcpu.interruptsInjected)),
      .init("nmisInjected", .number(vcpu.nmisInjected)), .init("eois", .number(vcpu.eois)),
      .init("guestSaw", .number(vcpu.guestSaw)), .init("initResets", .number(vcpu.initResets)),
      .init("startups", .number(vcpu.startups)), .init("unknownMSRs", .number(vcpu.unknownMSRs)),
      .init("repairs", .number(vcpu.repairs)), .init("singleSteps", .number(vcpu.singleSteps)),
    ])
  }

  private static func registers(_ registers: VCPURegisters) -> ReportValue {
    var members = zip(VCPURegisters.names, registers.general).map { name, value in
      ReportValue.Member(name, .hex(value))
    }
    for (name, value) in [
      ("rip", registers.rip), ("rflags", registers.rflags), ("cr0", registers.cr0),
      ("cr2", registers.cr2), ("cr3", registers.cr3), ("cr4", registers.cr4),
      ("efer", registers.efer),
    ] {
      members.append(.init(name, .hex(value)))
    }
    for (name, value) in zip(["cs", "ds", "es", "ss", "fs", "gs"], registers.selectors) {
      members.append(.init(name, .hex(UInt64(value))))
    }
    members += [
      .init("longMode", .flag(registers.isLongMode)),
      // 0: the control registers and selectors were never looked at.
      .init("systemTimeNanoseconds", .number(registers.systemTimeNanoseconds)),
    ]
    return .object(members)
  }

  private static func localAPIC(_ apic: LocalAPICDetail) -> ReportValue {
    .object([
      .init("id", .number(UInt64(apic.id))), .init("base", .hex(apic.base)),
      .init("mode", .text(LocalAPICWords.mode(apic.base))),
      .init("tpr", .hex(UInt64(apic.taskPriority))),
      .init("ppr", .hex(UInt64(apic.processorPriority))),
      .init("ldr", .hex(UInt64(apic.logicalDestination))),
      .init("dfr", .hex(UInt64(apic.destinationFormat))),
      .init("svr", .hex(UInt64(apic.spuriousVector))),
      .init("esr", .hex(UInt64(apic.errorStatus))), .init("icr", .hex(apic.interruptCommand)),
      .init("irrVectors", vectors(apic.interruptRequest)),
      .init("isrVectors", vectors(apic.inService)),
      .init("tmrVectors", vectors(apic.triggerMode)),
      .init(
        "lvt",
        .object(
          zip(LocalAPICDetail.localVectorNames, apic.localVectors).map {
            .init($0, .hex(UInt64($1)))
          })),
      .init("timerInitialCount", .number(UInt64(apic.initialCount))),
      .init("timerCurrentCount", .number(UInt64(apic.currentCount))),
    ])
  }

  private static func vectors(_ words: [UInt32]) -> ReportValue {
    .list(VectorSet(words).vectors.map(ReportValue.count))
  }
}

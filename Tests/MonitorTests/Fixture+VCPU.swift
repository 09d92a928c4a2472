import Telemetry

@testable import Monitor

/// A close look at a vcpu, from its number and the step.
extension Fixture {
  /// A 64-bit kernel whose handler of vector 0x40 runs while 0x4f and others wait.
  static func detail(_ vcpu: Int, step: UInt64) -> VCPUDetail {
    var detail = VCPUDetail()
    detail.vcpu = vcpu
    detail.timeNanoseconds = 192_000_000_000 + step * 100_000_000 - 31_000_000
    var registers = VCPURegisters()
    registers.general = (0..<16).map { UInt64($0) }
    registers.general[0] = step
    registers.general[1] = 0xffff_8880_003f_1000
    registers.general[6] = 0xffff_c900_0001_3e20
    registers.rip = 0xffff_ffff_810f_3a1c
    registers.rflags = 0x246
    registers.cr0 = 0x8005_0033
    registers.cr2 = 0x7f12_3456_7000
    registers.cr3 = 0x2a1_0000
    registers.cr4 = 0x37_0ef0
    registers.efer = 0xd01
    registers.selectors = [0x10, 0x18, 0, 0x18, 0, 0]
    registers.isLongMode = true
    registers.systemTimeNanoseconds = detail.timeNanoseconds - 60_000_000
    detail.registers = registers
    detail.interruptFlag = true
    var apic = LocalAPICDetail()
    apic.id = UInt32(vcpu)
    apic.base = vcpu == 0 ? 0xfee0_0d00 : 0xfee0_0c00
    apic.processorPriority = 0x40
    apic.spuriousVector = 0x1ff
    apic.destinationFormat = .max
    apic.logicalDestination = UInt32(vcpu / 16) << 16 | 1 << UInt32(vcpu % 16)
    apic.interruptCommand = 2 << 32 | 0x40fd
    apic.interruptRequest[1] = 1 << 17  // 0x31
    apic.interruptRequest[2] = 1 << 15  // 0x4f
    apic.inService[2] = 1  // 0x40
    apic.triggerMode[2] = 1
    apic.localVectors = [
      0x1_0000, 0x2_00ec, 0x1_0000, 0x1_0000, 0x1_0700, 0x400, 0xfe,
    ]
    apic.initialCount = 1_000_000
    apic.currentCount = 412_345
    detail.localAPIC = apic
    detail.pendingReason = .processorPriority
    return detail
  }

  /// The vCPU view of a guest with so many vcpus, whose vcpu in place `selected` was looked at closely (or
  /// not), after 40 steps.
  static func vcpuView(
    vcpus count: Int, selected: Int, width: Int = 80, height: Int = 24, hasDetail: Bool = true
  ) -> MonitorModel {
    var model = model(vcpus: count, width: width, height: height)
    model.ui.vcpu = selected
    _ = model.handle(.character("4"))
    for step in 40..<62 as Range<UInt64> {
      var next = snapshot(vcpus: count, step: step)
      for index in next.vcpus.indices {
        next.vcpus[index].handlerNanoseconds[.io] = 90_000_000 + step * 1_300_000
        next.vcpus[index].handlerNanoseconds[.hlt] = 20_000_000 + step * 200_000
        next.vcpus[index].handlerNanoseconds[.mmio] = 31_000_000 + step * 150_000
        next.vcpus[index].guestNanoseconds += step * 61_000_000
        next.vcpus[index].haltedNanoseconds += step * 22_000_000
        next.vcpus[index].interruptsInjected = 900 + step * 9
        next.vcpus[index].eois = 899 + step * 9
      }
      next.events = events(step, vcpus: count)
      next.controllers.pins[4].entry = 0x8031
      if hasDetail { next.detail = detail(selected, step: step) }
      model.absorb(next)
    }
    return model
  }
}

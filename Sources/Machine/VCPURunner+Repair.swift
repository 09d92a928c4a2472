import CKVM
import Emulation
import KVM
import Telemetry

/// Instructions that the host's KVM cannot emulate (KVM_EXIT_INTERNAL_ERROR, sub-error 1), repaired.
extension VCPURunner {
  /// Repairs the instruction at the vcpu's rip; false where that cannot be done exactly, and the guest
  /// cannot go on.
  mutating func repairInstruction() -> Bool {
    guard platform.repairsInstructions else { return false }
    do throws(KVMError) {
      let registers = try vcpu.registers()
      var system = try vcpu.systemRegisters()
      var state = ProcessorState(registers, system)
      state.xcr0 = vcpu.extendedControl
      state.features = features()
      let before = state
      var access = RepairAccess(
        walk: PageWalk(state, physicalBits: platform.physicalAddressBits), memory: platform.memory)
      var result = InstructionRepair.repair(&state, access: &access)
      if result.outcome == .notRepairable && access.wishes != [] {
        if access.wishes.contains(.extendedState) { access.image = try vcpu.extendedState() }
        if access.wishes.contains(.timestamp) {
          access.stamp = (
            vcpu.timestampCounter, UInt32(truncatingIfNeeded: vcpu.msr(0xc000_0103) ?? 0)
          )
        }
        result = InstructionRepair.repair(&state, access: &access)
      }
      guard let kind = result.kind else { return false }
      switch result.outcome {
      case .notRepairable: return false
      case .resumed, .resumedWithSingleStep:
        if access.isImageChanged, let image = access.image { try vcpu.setExtendedState(image) }
        if state.update(&system, from: before) { try vcpu.setSystemRegisters(system) }
        try vcpu.setRegisters(state.generalRegisters)
        try vcpu.endInterruptShadow()
        if kind == .iret { try vcpu.updateEvents { $0.nmi.masked = 0 } }
        if result.outcome == .resumedWithSingleStep {
          try vcpu.setSingleStepCause()
          try vcpu.inject(exception: 1, errorCode: nil)
        }
      case .exception(let vector, let code, let address):
        if let address {
          system.cr2 = address
          try vcpu.setSystemRegisters(system)
        }
        try vcpu.inject(exception: vector, errorCode: code)
      }
      counters.add(.repairs)
      platform.noteRepair(kind, vcpu: id)
      // RFLAGS.IF may be another, and KVM says so only at the next exit.
      watchesInterrupts = true
      return true
    } catch { return false }
  }

  /// What CPUID tells the guest. Not kept: repairs are rare, and the guest's CPUID can change (OSXSAVE).
  private func features() -> ProcessorFeatures {
    let basic = vcpu.cpuid(1)
    let extended = vcpu.cpuid(0x8000_0001)
    return ProcessorFeatures(
      leaf1ECX: basic.ecx, leaf7EBX: vcpu.cpuid(7).ebx, leafDEAX: vcpu.cpuid(0xd, 1).eax,
      extended1ECX: extended.ecx, extended1EDX: extended.edx)
  }
}

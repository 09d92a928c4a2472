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
      var access = RepairAccess(walk: try pageWalk(state), memory: platform.memory)
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
        if access.invalidates { try invalidateTranslations(system) }
        if kind == .iret { try vcpu.updateEvents { $0.nmi.masked = 0 } }
        if result.outcome == .resumedWithSingleStep {
          try vcpu.setSingleStepCause()
          try vcpu.inject(exception: 1, errorCode: nil)
        }
      case .exception(let vector, let code, let address):
        try raise(vector, code, address, state, system, &access)
      }
      counters.add(.repairs)
      platform.noteRepair(kind, vcpu: id)
      // RFLAGS.IF may be another, and KVM says so only at the next exit.
      watchesInterrupts = true
      return true
    } catch { return false }
  }

  /// Makes the guest take an exception of the instruction at its rip. Delivered by ourselves where that can
  /// be done: kvm_pvm ends in a triple fault where an injected exception meets a page fault on the handler's
  /// stack (seen on 6.18; the exceptions that it raises by itself are delivered as they should be).
  private mutating func raise(
    _ vector: UInt8, _ code: UInt32?, _ address: UInt64?, _ state: ProcessorState,
    _ system: kvm_sregs, _ access: inout RepairAccess
  ) throws(KVMError) {
    var system = system
    var after = state
    if InterruptDelivery.deliver(
      exception: vector, errorCode: code, address: address, to: &after, access: &access)
    {
      let isCR2Changed = after.cr2 != state.cr2
      system.cr2 = after.cr2
      if after.update(&system, from: state) || isCR2Changed {
        try vcpu.setSystemRegisters(system)
      }
      try vcpu.setRegisters(after.generalRegisters)
      return try vcpu.endInterruptShadow()
    }
    if let address {
      system.cr2 = address
      try vcpu.setSystemRegisters(system)
    }
    try vcpu.inject(exception: vector, errorCode: code)
  }

  /// The guest's paging. Protection keys are fetched only where they are in use.
  func pageWalk(_ state: ProcessorState) throws(KVMError) -> PageWalk {
    var keys = ProtectionKeys()
    if ProtectionKeys.areUsed(by: state) {
      // PKRU is XSAVE's component 9 (SDM vol. 1, 13.1); without that there is none, and nothing is shut.
      let offset = Int(vcpu.cpuid(0xd, 9).ebx)
      let image = try vcpu.extendedState()
      if offset > 0, offset + 4 <= image.count, image[513] & 2 != 0 {
        keys.user = image[offset..<(offset + 4)].reversed().reduce(0) { $0 << 8 | UInt32($1) }
      }
      keys.supervisor = UInt32(truncatingIfNeeded: vcpu.msr(0x6e1) ?? 0)
    }
    return PageWalk(state, physicalBits: platform.physicalAddressBits, keys: keys)
  }

  /// Drops all that is cached of the guest's paging: a change of CR4 that KVM_SET_SREGS makes does, and CR4
  /// has its value back with the second.
  private func invalidateTranslations(_ system: kvm_sregs) throws(KVMError) {
    let globalPages: UInt64 = 1 << 7
    var other = system
    other.cr4 ^= globalPages
    try vcpu.setSystemRegisters(other)
    try vcpu.setSystemRegisters(system)
  }

  /// What CPUID tells the guest, by one ioctl. Not kept: repairs are rare, and MONITOR's bit can change.
  private func features() -> ProcessorFeatures {
    let entries = vcpu.cpuidEntries()
    func leaf(_ function: UInt32, _ index: UInt32 = 0) -> kvm_cpuid_entry2 {
      entries.first { $0.function == function && $0.index == index } ?? kvm_cpuid_entry2()
    }
    let (basic, extended) = (leaf(1), leaf(0x8000_0001))
    return ProcessorFeatures(
      leaf1ECX: basic.ecx, leaf1EDX: basic.edx, leaf7EBX: leaf(7).ebx, leafDEAX: leaf(0xd, 1).eax,
      extended1ECX: extended.ecx, extended1EDX: extended.edx, extended8EBX: leaf(0x8000_0008).ebx)
  }
}

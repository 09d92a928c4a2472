import CKVM

extension VCPU {
  /// KVM_GET_MSRS of one MSR that KVM keeps; nil where it has none of that number.
  public borrowing func msr(_ index: UInt32) -> UInt64? {
    let list = TrailingArray<kvm_msrs, kvm_msr_entry>(capacity: 1)
    list.header.nmsrs = 1
    list[0] = kvm_msr_entry(index: index, reserved: 0, data: 0)
    guard ckvm_call(descriptor.number, CKVM_GET_MSRS, list.address) == 1 else { return nil }
    return list[0].data
  }

  /// KVM_SET_MSRS of one MSR; false where KVM refuses it.
  public borrowing func setMSR(_ index: UInt32, _ value: UInt64) -> Bool {
    let list = TrailingArray<kvm_msrs, kvm_msr_entry>(capacity: 1)
    list.header.nmsrs = 1
    list[0] = kvm_msr_entry(index: index, reserved: 0, data: value)
    return ckvm_call(descriptor.number, CKVM_SET_MSRS, list.address) == 1
  }

  /// The guest's time-stamp counter now (IA32_TIME_STAMP_COUNTER); 0 where KVM does not tell.
  public var timestampCounter: UInt64 { msr(0x10) ?? 0 }

  /// Tells KVM the guest's IA32_APIC_BASE, which it does not see written as the MSR is ours: CPUID.1
  /// EDX.APIC follows its enable bit (kvm.md section 1c).
  public borrowing func setAPICBase(_ value: UInt64) throws(KVMError) {
    var system = try systemRegisters()
    system.apic_base = value
    try descriptor.pass(CKVM_SET_SREGS, system, "KVM_SET_SREGS")
  }
}

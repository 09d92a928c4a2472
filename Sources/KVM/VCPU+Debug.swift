import CKVM

extension VCPU {
  /// From the next entry on the guest exits after each instruction with ``VCPUExit/debug``
  /// (KVM_GUESTDBG_SINGLESTEP), or no more.
  public borrowing func setSingleStep(_ isOn: Bool) throws(KVMError) {
    var debug = kvm_guest_debug()
    debug.control = isOn ? UInt32(KVM_GUESTDBG_ENABLE | KVM_GUESTDBG_SINGLESTEP) : 0
    try descriptor.pass(CKVM_SET_GUEST_DEBUG, debug, "KVM_SET_GUEST_DEBUG")
  }

  /// Makes the guest take exception `vector` at the next entry. No other event may be in flight.
  public borrowing func inject(exception vector: UInt8, errorCode: UInt32?) throws(KVMError) {
    var events = try currentEvents()
    events.exception.injected = 1
    events.exception.nr = vector
    events.exception.has_error_code = errorCode == nil ? 0 : 1
    events.exception.error_code = errorCode ?? 0
    events.flags &= ~UInt32(KVM_VCPUEVENT_VALID_NMI_PENDING)
    try store(events)
    unsafe run.pointee.ready_for_interrupt_injection = 0
  }

  /// Writes the general registers, as the instruction pointer of a repaired instruction.
  public borrowing func setRegisters(_ registers: kvm_regs) throws(KVMError) { try set(registers) }

  /// Writes the segment and control registers.
  public borrowing func setSystemRegisters(_ registers: kvm_sregs) throws(KVMError) {
    try descriptor.pass(CKVM_SET_SREGS, registers, "KVM_SET_SREGS")
  }
}

import CKVM

extension VCPU {
  /// The x87, SSE and AVX registers as an XSAVE image in standard form (KVM_GET_XSAVE): 4,096 bytes.
  public borrowing func extendedState() throws(KVMError) -> [UInt8] {
    var state = kvm_xsave()
    try descriptor.fetch(CKVM_GET_XSAVE, into: &state, "KVM_GET_XSAVE")
    // A structure of plain words; its bytes are copied out.
    return unsafe withUnsafeBytes(of: state.region) { unsafe [UInt8]($0) }
  }

  /// Makes `image`, in the form of ``extendedState()``, the registers' content; what it lacks of 4,096
  /// bytes is zero.
  public borrowing func setExtendedState(_ image: [UInt8]) throws(KVMError) {
    var state = kvm_xsave()
    // A structure of plain words; no more bytes are copied than it has.
    unsafe withUnsafeMutableBytes(of: &state.region) {
      unsafe $0.copyBytes(from: image.prefix($0.count))
    }
    try descriptor.pass(CKVM_SET_XSAVE, state, "KVM_SET_XSAVE")
  }

  /// XCR0; 1 (x87 alone) where KVM has no such register.
  public var extendedControl: UInt64 {
    var list = kvm_xcrs()
    do throws(KVMError) { try descriptor.fetch(CKVM_GET_XCRS, into: &list, "KVM_GET_XCRS") } catch {
      return 1
    }
    return list.nr_xcrs > 0 ? list.xcrs.0.value : 1
  }

  /// A register of the CPUID that the guest sees (KVM_GET_CPUID2), which may be more than it was given
  /// (kvm.md 0.7): EAX, EBX, ECX, EDX of `leaf` and `index`; zeros where there is no such leaf.
  public borrowing func cpuid(_ leaf: UInt32, _ index: UInt32 = 0) -> (
    eax: UInt32, ebx: UInt32, ecx: UInt32, edx: UInt32
  ) {
    for entry in cpuidEntries() where entry.function == leaf && entry.index == index {
      return (entry.eax, entry.ebx, entry.ecx, entry.edx)
    }
    return (0, 0, 0, 0)
  }

  /// All that CPUID tells the guest now (KVM_GET_CPUID2): one ioctl. Empty where KVM does not tell.
  public borrowing func cpuidEntries() -> [kvm_cpuid_entry2] {
    let list = TrailingArray<kvm_cpuid2, kvm_cpuid_entry2>(capacity: 256)
    list.header.nent = UInt32(list.capacity)
    guard ckvm_call(descriptor.number, CKVM_GET_CPUID2, list.address) >= 0 else { return [] }
    return (0..<min(list.capacity, Int(list.header.nent))).map { list[$0] }
  }

  /// A change of what is in flight, as of the last exit.
  public borrowing func updateEvents(
    _ change: (inout kvm_vcpu_events) -> Void
  ) throws(KVMError) {
    var events = try currentEvents()
    change(&events)
    try store(events)
  }

  /// The instruction behind STI or MOV SS has been executed: interrupts get in again.
  public borrowing func endInterruptShadow() throws(KVMError) {
    try updateEvents { events in
      events.interrupt.shadow = 0
      events.flags |= UInt32(KVM_VCPUEVENT_VALID_SHADOW)
    }
  }

  /// Sets DR6.BS, for a single-step exception that is injected.
  public borrowing func setSingleStepCause() throws(KVMError) {
    var debug = kvm_debugregs()
    try descriptor.fetch(CKVM_GET_DEBUGREGS, into: &debug, "KVM_GET_DEBUGREGS")
    debug.dr6 |= 1 << 14
    try descriptor.pass(CKVM_SET_DEBUGREGS, debug, "KVM_SET_DEBUGREGS")
  }
}

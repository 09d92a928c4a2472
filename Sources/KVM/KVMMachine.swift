import CKVM
import Glibc

/// A virtual machine without an in-kernel interrupt controller. Any thread.
public struct KVMMachine: ~Copyable, Sendable {
  let descriptor: Descriptor
  private let runAreaSize: Int
  private let cpuid: CPUIDTable
  private let syncRegisters: Int

  init(
    descriptor: consuming Descriptor, runAreaSize: Int, cpuid: CPUIDTable, syncRegisters: Int
  ) throws(KVMError) {
    self.descriptor = descriptor
    self.runAreaSize = runAreaSize
    self.cpuid = cpuid
    self.syncRegisters = syncRegisters
    // Needed by VMX without unrestricted guest, harmless elsewhere; three pages below the local APIC's
    // hole that no memory slot of ours covers (api.rst 4.33, 4.38).
    try self.descriptor.call(CKVM_SET_TSS_ADDR, 0xfffb_d000, "KVM_SET_TSS_ADDR")
    // Reasons INVAL | UNKNOWN | FILTER: x2APIC MSRs, unknown ones and the filtered ones exit to us.
    try enable(
      Int32(KVM_CAP_X86_USER_SPACE_MSR), "KVM_CAP_X86_USER_SPACE_MSR",
      UInt64(KVM_MSR_EXIT_REASON_INVAL | KVM_MSR_EXIT_REASON_UNKNOWN | KVM_MSR_EXIT_REASON_FILTER))
    let filtered = ckvm_filter_msrs(self.descriptor.number)
    guard filtered >= 0 else {
      throw .ioctl(name: "KVM_X86_SET_MSR_FILTER", errno: Int32(truncatingIfNeeded: -filtered))
    }
    // Hypercall patching off: on kvm_pvm a patched vmcall is executed again for ever (kvm.md 0.8).
    let quirks = ckvm_call(
      self.descriptor.number, CKVM_CHECK_EXTENSION, UInt(CKVM_CAP_DISABLE_QUIRKS2))
    if quirks > 0 && quirks & Int(CKVM_QUIRK_FIX_HYPERCALL_INSN) != 0 {
      try enable(
        Int32(CKVM_CAP_DISABLE_QUIRKS2), "KVM_CAP_DISABLE_QUIRKS2",
        UInt64(CKVM_QUIRK_FIX_HYPERCALL_INSN))
    }
  }

  /// MAXPHYADDR as CPUID leaf 0x80000008 tells the guest; 36 where there is no such leaf (SDM vol. 3,
  /// "Enumeration of Paging Features by CPUID").
  public var physicalAddressBits: Int {
    cpuid.physicalAddressBits ?? 36
  }

  private borrowing func enable(_ capability: Int32, _ name: String, _ argument: UInt64)
    throws(KVMError)
  {
    var request = kvm_enable_cap()
    request.cap = UInt32(capability)
    request.args.0 = argument
    do throws(KVMError) {
      try descriptor.pass(CKVM_ENABLE_CAP, request, "KVM_ENABLE_CAP")
    } catch {
      throw .missingCapability(name: name, purpose: "but KVM_ENABLE_CAP refused it (\(error))")
    }
  }

  /// Gives the guest `memory`: a slot below the hole under 4 GiB, and one above where there is more.
  /// The memory must outlive the machine.
  public borrowing func map(_ memory: GuestMemory) throws(KVMError) {
    for (slot, region) in memory.regions.enumerated() {
      let region = kvm_userspace_memory_region(
        slot: UInt32(slot), flags: 0, guest_phys_addr: region.guest,
        memory_size: UInt64(region.bytes), userspace_addr: UInt64(region.address))
      try descriptor.pass(CKVM_SET_USER_MEMORY_REGION, region, "KVM_SET_USER_MEMORY_REGION")
    }
  }

  /// KVM_CREATE_VCPU with the CPUID of a vcpu whose APIC id is its number.
  public borrowing func makeVCPU(id: Int) throws(KVMError) -> VCPU {
    let number = try descriptor.call(CKVM_CREATE_VCPU, UInt(id), "KVM_CREATE_VCPU")
    let vcpu = try VCPU(
      descriptor: Descriptor(number: Int32(number)), runAreaSize: runAreaSize,
      syncRegisters: syncRegisters)
    let entries = cpuid.entries(
      apicID: UInt32(id), timestampKilohertz: vcpu.timestampKilohertz)
    let list = TrailingArray<kvm_cpuid2, kvm_cpuid_entry2>(capacity: entries.count)
    list.header.nent = UInt32(entries.count)
    for (index, entry) in entries.enumerated() { list[index] = entry }
    try vcpu.descriptor.call(CKVM_SET_CPUID2, list.address, "KVM_SET_CPUID2")
    return vcpu
  }
}

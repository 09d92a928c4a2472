import CKVM

/// The CPUID leaves that a guest of tryst sees: what KVM supports, less what needs an in-kernel APIC
/// (machine.md, "CPUID masks"; kvm.md section 1d).
struct CPUIDTable: Sendable {
  private(set) var entries: [kvm_cpuid_entry2]

  /// KVM_GET_SUPPORTED_CPUID.
  init(system: borrowing Descriptor) throws(KVMError) {
    let list = TrailingArray<kvm_cpuid2, kvm_cpuid_entry2>(capacity: 256)
    list.header.nent = UInt32(list.capacity)
    try system.call(CKVM_GET_SUPPORTED_CPUID, list.address, "KVM_GET_SUPPORTED_CPUID")
    entries = (0..<min(list.capacity, Int(list.header.nent))).map { list[$0] }
  }

  /// The table for the vcpu with `apicID` of `count`. Leaf 1: initial APIC id, no x2APIC, no
  /// TSC-deadline timer, no MONITOR (we do not offer them yet); leaf 0xB and 0x1F: one package of
  /// `count` cores, the id in EDX; KVM's leaf: only kvmclock (0, 3, 24) and no I/O delay (1), since the
  /// other features bypass or need an in-kernel local APIC.
  func table(apicID: UInt32, count: Int) -> [kvm_cpuid_entry2] {
    let logical = UInt32(min(255, count))
    var shift: UInt32 = 0
    while 1 << shift < count { shift += 1 }
    return entries.map { entry in
      var entry = entry
      switch entry.function {
      case 1:
        entry.ebx = entry.ebx & 0x0000_ffff | (apicID & 0xff) << 24 | logical << 16
        entry.ecx &= ~(1 << 3 | 1 << 13 | 1 << 21 | 1 << 24)
        entry.ecx |= 1 << 31
        entry.edx |= 1 << 9
        if count > 1 { entry.edx |= 1 << 28 } else { entry.edx &= ~(1 << 28) }
      case 4:
        // Cores of the package in EAX[31:26]; the caches below the last are a core's own.
        entry.eax = entry.eax & 0x0000_3fff | UInt32(min(63, count - 1)) << 26
      case 0xb, 0x1f:
        entry.edx = apicID
        switch entry.index {
        case 0: (entry.eax, entry.ebx, entry.ecx) = (0, 1, 1 << 8)
        case 1: (entry.eax, entry.ebx, entry.ecx) = (shift, UInt32(count), 2 << 8 | 1)
        default: (entry.eax, entry.ebx, entry.ecx) = (0, 0, entry.index)
        }
      case 0x4000_0001:
        entry.eax &= 1 << 0 | 1 << 1 | 1 << 3 | 1 << 24
      default: break
      }
      return entry
    }
  }
}

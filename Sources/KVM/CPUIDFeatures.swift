import CKVM

/// Which features a guest sees: those KVM supports, less those that need a local APIC in the kernel or
/// go past ours, plus those that ours has (machine.md, "CPUID masks"; kvm.md section 1d).
struct CPUIDFeatures: Sendable {
  let policy: CPUIDPolicy

  /// The leaf as the guest sees it; nil for a leaf it does not see at all.
  func seen(_ entry: kvm_cpuid_entry2) -> kvm_cpuid_entry2? {
    var entry = entry
    switch entry.function {
    case 0:
      // Leaf 0xB holds the x2APIC id: it is there even where the host's leaves end earlier.
      entry.eax = max(entry.eax, 0xB)
    case 1: setFeatures(&entry)
    case 6:
      // Of thermal and power management, the APIC timer that never stops (ARAT): the thermal LVT
      // entry has no source.
      entry.set(eax: entry.eax & 1 << 2)
    case 7 where entry.index == 0:
      entry.ebx &= ~Self.processorTrace
      entry.edx &= ~(Self.userInterrupts | Self.architecturalLBR)
    case 5, 0xA, 0x14, 0x1C, 0x23, 0x8000_000A, 0x8000_001B, 0x8000_0022:
      // MONITOR; performance monitoring and processor trace, whose LVT entry has no source; last
      // branch records; nested virtualisation; AMD's IBS and performance monitoring.
      entry.set()
    case 0x8000_0001: entry.ecx &= ~Self.extendedHidden
    case 0x4000_0000:
      // "KVMKVMKVM" stays, with one leaf after it.
      entry.eax = 0x4000_0001
    case 0x4000_0001: entry.set(eax: entry.eax & Self.paravirtual)
    case 0x4000_0002...0x4FFF_FFFF, 0x8000_0026:
      // More paravirtual leaves; AMD's newer topology, which would have to agree with leaf 0xB.
      return nil
    default: break
    }
    return entry
  }

  private func setFeatures(_ entry: inout kvm_cpuid_entry2) {
    entry.ecx &= ~Self.hidden
    entry.edx &= ~Self.debugStore
    // Interpreted code cannot do CMPXCHG16B. XSAVE, AVX, POPCNT and more cannot be done either, but
    // kvm_pvm shows them whatever it is told (leaf 1 ECX 76D81203, EDX with HTT, leaf 7, leaf 0xD;
    // measured, Linux 6.18), so that nothing is gained by clearing them.
    if policy.interpretsKernelCode { entry.ecx &= ~Self.compareExchange16 }
    entry.ecx |= Self.hypervisor
    if policy.offersX2APIC { entry.ecx |= Self.x2APIC } else { entry.ecx &= ~Self.x2APIC }
    entry.edx |= Self.localAPIC
  }

  // Leaf 1, ECX. OSXSAVE is KVM's to follow, the TSC deadline is set where KVM knows the frequency.
  static let timestampDeadline: UInt32 = 1 << 24
  private static let x2APIC: UInt32 = 1 << 21
  private static let hypervisor: UInt32 = 1 << 31
  private static let compareExchange16: UInt32 = 1 << 13
  /// DTES64, MONITOR, VMX, SMX, PDCM, and the TSC deadline until it is set. In VMX operation INIT is
  /// blocked or makes an exit, which an APIC in user space cannot see; the rest has no hardware here.
  private static let hidden: UInt32 =
    1 << 2 | 1 << 3 | 1 << 5 | 1 << 6 | 1 << 15 | timestampDeadline

  // Leaf 1, EDX.
  private static let localAPIC: UInt32 = 1 << 9
  private static let debugStore: UInt32 = 1 << 21

  // Leaf 7.
  private static let processorTrace: UInt32 = 1 << 25
  private static let userInterrupts: UInt32 = 1 << 5
  private static let architecturalLBR: UInt32 = 1 << 19

  /// Leaf 0x80000001, ECX: SVM (whose global interrupt flag holds back INIT and NMI unseen), extended
  /// APIC space, IBS, SKINIT, the performance counters' extensions (core, data fabric, last-level
  /// cache), MONITORX.
  private static let extendedHidden: UInt32 =
    1 << 2 | 1 << 3 | 1 << 10 | 1 << 12 | 1 << 23 | 1 << 24 | 1 << 28 | 1 << 29

  /// KVM's own features that need neither an APIC in the kernel nor a hypercall: kvmclock (0, 3), no
  /// I/O delay (1), a stable clock (24).
  private static let paravirtual: UInt32 = 1 << 0 | 1 << 1 | 1 << 3 | 1 << 24
}

extension kvm_cpuid_entry2 {
  /// Replaces all four registers.
  mutating func set(eax: UInt32 = 0, ebx: UInt32 = 0, ecx: UInt32 = 0, edx: UInt32 = 0) {
    (self.eax, self.ebx, self.ecx, self.edx) = (eax, ebx, ecx, edx)
  }

  /// A leaf with subleaves; `index` is this one's.
  static func subleaf(
    _ function: UInt32, _ index: UInt32, eax: UInt32 = 0, ebx: UInt32 = 0, ecx: UInt32 = 0
  ) -> kvm_cpuid_entry2 {
    var entry = kvm_cpuid_entry2()
    entry.function = function
    entry.index = index
    entry.flags = UInt32(KVM_CPUID_FLAG_SIGNIFCANT_INDEX)
    entry.set(eax: eax, ebx: ebx, ecx: ecx)
    return entry
  }
}

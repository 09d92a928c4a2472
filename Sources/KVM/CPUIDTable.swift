import CKVM

/// The CPUID leaves of a machine's vcpus: one table for all, made from what KVM supports by
/// ``CPUIDFeatures`` and ``CPUIDTopology``, and a copy for each with its own ids.
struct CPUIDTable: Sendable {
  /// What all vcpus share; the fields of a single vcpu are 0.
  private let shared: [kvm_cpuid_entry2]
  /// Whether the guest may be told the TSC's frequency by leaf 0x15: Intel's, and within its leaves.
  private let hasClockLeaf: Bool
  /// Whether leaf 0x8000001E carries the ids.
  private let hasExtendedID: Bool

  /// Makes the table from `supported`, the leaves that KVM_GET_SUPPORTED_CPUID lists.
  init(supported: [kvm_cpuid_entry2], policy: CPUIDPolicy) {
    let features = CPUIDFeatures(policy: policy)
    hasClockLeaf =
      CPUIDVendor(of: supported) == .intel
      && supported.contains { $0.function == 0 && $0.eax >= 0x15 }
    hasExtendedID = CPUIDTopology.hasExtensions(supported)
    shared = CPUIDTopology(cores: policy.vcpus).applied(
      to: supported.filter { $0.function != 0x15 }.compactMap(features.seen))
  }

  /// KVM_GET_SUPPORTED_CPUID.
  static func supported(by system: borrowing Descriptor) throws(KVMError) -> [kvm_cpuid_entry2] {
    let list = TrailingArray<kvm_cpuid2, kvm_cpuid_entry2>(capacity: 256)
    list.header.nent = UInt32(list.capacity)
    try system.call(CKVM_GET_SUPPORTED_CPUID, list.address, "KVM_GET_SUPPORTED_CPUID")
    return (0..<min(list.capacity, Int(list.header.nent))).map { list[$0] }
  }

  /// MAXPHYADDR, bits; nil without leaf 0x80000008.
  var physicalAddressBits: Int? {
    shared.first { $0.function == 0x8000_0008 }.map { Int($0.eax & 0xff) }
  }

  /// The leaves of the vcpu with `apicID`, whose TSC runs at `timestampKilohertz` (0: KVM does not know,
  /// and then there is no deadline to offer). An id above 255 appears by its low 8 bits in leaf 1 and in
  /// AMD's core id, and whole in leaves 0xB, 0x1F and 0x8000001E.
  func entries(apicID: UInt32, timestampKilohertz: UInt32) -> [kvm_cpuid_entry2] {
    var entries = shared
    for index in entries.indices {
      switch entries[index].function {
      case 1:
        entries[index].ebx |= (apicID & 0xFF) << 24
        if timestampKilohertz > 0 { entries[index].ecx |= CPUIDFeatures.timestampDeadline }
      case 0xB, 0x1F: entries[index].edx = apicID
      case 0x8000_001E where hasExtendedID:
        entries[index].eax = apicID
        entries[index].ebx = apicID & 0xFF
      default: break
      }
    }
    if hasClockLeaf, let ratio = CPUIDClock.ratio(kilohertz: timestampKilohertz) {
      var clock = kvm_cpuid_entry2()
      clock.function = 0x15
      clock.set(
        eax: ratio.denominator, ebx: ratio.numerator, ecx: CPUIDClock.crystalKilohertz * 1000)
      entries.append(clock)
    }
    return entries
  }
}

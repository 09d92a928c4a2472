import CKVM

@testable import KVM

/// Made-up hosts, to feed to the CPUID policy.
enum CPUIDLeaves {
  /// "GenuineIntel" and "AuthenticAMD", in EBX, ECX, EDX.
  static let intelName: [UInt32] = [0x756E_6547, 0x6C65_746E, 0x4965_6E69]
  static let amdName: [UInt32] = [0x6874_7541, 0x444D_4163, 0x6974_6E65]

  static func leaf(_ function: UInt32, _ index: UInt32, _ registers: [UInt32]) -> kvm_cpuid_entry2 {
    var entry = kvm_cpuid_entry2.subleaf(
      function, index, eax: registers[0], ebx: registers[1], ecx: registers[2])
    entry.edx = registers[3]
    return entry
  }

  private static let paravirtual = [
    leaf(0x4000_0000, 0, [0x4000_0010, 0x4B4D_564B, 0x564B_4D56, 0x4D]),
    leaf(0x4000_0001, 0, [.max, .max, .max, .max]), leaf(0x4000_0010, 0, [.max, .max, .max, .max]),
  ]

  /// A server of Intel's with every feature bit there is: 16 cores of 2 threads, caches shared so.
  static let intel: [kvm_cpuid_entry2] =
    [
      leaf(0, 0, [0x1F] + intelName), leaf(1, 0, [0xC_06F2, 0xFF20_08FF, .max, .max]),
      leaf(4, 0, [0x7C00_4121, 0x02C0_003F, 0x3F, 0]), leaf(4, 1, [0x7C00_4122, 1, 0x3F, 0]),
      leaf(4, 2, [0x7C00_4143, 2, 0x7FF, 0]), leaf(4, 3, [0x7C07_C163, 3, 0x3_3FFF, 4]),
      leaf(4, 4, [0, 0, 0, 0]), leaf(5, 0, [64, 64, 3, 0x2020]), leaf(6, 0, [0xFFFF, 2, 9, 3]),
      leaf(7, 0, [2, .max, .max, .max]), leaf(7, 1, [0x30, 0, 0, 0]),
      leaf(0xA, 0, [0x0730_0805, 0, 7, 0x8604]), leaf(0xB, 0, [1, 2, 0x100, 33]),
      leaf(0xB, 1, [6, 32, 0x201, 33]), leaf(0xB, 2, [0, 0, 2, 33]),
      leaf(0xD, 0, [0xE7, 0xA80, 0xA80, 0]), leaf(0x14, 0, [1, 0xF, 7, 0]),
      leaf(0x15, 0, [2, 192, 25_000_000, 0]), leaf(0x16, 0, [2400, 3500, 100, 0]),
      leaf(0x1C, 0, [0x4000_000B, 7, 7, 0]), leaf(0x1F, 0, [1, 2, 0x100, 33]),
      leaf(0x8000_0000, 0, [0x8000_0008, 0, 0, 0]),
      leaf(0x8000_0001, 0, [0, 0, 0x121, 0x2C10_0800]),
      leaf(0x8000_0008, 0, [0x3934, 0, 0, 0]),
    ] + paravirtual

  /// A server of AMD's of the 17h family, whose leaves end before 0xB; without leaf 0x1F.
  static func amd(hasTopologyExtensions: Bool = true) -> [kvm_cpuid_entry2] {
    let extended: UInt32 = hasTopologyExtensions ? .max : .max & ~(1 << 22)
    return [
      leaf(0, 0, [0xA] + amdName), leaf(1, 0, [0x80_0F12, 0x0010_0800, .max, .max]),
      leaf(4, 0, [0, 0, 0, 0]), leaf(7, 0, [0, .max, .max, .max]),
      leaf(0x8000_0000, 0, [0x8000_0026] + amdName),
      leaf(0x8000_0001, 0, [0x80_0F12, 0, extended, .max]),
      leaf(0x8000_0008, 0, [0x3030, 0x1000, 0x1_501F, 7]),
      leaf(0x8000_000A, 0, [1, 0x8000, 0, 0xFF]),
      leaf(0x8000_001B, 0, [0x3FF, 0, 0, 0]), leaf(0x8000_001D, 0, [0x4121, 0x01C0_003F, 0x3F, 0]),
      leaf(0x8000_001D, 1, [0x4122, 0x00C0_003F, 0xFF, 0]),
      leaf(0x8000_001D, 2, [0x4143, 0x01C0_003F, 0x3FF, 2]),
      leaf(0x8000_001D, 3, [0x1_4163, 0x03C0_003F, 0x1FFF, 1]), leaf(0x8000_001D, 4, [0, 0, 0, 0]),
      leaf(0x8000_001E, 0, [17, 0x108, 0x301, 0]), leaf(0x8000_0022, 0, [1, 0x406, 0, 0]),
      leaf(0x8000_0026, 0, [1, 2, 0x100, 17]),
    ] + paravirtual
  }

  static func table(
    _ supported: [kvm_cpuid_entry2], vcpus: Int, interpretsKernelCode: Bool = false
  ) -> CPUIDTable {
    CPUIDTable(
      supported: supported,
      policy: CPUIDPolicy(vcpus: vcpus, interpretsKernelCode: interpretsKernelCode))
  }

  /// What vcpu `id` of `count` sees on the host `supported`.
  static func seen(
    _ supported: [kvm_cpuid_entry2], by id: UInt32 = 0, of count: Int = 1, kilohertz: UInt32 = 0,
    interpretsKernelCode: Bool = false
  ) -> [kvm_cpuid_entry2] {
    table(supported, vcpus: count, interpretsKernelCode: interpretsKernelCode)
      .entries(apicID: id, timestampKilohertz: kilohertz)
  }
}

extension [kvm_cpuid_entry2] {
  /// EAX, EBX, ECX, EDX of a leaf; nil where the list does not have it.
  subscript(leaf function: UInt32, _ index: UInt32 = 0) -> [UInt32]? {
    first { $0.function == function && $0.index == index }.map { [$0.eax, $0.ebx, $0.ecx, $0.edx] }
  }

  /// The bits that are set in a leaf's register: 0 for EAX to 3 for EDX.
  func bits(_ function: UInt32, _ register: Int) -> Set<Int> {
    let value = self[leaf: function]?[register] ?? 0
    return Set((0..<32).filter { value >> $0 & 1 == 1 })
  }
}

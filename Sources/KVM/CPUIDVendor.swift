import CKVM

/// Whose processor the leaves describe, by the twelve letters of leaf 0 in EBX, EDX, ECX.
enum CPUIDVendor: Sendable {
  /// "GenuineIntel".
  case intel
  /// "AuthenticAMD", or "HygonGenuine", whose processors are of AMD's kind.
  case amd
  case other

  init(of leaves: [kvm_cpuid_entry2]) {
    switch leaves.first(where: { $0.function == 0 }).map({ [$0.ebx, $0.edx, $0.ecx] }) {
    case [0x756E_6547, 0x4965_6E69, 0x6C65_746E]: self = .intel
    case [0x6874_7541, 0x6974_6E65, 0x444D_4163], [0x6F67_7948, 0x6E65_476E, 0x656E_6975]:
      self = .amd
    default: self = .other
    }
  }
}

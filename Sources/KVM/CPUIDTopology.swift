import CKVM

/// The processors as the leaves describe them: one package, a core for each vcpu, one thread each, the
/// APIC id of vcpu n being n. Every leaf that tells of it says the same (SDM vol. 3, "Identifying
/// Topological Relationships"; AMD APM vol. 3, appendix E).
struct CPUIDTopology: Sendable {
  /// Cores of the package, 1 or more.
  let cores: Int

  /// How many low bits of an APIC id tell the cores of the package apart.
  var coreBits: UInt32 {
    var bits: UInt32 = 0
    while 1 << Int(bits) < cores { bits += 1 }
    return bits
  }

  /// `leaves` with this topology; the fields of a single vcpu are 0 until ``CPUIDTable`` sets them.
  func applied(to leaves: [kvm_cpuid_entry2]) -> [kvm_cpuid_entry2] {
    let isAMD = CPUIDVendor(of: leaves) == .amd
    let hasExtensions = Self.hasExtensions(leaves)
    let hasNewerLeaf = leaves.contains { $0.function == 0 && $0.eax >= 0x1F }
    return leaves.filter { $0.function != 0xB && $0.function != 0x1F }.map { leaf in
      var leaf = leaf
      switch leaf.function {
      case 1: setLegacy(&leaf)
      case 4 where leaf.eax & 0x1F != 0: setIntelCache(&leaf)
      case 0x8000_0001 where isAMD:
        // CmpLegacy: HTT means cores, not threads.
        leaf.ecx = leaf.ecx & ~2 | (cores > 1 ? 2 : 0)
      case 0x8000_0008 where isAMD:
        leaf.ecx = leaf.ecx & ~0xF0FF | UInt32(min(255, cores - 1)) | min(15, coreBits) << 12
      case 0x8000_001D where hasExtensions && leaf.eax & 0x1F != 0:
        leaf.eax = leaf.eax & 0x3FFF | sharing(leaf, UInt32(cores - 1)) << 14
      case 0x8000_001D where !hasExtensions: leaf.set()
      case 0x8000_001E:
        // One node, one thread a core; the ids are a vcpu's own.
        leaf.set()
      default: break
      }
      return leaf
    } + extended(0xB) + (hasNewerLeaf ? extended(0x1F) : [])
  }

  /// Leaf 1: HTT, and how many APIC ids the package takes, which saturates at 8 bits.
  private func setLegacy(_ leaf: inout kvm_cpuid_entry2) {
    leaf.ebx = leaf.ebx & 0x0000_FFFF | UInt32(min(255, cores)) << 16
    leaf.edx = leaf.edx & ~(1 << 28) | (cores > 1 ? 1 << 28 : 0)
  }

  /// Leaf 4: the ids of the package in EAX[31:26], the ids that share the cache in EAX[25:14], each as
  /// a power of two less one (where the field is too small, its most).
  private func setIntelCache(_ leaf: inout kvm_cpuid_entry2) {
    let ids = UInt32(1) << coreBits - 1
    leaf.eax = leaf.eax & 0x3FFF | sharing(leaf, ids) << 14 | min(63, ids) << 26
  }

  /// The last level of cache (3 and above) is the package's, what is below is a core's.
  private func sharing(_ leaf: kvm_cpuid_entry2, _ package: UInt32) -> UInt32 {
    leaf.eax >> 5 & 7 >= 3 ? min(4095, package) : 0
  }

  /// Leaves 0xB and 0x1F: the level of threads, that of cores, and the end. KVM's own list has the
  /// first subleaf only.
  private func extended(_ function: UInt32) -> [kvm_cpuid_entry2] {
    [
      .subleaf(function, 0, eax: 0, ebx: 1, ecx: 1 << 8),
      .subleaf(function, 1, eax: coreBits, ebx: UInt32(cores), ecx: 2 << 8 | 1),
      .subleaf(function, 2, ecx: 2),
    ]
  }

  /// Whether leaves 0x8000001D and 0x8000001E mean something: AMD's, with TopologyExtensions.
  static func hasExtensions(_ leaves: [kvm_cpuid_entry2]) -> Bool {
    CPUIDVendor(of: leaves) == .amd
      && leaves.contains { $0.function == 0x8000_0001 && $0.ecx & 1 << 22 != 0 }
  }
}

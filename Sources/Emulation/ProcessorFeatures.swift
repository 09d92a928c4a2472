/// The CPUID bits that decide whether an instruction exists for the guest (SDM vol. 2, CPUID).
public struct ProcessorFeatures: OptionSet, Sendable, Hashable {
  /// One bit a feature, numbered by us.
  public let rawValue: UInt64

  /// The features of these bits.
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// SSE3 (FISTTP, LDDQU, MONITOR's neighbours).
  public static let sse3 = Self(rawValue: 1 << 0)
  /// CMPXCHG16B.
  public static let cmpxchg16b = Self(rawValue: 1 << 1)
  /// CRC32 and the rest of SSE4.2.
  public static let sse42 = Self(rawValue: 1 << 2)
  /// MOVBE.
  public static let movbe = Self(rawValue: 1 << 3)
  /// POPCNT.
  public static let popcnt = Self(rawValue: 1 << 4)
  /// XSAVE, XRSTOR, XGETBV, XSETBV.
  public static let xsave = Self(rawValue: 1 << 5)
  /// AVX.
  public static let avx = Self(rawValue: 1 << 6)
  /// RDRAND.
  public static let rdrand = Self(rawValue: 1 << 7)
  /// BMI1, with TZCNT.
  public static let bmi1 = Self(rawValue: 1 << 8)
  /// BMI2.
  public static let bmi2 = Self(rawValue: 1 << 9)
  /// ADCX and ADOX.
  public static let adx = Self(rawValue: 1 << 10)
  /// SMAP, with CLAC and STAC.
  public static let smap = Self(rawValue: 1 << 11)
  /// RDSEED.
  public static let rdseed = Self(rawValue: 1 << 12)
  /// XSAVEOPT.
  public static let xsaveopt = Self(rawValue: 1 << 13)
  /// XSAVEC.
  public static let xsavec = Self(rawValue: 1 << 14)
  /// XGETBV with ECX = 1.
  public static let xgetbv1 = Self(rawValue: 1 << 15)
  /// XSAVES and XRSTORS.
  public static let xsaves = Self(rawValue: 1 << 16)
  /// LZCNT.
  public static let lzcnt = Self(rawValue: 1 << 17)
  /// RDTSCP.
  public static let rdtscp = Self(rawValue: 1 << 18)
  /// MONITOR and MWAIT.
  public static let monitor = Self(rawValue: 1 << 19)
  /// SSE4.1.
  public static let sse41 = Self(rawValue: 1 << 20)
  /// MMX.
  public static let mmx = Self(rawValue: 1 << 21)
  /// AVX2.
  public static let avx2 = Self(rawValue: 1 << 22)
  /// INVPCID.
  public static let invpcid = Self(rawValue: 1 << 23)
  /// CLFLUSHOPT.
  public static let clflushopt = Self(rawValue: 1 << 24)
  /// CLWB.
  public static let clwb = Self(rawValue: 1 << 25)
  /// RDPRU.
  public static let rdpru = Self(rawValue: 1 << 26)
  /// Everything that this room does: neither MONITOR, as no vcpu of ours waits that way, nor RDPRU.
  public static let all = Self(rawValue: (1 << 26) - 1).subtracting(.monitor)

  /// The features that these CPUID registers tell: leaf 1 ECX and EDX, leaf 7.0 EBX, leaf 0DH.1 EAX, leaf
  /// 80000001H ECX and EDX, leaf 80000008H EBX. What the guest is *given* counts, which on kvm_pvm is more than
  /// KVM_SET_CPUID2 was told (kvm.md 0.7).
  public init(
    leaf1ECX: UInt32, leaf1EDX: UInt32, leaf7EBX: UInt32, leafDEAX: UInt32, extended1ECX: UInt32,
    extended1EDX: UInt32, extended8EBX: UInt32
  ) {
    var result: Self = []
    func add(_ feature: Self, _ register: UInt32, _ bit: UInt32) {
      if register & (1 << bit) != 0 { result.insert(feature) }
    }
    add(.sse3, leaf1ECX, 0)
    add(.monitor, leaf1ECX, 3)
    add(.cmpxchg16b, leaf1ECX, 13)
    add(.sse41, leaf1ECX, 19)
    add(.sse42, leaf1ECX, 20)
    add(.movbe, leaf1ECX, 22)
    add(.popcnt, leaf1ECX, 23)
    add(.xsave, leaf1ECX, 26)
    add(.avx, leaf1ECX, 28)
    add(.rdrand, leaf1ECX, 30)
    add(.mmx, leaf1EDX, 23)
    add(.bmi1, leaf7EBX, 3)
    add(.avx2, leaf7EBX, 5)
    add(.bmi2, leaf7EBX, 8)
    add(.invpcid, leaf7EBX, 10)
    add(.rdseed, leaf7EBX, 18)
    add(.adx, leaf7EBX, 19)
    add(.smap, leaf7EBX, 20)
    add(.clflushopt, leaf7EBX, 23)
    add(.clwb, leaf7EBX, 24)
    add(.xsaveopt, leafDEAX, 0)
    add(.xsavec, leafDEAX, 1)
    add(.xgetbv1, leafDEAX, 2)
    add(.xsaves, leafDEAX, 3)
    add(.lzcnt, extended1ECX, 5)
    add(.rdtscp, extended1EDX, 27)
    add(.rdpru, extended8EBX, 4)
    self = result
  }
}

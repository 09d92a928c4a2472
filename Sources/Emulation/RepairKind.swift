/// The table of what is repaired: each row can be counted, shown and switched off by its name.
///
/// Seen on kvm_pvm 6.18 at CPL 0 (KVM_EXIT_INTERNAL_ERROR, suberror 1; R real mode, P 32-bit, L 64-bit;
/// state and memory were as before the instruction in every one of 414 forms tried):
/// - P L: int3, int n; P: into; R P L: int1. In R, int 80h to FFh never leave KVM_RUN: no exit.
/// - P: iret in all sizes. R and iretq are done by KVM; in L it takes iretd for iretq, so that the guest
///   gets #GP without an exit.
/// - R P L: fwait, popcnt, crc32, adcx, adox, xgetbv, xsave*, xrstor*, ldmxcsr, stmxcsr, rdtscp, clac,
///   stac, enter with a nesting level, monitor, mwait, ud0, ud1, every x87 instruction but fninit,
///   fnstcw m and fnstsw m, every SSE instruction but the 16-byte moves. xsetbv and fxsave are done.
/// - R P L: MMX but for movq m, clwb, rdpru; R: cldemote.
/// - L: cmpxchg16b, invpcid, sysenter; P L: every VEX form, lar, lsl, verr, verw.
/// - R P: daa, aaa, aas, bound, rdrand and rdseed; P: arpl.
/// - #UD without an exit, whatever CPUID says: movbe, rdpid.
public enum RepairKind: UInt8, CaseIterable, Sendable, Hashable {
  /// INT3.
  case int3
  /// INT n.
  case intN
  /// INTO.
  case into
  /// INT1, also called ICEBP.
  case int1
  /// IRET, IRETD, IRETQ. Ends the blocking of NMIs.
  case iret
  /// FWAIT.
  case fwait
  /// CMPXCHG16B.
  case cmpxchg16b
  /// POPCNT.
  case popcnt
  /// CRC32.
  case crc32
  /// MOVBE.
  case movbe
  /// TZCNT and LZCNT.
  case countZeros
  /// ANDN, BEXTR, BLSI, BLSR, BLSMSK.
  case bmi1
  /// BZHI, SHLX, SHRX, SARX, RORX, PDEP, PEXT, MULX.
  case bmi2
  /// ADCX and ADOX.
  case adx
  /// XGETBV.
  case xgetbv
  /// XSAVE, XSAVEOPT.
  case xsave
  /// XSAVEC, XSAVES.
  case xsavec
  /// XRSTOR, XRSTORS.
  case xrstor
  /// LDMXCSR and STMXCSR.
  case mxcsr
  /// The x87 instructions that only move, and control words.
  case x87
  /// SSE moves.
  case sseMove
  /// SSE bitwise logic.
  case sseLogic
  /// AVX moves, bitwise logic, VZEROUPPER and VZEROALL.
  case avx
  /// RDRAND and RDSEED.
  case random
  /// AAA, AAS, AAM, AAD, DAA, DAS.
  case decimalAdjust
  /// BOUND.
  case bound
  /// ARPL, LAR, LSL, VERR, VERW.
  case segmentQuery
  /// CLAC and STAC.
  case accessFlag
  /// RDTSCP.
  case rdtscp
  /// ENTER with a nesting level.
  case enter
  /// MMX moves and bitwise logic.
  case mmx
  /// CLWB, CLFLUSHOPT, CLDEMOTE.
  case cacheLine
  /// INVPCID.
  case invpcid
  /// MONITOR, MWAIT and RDPRU where CPUID has none, UD0, UD1: #UD.
  case undefined

  /// The name for tables and options.
  public var name: String {
    switch self {
    case .intN: "int n"
    case .fwait: "fwait"
    case .countZeros: "tzcnt, lzcnt"
    case .mxcsr: "ldmxcsr, stmxcsr"
    case .sseMove: "sse move"
    case .sseLogic: "sse logic"
    case .random: "rdrand, rdseed"
    case .decimalAdjust: "decimal adjust"
    case .segmentQuery: "lar, lsl, verr, verw, arpl"
    case .accessFlag: "clac, stac"
    case .cacheLine: "clwb, clflushopt, cldemote"
    case .undefined: "what raises #UD"
    default: "\(self)"
    }
  }

  /// The kind of this ``name``, or nil.
  public init?(name: String) {
    guard let kind = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = kind
  }
}

/// Kinds that are switched on.
public struct RepairKinds: OptionSet, Sendable, Hashable {
  /// Bit n is the kind of raw value n.
  public let rawValue: UInt64

  /// The kinds of these bits.
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// One kind.
  public init(_ kind: RepairKind) { self.init(rawValue: 1 << UInt64(kind.rawValue)) }

  /// Every kind.
  public static let all = RepairKinds(
    rawValue: RepairKind.allCases.reduce(0) { $0 | 1 << UInt64($1.rawValue) })

  /// Whether `kind` is on.
  public func contains(_ kind: RepairKind) -> Bool { contains(Self(kind)) }
}

/// A decoded instruction (SDM vol. 2, chapter 2): prefixes, opcode, operands' places.
struct Instruction: Equatable {
  /// Which of the opcode tables (SDM vol. 2, appendix A).
  enum Map: UInt8 {
    case primary
    case secondary
    case map38
    case map3A
  }
  /// The last of the F2 and F3 prefixes: what it means is the opcode's.
  enum Repeat: UInt8 {
    case none
    case f3 = 2
    case f2 = 3
  }
  /// A VEX prefix's fields, inversions undone.
  struct VEX: Equatable {
    var register: UInt8
    var is256: Bool
    /// 0 none, 1 as 66, 2 as F3, 3 as F2.
    var prefix: UInt8
  }
  /// A memory operand before its registers are read.
  struct Memory: Equatable {
    var segment: SegmentName
    var base: UInt8?
    var index: UInt8?
    var scale: UInt8 = 0
    var displacement: UInt64 = 0
    var isRelativeToRIP = false
  }

  var length = 0
  var map = Map.primary
  var opcode: UInt8 = 0
  var hasOperandSizePrefix = false
  var repeatPrefix = Repeat.none
  var isLocked = false
  var segment: SegmentName?
  /// W, R, X, B of REX or VEX in bits 3 to 0.
  var rex: UInt8 = 0
  var hasREX = false
  var vex: VEX?
  var operandBits = 32
  var addressBits = 32
  var modRM: UInt8?
  var memory: Memory?
  var immediate: UInt32 = 0

  /// The mandatory prefix as VEX counts: 0 none, 1 66, 2 F3, 3 F2 (F3 and F2 win over 66).
  var mandatoryPrefix: UInt8 {
    if let vex { return vex.prefix }
    return repeatPrefix != .none ? repeatPrefix.rawValue : hasOperandSizePrefix ? 1 : 0
  }

  /// The `reg` field's bits alone: an opcode extension.
  var extensionField: UInt8 { (modRM ?? 0) >> 3 & 7 }
  /// The register of the `reg` field.
  var register: UInt8 { extensionField | (rex & 4) << 1 }
  /// The register of the `rm` field, if that is one.
  var rmRegister: UInt8 { (modRM ?? 0) & 7 | (rex & 1) << 3 }
  /// REX.W or VEX.W.
  var isWide: Bool { rex & 8 != 0 }
}

extension Execution {
  /// What the decoded instruction is, if it is ours. Forms of an opcode that do not exist are still of
  /// their kind: ``perform(_:)`` raises #UD.
  var kind: RepairKind? {
    switch instruction.map {
    case .primary: primaryKind
    case .secondary: instruction.vex == nil ? secondaryKind : vexKind
    case .map38: map38Kind
    case .map3A: map3AKind
    }
  }

  private var primaryKind: RepairKind? {
    switch instruction.opcode {
    case 0xCC: .int3
    case 0xCD: .intN
    case 0xCE: .into
    case 0xF1: .int1
    case 0xCF: .iret
    case 0x9B: .fwait
    case 0x27, 0x2F, 0x37, 0x3F, 0xD4, 0xD5: .decimalAdjust
    case 0x62: instruction.memory != nil && mode != .long ? .bound : nil
    case 0x63: mode != .long ? .segmentQuery : nil
    case 0xC8: .enter
    case 0xD8...0xDF: .x87
    default: nil
    }
  }

  /// Whether this opcode without a mandatory prefix is an MMX instruction of ours.
  static func isMMX(_ opcode: UInt8) -> Bool {
    switch opcode {
    case 0x6E, 0x6F, 0x7E, 0x7F, 0xDB, 0xDF, 0xE7, 0xEB, 0xEF: true
    default: false
    }
  }

  private var secondaryKind: RepairKind? {
    if instruction.mandatoryPrefix == 0, Self.isMMX(instruction.opcode) { return .mmx }
    switch instruction.opcode {
    case 0x00: return instruction.extensionField & 6 == 4 ? .segmentQuery : nil
    case 0x01: return systemKind
    case 0x02, 0x03: return .segmentQuery
    case 0xB8: return instruction.repeatPrefix == .f3 ? .popcnt : nil
    case 0xBC, 0xBD: return instruction.repeatPrefix == .f3 ? .countZeros : nil
    case 0xB9, 0xFF: return .undefined
    case 0x1C:
      return instruction.memory != nil && instruction.mandatoryPrefix == 0 ? .cacheLine : nil
    case 0xAE: return fxKind
    case 0xC7: return groupNineKind
    case 0x77: return .x87
    case 0x10...0x17, 0x28, 0x29, 0x2B, 0x6E, 0x6F, 0x7E, 0x7F, 0xD6, 0xE7, 0xF0: return .sseMove
    case 0x54...0x57, 0xDB, 0xDF, 0xEB, 0xEF: return .sseLogic
    default: return nil
    }
  }

  /// 0F 01 with a register form: one instruction a byte.
  private var systemKind: RepairKind? {
    guard instruction.mandatoryPrefix == 0 else { return nil }
    switch instruction.modRM {
    case 0xC8, 0xC9: return state.features.contains(.monitor) ? nil : .undefined
    case 0xCA, 0xCB: return .accessFlag
    case 0xD0: return .xgetbv
    case 0xF9: return .rdtscp
    case 0xFD: return state.features.contains(.rdpru) ? nil : .undefined
    default: return nil
    }
  }

  private var fxKind: RepairKind? {
    guard instruction.memory != nil else { return nil }
    if instruction.mandatoryPrefix == 1 {
      return instruction.extensionField >= 6 ? .cacheLine : nil
    }
    guard instruction.mandatoryPrefix == 0 else { return nil }
    switch instruction.extensionField {
    case 2, 3: return .mxcsr
    case 4, 6: return .xsave
    case 5: return .xrstor
    default: return nil
    }
  }

  private var groupNineKind: RepairKind? {
    guard instruction.memory != nil else {
      let isPlain = instruction.repeatPrefix == .none
      return isPlain && instruction.extensionField >= 6 ? .random : nil
    }
    guard instruction.mandatoryPrefix == 0 else { return nil }
    switch instruction.extensionField {
    case 1: return instruction.isWide ? .cmpxchg16b : nil
    case 3: return .xrstor
    case 4, 5: return .xsavec
    default: return nil
    }
  }

  private var vexKind: RepairKind? {
    switch instruction.opcode {
    case 0x10...0x17, 0x28, 0x29, 0x2B, 0x54...0x57, 0x6E, 0x6F, 0x77, 0x7E, 0x7F, 0xD6, 0xDB,
      0xDF, 0xE7, 0xEB, 0xEF, 0xF0:
      .avx
    case 0xAE: instruction.memory != nil && instruction.extensionField & 6 == 2 ? .mxcsr : nil
    default: nil
    }
  }

  private var map38Kind: RepairKind? {
    if instruction.vex != nil {
      switch (instruction.opcode, instruction.mandatoryPrefix) {
      case (0x2A, 1): return .avx
      case (0xF2, 0), (0xF3, 0), (0xF7, 0): return .bmi1
      case (0xF5, 0), (0xF5, 2), (0xF5, 3), (0xF6, 3), (0xF7, 1), (0xF7, 2), (0xF7, 3):
        return .bmi2
      default: return nil
      }
    }
    switch instruction.opcode {
    case 0x2A: return instruction.mandatoryPrefix == 1 ? .sseMove : nil
    case 0x82: return instruction.mandatoryPrefix == 1 ? .invpcid : nil
    case 0xF0, 0xF1: return instruction.repeatPrefix == .f2 ? .crc32 : .movbe
    case 0xF6:
      // 66 or F3; neither is another instruction of ours.
      return instruction.mandatoryPrefix == 1 || instruction.mandatoryPrefix == 2 ? .adx : nil
    default: return nil
    }
  }

  private var map3AKind: RepairKind? {
    instruction.vex?.prefix == 3 && instruction.opcode == 0xF0 ? .bmi2 : nil
  }
}

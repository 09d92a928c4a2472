/// BMI1 and BMI2 (SDM vol. 2, by name): three operands, VEX only.
extension Execution {
  private func forbidLongVector() throws(ProcessorFault) {
    // VEX.L must be 0.
    if instruction.vex?.is256 ?? true { throw .undefined }
  }

  private var vexRegister: UInt8 { instruction.vex?.register ?? 0 }

  /// ANDN, BEXTR, BLSR, BLSMSK, BLSI.
  mutating func bitManipulation1() throws(ProcessorFault) {
    try require(.bmi1)
    try forbidLongVector()
    let bits = instruction.operandBits
    switch instruction.opcode {
    case 0xF2:
      let result = ~register(vexRegister, bits) & (try readOperand(bits)) & mask(bits)
      setRegister(instruction.register, bits, result)
      setLogicFlags(result, bits, keepsPAF: true)
    case 0xF3:
      let source = try readOperand(bits)
      let result: UInt64
      let carry: Bool
      switch instruction.extensionField {
      case 1:
        result = source & (source &- 1)
        carry = source == 0
      case 2:
        result = (source ^ (source &- 1)) & mask(bits)
        carry = source == 0
      case 3:
        result = source & (0 &- source)
        carry = source != 0
      default: throw .undefined
      }
      setRegister(vexRegister, bits, result)
      setLogicFlags(result, bits, carry: carry, keepsPAF: true)
    default:
      let source = try readOperand(bits)
      let control = register(vexRegister, bits)
      let start = Int(control & 0xFF)
      let length = Int(control >> 8 & 0xFF)
      let shifted = start >= bits ? 0 : source >> UInt64(start)
      let result = length >= bits ? shifted : shifted & ((1 << UInt64(length)) &- 1)
      setRegister(instruction.register, bits, result)
      // ZF by the result, CF and OF clear; AF, SF and PF are undefined: processors keep them or not.
      state.rflags &= ~(RFLAGS.zf | RFLAGS.cf | RFLAGS.of)
      if result == 0 { state.rflags |= RFLAGS.zf }
    }
  }

  /// BZHI, PDEP, PEXT, MULX, SHLX, SHRX, SARX, RORX.
  mutating func bitManipulation2() throws(ProcessorFault) {
    try require(.bmi2)
    try forbidLongVector()
    let bits = instruction.operandBits
    let source = try readOperand(bits)
    let other = register(vexRegister, bits)
    let result: UInt64
    switch (instruction.opcode, instruction.mandatoryPrefix) {
    case (0xF0, _):
      guard vexRegister == 0 else { throw .undefined }
      let count = UInt64(instruction.immediate) & UInt64(bits - 1)
      result = source >> count | (count == 0 ? 0 : source << (UInt64(bits) - count))
    case (0xF5, 0):
      let index = Int(other & 0xFF)
      result = index >= bits ? source : source & ((1 << UInt64(index)) &- 1)
      setRegister(instruction.register, bits, result)
      setLogicFlags(result, bits, carry: index >= bits, keepsPAF: true)
      return
    case (0xF5, 2): result = Self.extract(other, source)
    case (0xF5, 3): result = Self.deposit(other, source)
    case (0xF6, _):
      let product = source.multipliedFullWidth(by: register(2, bits))
      let low = product.low & mask(bits)
      let high = bits == 64 ? product.high : product.low >> 32
      // The low half first: with one register for both the high half stays.
      setRegister(vexRegister, bits, low)
      setRegister(instruction.register, bits, high)
      return
    case (0xF7, 1): result = source << (other & UInt64(bits - 1))
    case (0xF7, 3): result = source >> (other & UInt64(bits - 1))
    default:
      let count = other & UInt64(bits - 1)
      let extended =
        bits == 64
        ? Int64(bitPattern: source) : Int64(Int32(truncatingIfNeeded: source))
      result = UInt64(bitPattern: extended >> Int64(count))
    }
    setRegister(instruction.register, bits, result)
  }

  /// PEXT: the bits of `value` where `selected` has ones, gathered at the low end.
  private static func extract(_ value: UInt64, _ selected: UInt64) -> UInt64 {
    var result: UInt64 = 0
    var rest = selected
    var position: UInt64 = 0
    while rest != 0 {
      if value & rest & (0 &- rest) != 0 { result |= 1 << position }
      rest &= rest &- 1
      position += 1
    }
    return result
  }

  /// PDEP: the low bits of `value` spread to where `selected` has ones.
  private static func deposit(_ value: UInt64, _ selected: UInt64) -> UInt64 {
    var result: UInt64 = 0
    var rest = selected
    var position: UInt64 = 0
    while rest != 0 {
      if value >> position & 1 != 0 { result |= rest & (0 &- rest) }
      rest &= rest &- 1
      position += 1
    }
    return result
  }

  /// ZF, SF by the result, CF as given, OF clear; PF and AF are undefined.
  private mutating func setLogicFlags(
    _ result: UInt64, _ bits: Int, carry: Bool = false, keepsPAF: Bool
  ) {
    let kept = keepsPAF ? state.rflags & (RFLAGS.pf | RFLAGS.af) : 0
    setStatus(
      zero: result == 0, sign: result >> UInt64(bits - 1) & 1 != 0, carry: carry)
    state.rflags |= kept
  }
}

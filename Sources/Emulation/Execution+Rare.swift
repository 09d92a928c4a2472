/// Random numbers, decimal adjustment, BOUND, descriptor queries, CLAC/STAC, RDTSCP, ENTER (SDM vol. 2, by
/// name).
extension Execution {
  /// RDRAND (/6) and RDSEED (/7): CF tells whether there was a number.
  mutating func random() throws(ProcessorFault) {
    try require(instruction.extensionField == 6 ? .rdrand : .rdseed)
    let number = access.random()
    setRegister(instruction.rmRegister, instruction.operandBits, number ?? 0)
    setStatus(carry: number != nil)
  }

  /// AAM, AAD, DAA, DAS, AAA, AAS.
  mutating func decimalAdjust() throws(ProcessorFault) {
    guard mode != .long else { throw .undefined }
    let al = state.gprs[0] & 0xFF
    let ah = state.gprs[0] >> 8 & 0xFF
    let base = UInt64(instruction.immediate)
    let hasAF = state.rflags & RFLAGS.af != 0
    let hasCF = state.rflags & RFLAGS.cf != 0
    switch instruction.opcode {
    case 0xD4:
      guard base != 0 else { throw .exception(.divideError) }
      setRegister(0, 16, (al / base) << 8 | al % base)
      setResultFlags(al % base)
    case 0xD5:
      let result = (al + ah * base) & 0xFF
      setRegister(0, 16, result)
      setResultFlags(result)
    case 0x27, 0x2F:
      let isAddition = instruction.opcode == 0x27
      let adjustsLow = al & 15 > 9 || hasAF
      let adjustsHigh = al > 0x99 || hasCF
      let difference: UInt64 = (adjustsLow ? 6 : 0) + (adjustsHigh ? 0x60 : 0)
      let result = (isAddition ? al &+ difference : al &- difference) & 0xFF
      // The low step's borrow is a carry of DAS; DAA's carry implies an AL above 99h.
      let hasBorrow = !isAddition && adjustsLow && al < 6
      setRegister(0, 8, result)
      setResultFlags(result)
      if adjustsLow { state.rflags |= RFLAGS.af }
      if adjustsHigh || hasBorrow { state.rflags |= RFLAGS.cf }
    default:
      let isAddition = instruction.opcode == 0x37
      let adjusts = al & 15 > 9 || hasAF
      var ax = ah << 8 | al
      if adjusts { ax = isAddition ? ax &+ 0x106 : ax &- 6 &- 0x100 }
      setRegister(0, 16, ax & 0xFF0F)
      state.rflags &= ~(RFLAGS.af | RFLAGS.cf)
      if adjusts { state.rflags |= RFLAGS.af | RFLAGS.cf }
    }
  }

  /// SF, ZF and PF by a byte, the other status flags cleared.
  private mutating func setResultFlags(_ result: UInt64) {
    setStatus(zero: result == 0, sign: result & 0x80 != 0)
    if result.nonzeroBitCount % 2 == 0 { state.rflags |= RFLAGS.pf }
  }

  /// BOUND: a signed index against two bounds in memory.
  mutating func bound() throws(ProcessorFault) {
    let bits = instruction.operandBits
    let raw = try readMemory(bits / 4)
    func signed(_ value: UInt64) -> Int64 {
      Int64(bitPattern: value << UInt64(64 - bits)) >> Int64(64 - bits)
    }
    let index = signed(register(instruction.register, bits))
    guard index >= signed(integer(raw[..<(bits / 8)])), index <= signed(integer(raw[(bits / 8)...]))
    else { throw .exception(.boundRange) }
  }

  /// LAR, LSL, VERR, VERW and ARPL.
  mutating func segmentQuery() throws(ProcessorFault) {
    guard mode != .real, mode != .virtual8086 else { throw .undefined }
    let selector = UInt16(truncatingIfNeeded: try readOperand(16))
    if instruction.map == .primary {
      let wanted = register(instruction.register, 16) & 3
      let isLower = UInt64(selector & 3) < wanted
      if isLower { try writeOperand(16, UInt64(selector & ~3) | wanted) }
      setZero(isLower)
      return
    }
    setZero(false)
    guard selector & 0xFFFC != 0, let found = try descriptor(selector)?.descriptor else { return }
    let needed = max(state.privilege, UInt8(selector & 3))
    guard found.isConforming || found.dpl >= needed else { return }
    let isLong = state.isLongModeActive
    switch instruction.opcode {
    case 0x02:
      let gates: Set<UInt8> = isLong ? [2, 9, 11, 12] : [1, 2, 3, 4, 5, 9, 11, 12]
      guard found.s || gates.contains(found.type) else { return }
      let rights = found.rawValue >> 32 & 0xF0_FF00
      setRegister(instruction.register, instruction.operandBits, rights)
    case 0x03:
      let gates: Set<UInt8> = isLong ? [2, 9, 11] : [1, 2, 3, 9, 11]
      guard found.s || gates.contains(found.type) else { return }
      setRegister(instruction.register, instruction.operandBits, UInt64(found.limit))
    default:
      let isWrite = instruction.extensionField == 5
      guard found.s, isWrite ? found.isWritableData : found.isReadable else { return }
    }
    setZero(true)
  }

  private mutating func setZero(_ isSet: Bool) {
    state.rflags &= ~RFLAGS.zf
    if isSet { state.rflags |= RFLAGS.zf }
  }

  /// CLAC (CA) and STAC (CB).
  mutating func accessFlag() throws(ProcessorFault) {
    try require(.smap)
    guard state.privilege == 0 else { throw .undefined }
    if instruction.modRM == 0xCB {
      state.rflags |= RFLAGS.ac
    } else {
      state.rflags &= ~RFLAGS.ac
    }
  }

  /// RDTSCP.
  mutating func timestamp() throws(ProcessorFault) {
    try require(.rdtscp)
    if state.cr4 & 4 != 0, state.privilege != 0 { throw .generalProtection() }
    guard let now = access.timestamp() else { throw .notRepairable }
    setRegister(0, 32, now.counter & 0xFFFF_FFFF)
    setRegister(2, 32, now.counter >> 32)
    setRegister(1, 32, UInt64(now.auxiliary))
  }

  /// ENTER: frame pointers of outer procedures are copied.
  mutating func enterFrame() throws(ProcessorFault) {
    let longBits = instruction.hasOperandSizePrefix ? 16 : 64
    let bits = mode == .long ? longBits : instruction.operandBits
    var stack = currentStack
    let level = Int(instruction.immediate >> 16 & 31)
    var values = [register(5, bits)]
    let frame = (stack.pointer &- UInt64(bits / 8)) & mask(stack.bits)
    if level > 0 {
      var outer = stack
      outer.pointer = state.gprs[5] & mask(stack.bits)
      for _ in 1..<level {
        outer.pointer = (outer.pointer &- UInt64(bits / 8)) & mask(stack.bits)
        var one = outer
        values += try pop(1, size: bits / 8, from: &one)
      }
      values.append(frame)
    }
    try push(values, size: bits / 8, to: &stack)
    stack.pointer = (stack.pointer &- UInt64(instruction.immediate & 0xFFFF)) & mask(stack.bits)
    setRegister(5, bits, frame)
    setStackPointer(stack)
  }
}

/// Bit counting, CRC32, MOVBE, ADX, CMPXCHG16B (SDM vol. 2, by name).
extension Execution {
  /// POPCNT: ZF by the result, the other status flags cleared.
  mutating func countOnes() throws(ProcessorFault) {
    try require(.popcnt)
    let value = try readOperand(instruction.operandBits)
    setRegister(instruction.register, instruction.operandBits, UInt64(value.nonzeroBitCount))
    setStatus(zero: value == 0)
  }

  /// TZCNT and LZCNT; without the feature they are BSF and BSR, which KVM can do.
  mutating func countZeros() throws(ProcessorFault) {
    let isTrailing = instruction.opcode == 0xBC
    guard state.features.contains(isTrailing ? .bmi1 : .lzcnt) else { throw .notRepairable }
    let bits = instruction.operandBits
    let value = try readOperand(bits)
    let count =
      isTrailing
      ? min(bits, value.trailingZeroBitCount) : value.leadingZeroBitCount - (64 - bits)
    setRegister(instruction.register, bits, UInt64(count))
    // OF, SF, PF and AF are undefined: processors keep them.
    state.rflags &= ~(RFLAGS.zf | RFLAGS.cf)
    if count == 0 { state.rflags |= RFLAGS.zf }
    if value == 0 { state.rflags |= RFLAGS.cf }
  }

  /// CRC32 over the polynomial 11EDC6F41H, bits reflected. No flag changes.
  mutating func checksum() throws(ProcessorFault) {
    try require(.sse42)
    let bits = instruction.opcode == 0xF0 ? 8 : instruction.operandBits
    var value: UInt64
    if bits == 8, instruction.memory == nil {
      value = byteRegister(instruction.rmRegister)
    } else {
      value = try readOperand(bits)
    }
    var crc = UInt32(truncatingIfNeeded: state.gprs[Int(instruction.register)])
    for _ in 0..<bits {
      let bit = (crc ^ UInt32(truncatingIfNeeded: value)) & 1
      crc = crc >> 1 ^ (bit == 1 ? 0x82F6_3B78 : 0)
      value >>= 1
    }
    // The upper half is cleared, with a 64-bit destination as well.
    setRegister(instruction.register, 32, UInt64(crc))
  }

  /// A byte register: without REX the numbers 4 to 7 are AH, CH, DH and BH.
  private func byteRegister(_ number: UInt8) -> UInt64 {
    if !instruction.hasREX, number >= 4, number < 8 {
      return state.gprs[Int(number - 4)] >> 8 & 0xFF
    }
    return register(number, 8)
  }

  /// MOVBE, to and from memory. No flag changes.
  mutating func moveSwapped() throws(ProcessorFault) {
    try require(.movbe)
    guard instruction.memory != nil, instruction.repeatPrefix == .none else { throw .undefined }
    let bits = instruction.operandBits
    if instruction.opcode == 0xF0 {
      setRegister(
        instruction.register, bits, try readOperand(bits).byteSwapped >> UInt64(64 - bits))
    } else {
      let value = register(instruction.register, bits)
      try writeOperand(bits, value.byteSwapped >> UInt64(64 - bits))
    }
  }

  /// ADCX (66) and ADOX (F3): an addition that knows CF alone, or OF alone.
  mutating func addWithOneFlag() throws(ProcessorFault) {
    try require(.adx)
    let flag = instruction.mandatoryPrefix == 2 ? RFLAGS.of : RFLAGS.cf
    // The 66 of ADCX belongs to the opcode: operands are of 32 or 64 bits.
    let bits = instruction.isWide ? 64 : 32
    let a = register(instruction.register, bits)
    let b = try readOperand(bits)
    let carry: UInt64 = state.rflags & flag != 0 ? 1 : 0
    let sum = UInt128(a) + UInt128(b) + UInt128(carry)
    setRegister(instruction.register, bits, UInt64(truncatingIfNeeded: sum))
    state.rflags &= ~flag
    if sum >> UInt128(bits) != 0 { state.rflags |= flag }
  }

  /// CMPXCHG16B: RDX:RAX against memory; ZF tells. Atomic with or without LOCK.
  mutating func compareExchange16() throws(ProcessorFault) {
    try require(.cmpxchg16b)
    let address = try operandAddress(16, isWrite: true)
    guard address & 15 == 0 else { throw .generalProtection() }
    let expected = UInt128(state.gprs[2]) << 64 | UInt128(state.gprs[0])
    let desired = UInt128(state.gprs[3]) | UInt128(state.gprs[1]) << 64
    let found: UInt128
    do throws(LinearFault) {
      found = try access.compareExchange16(
        address, expected: expected, desired: desired, isUser: isUser)
    } catch { throw ProcessorFault(error) }
    if found == expected {
      state.rflags |= RFLAGS.zf
    } else {
      state.rflags &= ~RFLAGS.zf
      state.gprs[0] = UInt64(truncatingIfNeeded: found)
      state.gprs[2] = UInt64(truncatingIfNeeded: found >> 64)
    }
  }

  /// Status flags as logic leaves them: all cleared but what is given.
  mutating func setStatus(zero: Bool = false, sign: Bool = false, carry: Bool = false) {
    state.rflags &= ~RFLAGS.status
    if zero { state.rflags |= RFLAGS.zf }
    if sign { state.rflags |= RFLAGS.sf }
    if carry { state.rflags |= RFLAGS.cf }
  }
}

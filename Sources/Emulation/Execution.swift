/// One instruction under repair: a copy of the state that is given back only if all goes well.
struct Execution<Access: GuestAccess> {
  var state: ProcessorState
  var access: Access
  var instruction = Instruction()
  /// Instruction bytes read so far.
  var fetched: [UInt8] = []
  /// The XSAVE image, once it was asked for.
  var image: ExtendedImage?
  var isImageChanged = false

  init(state: ProcessorState, access: Access) {
    self.state = state
    self.access = access
  }

  var mode: ProcessorMode { state.mode }
  var isUser: Bool { state.privilege == 3 }

  /// Raises #UD unless the guest's CPUID has `feature`.
  func require(_ feature: ProcessorFeatures) throws(ProcessorFault) {
    guard state.features.contains(feature) else { throw .undefined }
  }

  /// Raises #UD for LOCK, which most instructions do not take.
  func forbidLock() throws(ProcessorFault) {
    if instruction.isLocked { throw .undefined }
  }

  /// The instruction is done: RIP behind it.
  mutating func advance() {
    state.rip = nextRIP
  }

  /// The address of the instruction behind this one.
  var nextRIP: UInt64 {
    let next = state.rip &+ UInt64(instruction.length)
    switch mode {
    case .long: return next
    default: return state.cs.db ? next & 0xFFFF_FFFF : next & 0xFFFF
    }
  }

  // MARK: General registers

  /// The low `bits` (8 to 64) of a general register; never AH to BH.
  func register(_ number: UInt8, _ bits: Int) -> UInt64 {
    state.gprs[Int(number & 15)] & mask(bits)
  }

  /// Sets a register as instructions do: 32 bits clear the upper half, 16 and 8 keep what is above.
  mutating func setRegister(_ number: UInt8, _ bits: Int, _ value: UInt64) {
    let old = state.gprs[Int(number & 15)]
    let new = bits >= 32 ? value & mask(bits) : old & ~mask(bits) | value & mask(bits)
    state.gprs[Int(number & 15)] = new
  }

  /// The r/m operand, register or memory.
  mutating func readOperand(_ bits: Int) throws(ProcessorFault) -> UInt64 {
    guard instruction.memory != nil else { return register(instruction.rmRegister, bits) }
    return integer(try readMemory(bits / 8))
  }

  /// Sets the r/m operand.
  mutating func writeOperand(_ bits: Int, _ value: UInt64) throws(ProcessorFault) {
    guard instruction.memory != nil else {
      return setRegister(instruction.rmRegister, bits, value)
    }
    try writeMemory(bytes(value, bits / 8))
  }
}

/// `bits` ones, 1 to 64.
func mask(_ bits: Int) -> UInt64 { bits >= 64 ? .max : (1 << UInt64(bits)) &- 1 }

/// Up to eight bytes as a little-endian number.
func integer(_ bytes: some Sequence<UInt8>) -> UInt64 {
  var result: UInt64 = 0
  var shift: UInt64 = 0
  for byte in bytes {
    result |= UInt64(byte) << shift
    shift += 8
  }
  return result
}

/// A number as `count` little-endian bytes, 0 to 8.
func bytes(_ value: UInt64, _ count: Int) -> [UInt8] {
  (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64($0 * 8)) }
}

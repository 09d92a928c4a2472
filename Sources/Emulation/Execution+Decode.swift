extension Execution {
  /// The next byte of the instruction, read from memory as far as the page goes and no further until
  /// needed: the page behind may not be there.
  private mutating func nextByte() throws(ProcessorFault) -> UInt8 {
    // An instruction of more than 15 bytes raises #GP(0) (SDM vol. 3, 6.15).
    guard instruction.length < 15 else { throw .generalProtection() }
    if instruction.length == fetched.count {
      let offset = state.rip &+ UInt64(instruction.length)
      let address: UInt64
      var count = 15 - fetched.count
      if mode == .long {
        address = offset
        guard state.isCanonical(address) else { throw .generalProtection() }
      } else {
        guard offset <= UInt64(state.cs.limit) else { throw .generalProtection() }
        count = min(count, Int(UInt64(state.cs.limit) - offset) + 1)
        address = (state.cs.base &+ offset) & 0xFFFF_FFFF
      }
      count = min(count, 4096 - Int(address & 4095))
      let kind = LinearAccess(kind: .fetch, isUser: isUser)
      let more: [UInt8]
      do throws(LinearFault) {
        more = try access.read(address, count: count, kind)
      } catch { throw ProcessorFault(error) }
      guard more.count == count else { throw .notRepairable }
      fetched += more
    }
    instruction.length += 1
    return fetched[instruction.length - 1]
  }

  private mutating func nextNumber(_ count: Int) throws(ProcessorFault) -> UInt64 {
    var result: UInt64 = 0
    for index in 0..<count { result |= UInt64(try nextByte()) << UInt64(index * 8) }
    return result
  }

  /// Decodes the instruction at RIP, if it is one of those that this room looks at.
  mutating func decode() throws(ProcessorFault) {
    instruction = Instruction()
    let opcode = try decodePrefixes()
    let isBig = mode == .long || state.cs.db
    let isPrefixed = instruction.hasOperandSizePrefix
    instruction.operandBits = instruction.isWide ? 64 : isBig != isPrefixed ? 32 : 16
    switch opcode {
    case 0xC4, 0xC5: try decodeVEX(opcode)
    case 0x0F:
      instruction.opcode = try nextByte()
      instruction.map = .secondary
      if instruction.opcode == 0x38 || instruction.opcode == 0x3A {
        instruction.map = instruction.opcode == 0x38 ? .map38 : .map3A
        instruction.opcode = try nextByte()
      }
    default: instruction.opcode = opcode
    }
    if Self.hasModRM(instruction.map, instruction.opcode) { try decodeModRM() }
    instruction.immediate = UInt32(truncatingIfNeeded: try nextNumber(immediateSize))
  }

  private mutating func decodePrefixes() throws(ProcessorFault) -> UInt8 {
    let isLong = mode == .long
    let isBig = state.cs.db
    instruction.addressBits = isLong ? 64 : isBig ? 32 : 16
    while true {
      let byte = try nextByte()
      if isLong, byte & 0xF0 == 0x40 {
        instruction.rex = byte & 15
        instruction.hasREX = true
        continue
      }
      switch byte {
      case 0x66: instruction.hasOperandSizePrefix = true
      case 0x67: instruction.addressBits = isLong ? 32 : isBig ? 16 : 32
      case 0xF0: instruction.isLocked = true
      case 0xF2: instruction.repeatPrefix = .f2
      case 0xF3: instruction.repeatPrefix = .f3
      // Overrides of ES, CS, SS and DS mean nothing in 64-bit mode.
      case 0x26: if !isLong { instruction.segment = .es }
      case 0x2E: if !isLong { instruction.segment = .cs }
      case 0x36: if !isLong { instruction.segment = .ss }
      case 0x3E: if !isLong { instruction.segment = .ds }
      case 0x64: instruction.segment = .fs
      case 0x65: instruction.segment = .gs
      default: return byte
      }
      // REX counts only right before the opcode (SDM vol. 2, 2.2.1).
      instruction.rex = 0
      instruction.hasREX = false
    }
  }

  /// Two- and three-byte VEX (SDM vol. 2, 2.3.5). Outside 64-bit mode the bytes are LES and LDS unless
  /// what follows would name a register.
  private mutating func decodeVEX(_ first: UInt8) throws(ProcessorFault) {
    let second = try nextByte()
    if mode != .long, second & 0xC0 != 0xC0 { throw .notRepairable }
    guard mode != .real, mode != .virtual8086, !instruction.hasOperandSizePrefix,
      instruction.repeatPrefix == .none, !instruction.isLocked, !instruction.hasREX
    else { throw .undefined }
    var last = second
    var map: UInt8 = 1
    if first == 0xC4 {
      last = try nextByte()
      map = second & 31
      instruction.rex = ~second >> 5 & 7 | last >> 4 & 8
    } else {
      instruction.rex = ~second >> 5 & 4
    }
    // Outside 64-bit mode only eight registers exist and W does nothing for general registers.
    if mode != .long { instruction.rex &= 8 }
    var register = ~last >> 3 & 15
    if mode != .long { register &= 7 }
    instruction.vex = Instruction.VEX(register: register, is256: last & 4 != 0, prefix: last & 3)
    switch map {
    case 1: instruction.map = .secondary
    case 2: instruction.map = .map38
    case 3: instruction.map = .map3A
    default: throw .undefined
    }
    instruction.opcode = try nextByte()
    instruction.operandBits = instruction.isWide && mode == .long ? 64 : 32
  }

  /// ModRM, SIB and displacement (SDM vol. 2, tables 2-1 to 2-3).
  private mutating func decodeModRM() throws(ProcessorFault) {
    let byte = try nextByte()
    instruction.modRM = byte
    let mod = byte >> 6
    let rm = byte & 7
    guard mod != 3 else { return }
    var memory = Instruction.Memory(segment: .ds)
    var displacementSize = mod == 1 ? 1 : 0
    if instruction.addressBits == 16 {
      // BX+SI, BX+DI, BP+SI, BP+DI, SI, DI, BP, BX.
      let bases: [UInt8?] = [3, 3, 5, 5, nil, nil, 5, 3]
      let indices: [UInt8?] = [6, 7, 6, 7, 6, 7, nil, nil]
      memory.base = bases[Int(rm)]
      memory.index = indices[Int(rm)]
      if mod == 2 { displacementSize = 2 }
      if mod == 0, rm == 6 {
        memory.base = nil
        displacementSize = 2
      }
      if memory.base == 5 { memory.segment = .ss }
    } else {
      if mod == 2 { displacementSize = 4 }
      if rm == 4 {
        let sib = try nextByte()
        let index = sib >> 3 & 7 | (instruction.rex & 2) << 2
        memory.scale = sib >> 6
        if index != 4 { memory.index = index }
        memory.base = sib & 7 | (instruction.rex & 1) << 3
        if sib & 7 == 5, mod == 0 {
          memory.base = nil
          displacementSize = 4
        }
      } else if rm == 5, mod == 0 {
        displacementSize = 4
        memory.isRelativeToRIP = mode == .long
      } else {
        memory.base = rm | (instruction.rex & 1) << 3
      }
      if memory.base == 4 || memory.base == 5 { memory.segment = .ss }
    }
    let raw = try nextNumber(displacementSize)
    switch displacementSize {
    case 1: memory.displacement = UInt64(bitPattern: Int64(Int8(truncatingIfNeeded: raw)))
    case 2: memory.displacement = UInt64(bitPattern: Int64(Int16(truncatingIfNeeded: raw)))
    case 4: memory.displacement = UInt64(bitPattern: Int64(Int32(truncatingIfNeeded: raw)))
    default: break
    }
    if let segment = instruction.segment { memory.segment = segment }
    instruction.memory = memory
  }

  /// Whether ModRM follows the opcode, for the opcodes looked at (SDM vol. 2, tables ).
  private static func hasModRM(_ map: Instruction.Map, _ opcode: UInt8) -> Bool {
    switch map {
    case .primary:
      switch opcode {
      case 0x62, 0x63, 0xD8...0xDF: true
      default: false
      }
    case .secondary:
      switch opcode {
      case 0x05...0x0C, 0x0E, 0x30...0x37, 0x77, 0x80...0x8F, 0xA0...0xA2, 0xA8...0xAA,
        0xC8...0xCF:
        false
      default: true
      }
    case .map38, .map3A: true
    }
  }

  private var immediateSize: Int {
    switch (instruction.map, instruction.opcode) {
    case (.primary, 0xCD), (.primary, 0xD4), (.primary, 0xD5): 1
    case (.primary, 0xC8): 3
    case (.secondary, 0x70...0x73), (.secondary, 0xA4), (.secondary, 0xAC), (.secondary, 0xBA),
      (.secondary, 0xC2), (.secondary, 0xC4), (.secondary, 0xC5), (.secondary, 0xC6):
      1
    case (.map3A, _): 1
    default: 0
    }
  }
}

/// The x87 instructions that move without rounding, and the control words (SDM vol. 2, by name; vol. 1,
/// chapter 8). Whatever would overflow or underflow the register stack, round, or meet a signaling NaN or
/// a denormal is left alone.
extension Execution {
  mutating func x87() throws(ProcessorFault) {
    if instruction.map == .secondary { return try emptyMMX() }
    let isMemory = instruction.memory != nil
    // FNCLEX, FNINIT, FNSTSW AX do not wait.
    let opcode = instruction.opcode
    let byte = instruction.modRM ?? 0
    let waits =
      isMemory || !(opcode == 0xDB && byte & 0xF8 == 0xE0 || opcode == 0xDF && byte == 0xE0)
    let isStoringControl =
      isMemory
      && (opcode == 0xD9 && instruction.extensionField >= 6
        || opcode == 0xDD && instruction.extensionField >= 6)
    try checkX87(waits: waits && !isStoringControl)
    if isMemory { try x87Memory() } else { try x87Register() }
  }

  /// EMMS: all registers empty. The top of the stack becomes register 0.
  private mutating func emptyMMX() throws(ProcessorFault) {
    if state.cr0 & 4 != 0 { throw .undefined }
    try checkX87()
    var image = try extendedImage()
    image.tags = 0
    image.setTop(0)
    image.inUse |= ExtendedImage.x87
    setImage(image)
  }

  private mutating func x87Memory() throws(ProcessorFault) {
    switch (instruction.opcode, instruction.extensionField) {
    case (0xD9, 0): try pushX87(try Self.fromSingle(integer(try readMemory(4))))
    case (0xDD, 0): try pushX87(try Self.fromDouble(integer(try readMemory(8))))
    case (0xDB, 5):
      let raw = try readMemory(10)
      try pushX87(
        Extended80(
          significand: integer(raw[..<8]),
          signAndExponent: UInt16(truncatingIfNeeded: integer(raw[8...]))))
    case (0xDF, 0): try pushX87(Self.fromInteger(try signed(2)))
    case (0xDB, 0): try pushX87(Self.fromInteger(try signed(4)))
    case (0xDF, 5): try pushX87(Self.fromInteger(try signed(8)))
    case (0xD9, 2), (0xD9, 3), (0xDD, 2), (0xDD, 3): try storeFloat()
    case (0xDB, 7):
      let value = try topOfStack()
      try writeMemory(
        Emulation.bytes(value.significand, 8) + Emulation.bytes(UInt64(value.signAndExponent), 2))
      try finishX87(pops: true)
    case (0xDF, 2), (0xDF, 3): try storeInteger(2)
    case (0xDB, 2), (0xDB, 3): try storeInteger(4)
    case (0xDF, 7): try storeInteger(8)
    // FISTTP is FISTP for a number that is one.
    case (0xDF, 1): try storeInteger(2, truncates: true)
    case (0xDB, 1): try storeInteger(4, truncates: true)
    case (0xDD, 1): try storeInteger(8, truncates: true)
    case (0xD9, 5):
      var image = try extendedImage()
      image.controlWord = UInt16(truncatingIfNeeded: integer(try readMemory(2)))
      image.settleX87()
      image.inUse |= ExtendedImage.x87
      setImage(image)
    case (0xD9, 7): try writeMemory(Emulation.bytes(UInt64(try extendedImage().controlWord), 2))
    case (0xDD, 7): try writeMemory(Emulation.bytes(UInt64(try extendedImage().statusWord), 2))
    default: throw .notRepairable
    }
  }

  private mutating func x87Register() throws(ProcessorFault) {
    let byte = instruction.modRM ?? 0
    let index = byte & 7
    var image = try extendedImage()
    switch (instruction.opcode, byte) {
    case (0xD9, 0xC0...0xC7):
      try pushX87(try stackRegister(index))
    case (0xD9, 0xC8...0xCF):
      let top = try topOfStack()
      image.setStackRegister(0, try stackRegister(index))
      image.setStackRegister(index, top)
      setImage(image)
      try finishX87()
    // FNOP leaves even C1 alone.
    case (0xD9, 0xD0): break
    case (0xD9, 0xE0), (0xD9, 0xE1):
      var value = try topOfStack()
      value.signAndExponent =
        byte == 0xE0 ? value.signAndExponent ^ 0x8000 : value.signAndExponent & 0x7FFF
      image.setStackRegister(0, value)
      setImage(image)
      try finishX87()
    case (0xD9, 0xE8):
      try pushX87(Extended80(significand: 1 << 63, signAndExponent: 0x3FFF))
    case (0xD9, 0xEE): try pushX87(Extended80(significand: 0, signAndExponent: 0))
    case (0xD9, 0xF6), (0xD9, 0xF7):
      image.setTop(image.top &+ (byte == 0xF7 ? 1 : 7) & 7)
      setImage(image)
      try finishX87()
    case (0xDD, 0xC0...0xC7):
      image.tags &= ~(1 << ((image.top + index) & 7))
      setImage(image)
      try finishX87()
    case (0xDD, 0xD0...0xDF):
      image.setStackRegister(index, try topOfStack())
      setImage(image)
      try finishX87(pops: byte >= 0xD8)
    case (0xDB, 0xE2):
      image.statusWord &= 0x7F00
      image.inUse |= ExtendedImage.x87
      setImage(image)
    case (0xDB, 0xE3):
      image.resetX87()
      setImage(image)
    case (0xDF, 0xE0): setRegister(0, 16, UInt64(image.statusWord))
    default: throw .notRepairable
    }
  }

  // MARK: The register stack

  private mutating func stackRegister(_ index: UInt8) throws(ProcessorFault) -> Extended80 {
    let image = try extendedImage()
    guard image.tags & 1 << ((image.top + index) & 7) != 0 else { throw .notRepairable }
    return image.stackRegister(index)
  }

  private mutating func topOfStack() throws(ProcessorFault) -> Extended80 { try stackRegister(0) }

  private mutating func pushX87(_ value: Extended80) throws(ProcessorFault) {
    var image = try extendedImage()
    let top = (image.top &+ 7) & 7
    guard image.tags & 1 << top == 0 else { throw .notRepairable }
    image.setTop(top)
    image.setStackRegister(0, value)
    setImage(image)
    try finishX87()
  }

  /// C1 is cleared, the instruction pointer remembered. The opcode and data pointer are kept for
  /// instructions with an unmasked exception only (CPUID.7.EBX[6], fopcode compatibility).
  private mutating func finishX87(pops: Bool = false) throws(ProcessorFault) {
    var image = try extendedImage()
    if pops {
      image.tags &= ~(1 << image.top)
      image.setTop((image.top &+ 1) & 7)
    }
    image.statusWord &= ~0x200
    image.setNumber(8, 8, mode == .long ? state.rip : state.rip & 0xFFFF_FFFF)
    image.inUse |= ExtendedImage.x87
    setImage(image)
  }

  // MARK: Stores

  private mutating func storeFloat() throws(ProcessorFault) {
    let value = try topOfStack()
    if instruction.opcode == 0xD9 {
      guard let single = Self.exactly(value, exponentBits: 8, fractionBits: 23) else {
        throw .notRepairable
      }
      try writeMemory(Emulation.bytes(single, 4))
    } else {
      guard let double = Self.exactly(value, exponentBits: 11, fractionBits: 52) else {
        throw .notRepairable
      }
      try writeMemory(Emulation.bytes(double, 8))
    }
    try finishX87(pops: instruction.extensionField == 3)
  }

  private mutating func storeInteger(_ count: Int, truncates: Bool = false) throws(ProcessorFault) {
    if truncates { try require(.sse3) }
    guard let value = Self.integerExactly(try topOfStack()) else { throw .notRepairable }
    let bits = Int64(count * 8)
    guard (value << (64 - bits)) >> (64 - bits) == value else { throw .notRepairable }
    try writeMemory(Emulation.bytes(UInt64(bitPattern: value), count))
    try finishX87(pops: truncates || instruction.extensionField != 2)
  }

  private mutating func signed(_ count: Int) throws(ProcessorFault) -> Int64 {
    let shift = Int64(64 - count * 8)
    let shifted = Int64(bitPattern: integer(try readMemory(count))) << shift
    return shifted >> shift
  }
}

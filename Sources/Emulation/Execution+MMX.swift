/// Moves and bitwise logic of MMX (SDM vol. 1, chapter 9; vol. 2, by name).
extension Execution {
  mutating func mmx() throws(ProcessorFault) {
    try require(.mmx)
    if state.cr0 & 4 != 0 { throw .undefined }
    try checkX87()
    let register = instruction.extensionField
    switch instruction.opcode {
    case 0x6E: try setMMX(register, try readOperand(scalarBits))
    case 0x7E: try writeOperand(scalarBits, try mmxRegister(register) & mask(scalarBits))
    case 0x6F: try setMMX(register, try mmxOperand())
    case 0x7F:
      let value = try mmxRegister(register)
      if instruction.memory != nil {
        try writeMemory(Emulation.bytes(value, 8))
      } else {
        try setMMX(rmMMX, value)
      }
    case 0xE7:
      // MOVNTQ.
      guard instruction.memory != nil else { throw .undefined }
      try writeMemory(Emulation.bytes(try mmxRegister(register), 8))
    default:
      let (first, second) = (try mmxRegister(register), try mmxOperand())
      switch instruction.opcode {
      case 0xDB: try setMMX(register, first & second)
      case 0xDF: try setMMX(register, ~first & second)
      case 0xEB: try setMMX(register, first | second)
      default: try setMMX(register, first ^ second)
      }
    }
    try enterMMX()
  }

  /// MOVD, or MOVQ with REX.W.
  private var scalarBits: Int { instruction.isWide && mode == .long ? 64 : 32 }

  /// REX.B means nothing to the eight registers of MMX.
  private var rmMMX: UInt8 { (instruction.modRM ?? 0) & 7 }

  private mutating func mmxOperand() throws(ProcessorFault) -> UInt64 {
    guard instruction.memory != nil else { return try mmxRegister(rmMMX) }
    return integer(try readMemory(8))
  }

  /// The image holds the x87 registers from the top of the stack on, MMX numbers them as they lie.
  private mutating func mmxRegister(_ number: UInt8) throws(ProcessorFault) -> UInt64 {
    let image = try extendedImage()
    return image.stackRegister((number &- image.top) & 7).significand
  }

  private mutating func setMMX(_ number: UInt8, _ value: UInt64) throws(ProcessorFault) {
    var image = try extendedImage()
    image.setStackRegister(
      (number &- image.top) & 7, Extended80(significand: value, signAndExponent: 0xFFFF))
    setImage(image)
  }

  /// Any MMX instruction but EMMS makes the top of the stack register 0, and every register valid.
  private mutating func enterMMX() throws(ProcessorFault) {
    var image = try extendedImage()
    image.setTop(0)
    image.tags = 0xFF
    image.inUse |= ExtendedImage.x87
    setImage(image)
  }
}

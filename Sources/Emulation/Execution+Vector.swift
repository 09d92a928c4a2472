/// Moves and bitwise logic of SSE and AVX (SDM vol. 2, by name): what needs no arithmetic.
extension Execution {
  /// 128 or 256 bits.
  struct Vector {
    var low: UInt128
    var high: UInt128 = 0
  }

  private var isVEX: Bool { instruction.vex != nil }
  private var is256: Bool { instruction.vex?.is256 ?? false }
  private var prefix: UInt8 { instruction.mandatoryPrefix }

  mutating func vector() throws(ProcessorFault) {
    if isVEX { try checkAVX() }
    if instruction.map == .map38 {
      try require(isVEX ? (is256 ? .avx2 : .avx) : .sse41)
      if !isVEX { try checkSSE() }
      try forbidThirdOperand()
      return try load(16, aligned: true, onlyMemory: true)
    }
    if isVEX, instruction.opcode == 0x77 { return try clearVectors() }
    if !isVEX {
      // MOVQ2DQ and MOVDQ2Q are half MMX.
      if instruction.opcode == 0xD6 && prefix > 1 { throw .notRepairable }
      try checkSSE()
    }
    switch instruction.opcode {
    case 0x10, 0x11: try moveUnaligned()
    case 0x12, 0x13, 0x16, 0x17: try moveHalf()
    case 0x14, 0x15: try unpack()
    case 0x28, 0x29, 0x2B, 0xE7: try moveAligned()
    case 0x54...0x57, 0xDB, 0xDF, 0xEB, 0xEF: try logic()
    case 0x6E, 0x7E, 0xD6: try moveScalar()
    case 0x6F, 0x7F:
      guard prefix == 1 || prefix == 2 else { throw .undefined }
      try forbidThirdOperand()
      if instruction.opcode == 0x6F {
        try load(width, aligned: prefix == 1)
      } else {
        try store(width, aligned: prefix == 1)
      }
    case 0xF0:
      guard prefix == 3 else { throw .undefined }
      if !isVEX { try require(.sse3) }
      try forbidThirdOperand()
      try load(width, aligned: false, onlyMemory: true)
    default: throw .notRepairable
    }
  }

  // MARK: Groups

  private mutating func moveUnaligned() throws(ProcessorFault) {
    let isStore = instruction.opcode == 0x11
    guard prefix >= 2 else {
      try forbidThirdOperand()
      if isStore { try store(width, aligned: false) } else { try load(width, aligned: false) }
      return
    }
    // MOVSS and MOVSD: from memory the rest is cleared, between registers it is kept.
    let count = prefix == 2 ? 4 : 8
    if instruction.memory != nil {
      try forbidThirdOperand()
      if isStore { return try storeScalar(count) }
      let value = UInt128(integer(try readMemory(count)))
      return try setVector(instruction.register, Vector(low: value))
    }
    let image = try extendedImage()
    let source = isStore ? instruction.register : instruction.rmRegister
    let target = isStore ? instruction.rmRegister : instruction.register
    let kept = image[xmm: instruction.vex?.register ?? target]
    let ones: UInt128 = (1 << UInt128(count * 8)) - 1
    try setVector(target, Vector(low: kept & ~ones | image[xmm: source] & ones))
  }

  /// MOVLPS, MOVHPS and theirs; between registers MOVHLPS and MOVLHPS.
  private mutating func moveHalf() throws(ProcessorFault) {
    let isHigh = instruction.opcode >= 0x16
    guard prefix < 2 else { return try duplicate(isHigh) }
    if is256 { throw .undefined }
    var image = try extendedImage()
    if instruction.opcode & 1 != 0 {
      guard instruction.memory != nil else { throw .undefined }
      try forbidThirdOperand()
      let value = image[xmm: instruction.register] >> (isHigh ? 64 : 0)
      return try writeMemory(Emulation.bytes(UInt64(truncatingIfNeeded: value), 8))
    }
    let half: UInt128
    if instruction.memory != nil {
      half = UInt128(integer(try readMemory(8)))
      image = try extendedImage()
    } else {
      guard prefix == 0 else { throw .undefined }
      let source = image[xmm: instruction.rmRegister]
      half = isHigh ? source & UInt128(UInt64.max) : source >> 64
    }
    let kept = image[xmm: instruction.vex?.register ?? instruction.register]
    let low = UInt128(UInt64.max)
    try setVector(
      instruction.register,
      Vector(low: isHigh ? kept & low | half << 64 : kept & ~low | half))
  }

  /// MOVSLDUP, MOVSHDUP and MOVDDUP.
  private mutating func duplicate(_ isHigh: Bool) throws(ProcessorFault) {
    guard instruction.opcode & 1 == 0, !(isHigh && prefix == 3) else { throw .undefined }
    if !isVEX { try require(.sse3) }
    try forbidThirdOperand()
    if prefix == 3 {
      guard is256 || instruction.memory == nil else {
        let value = UInt128(integer(try readMemory(8)))
        return try setVector(instruction.register, Vector(low: value | value << 64))
      }
      let source = try vectorOperand(width, aligned: false)
      let low = source.low & UInt128(UInt64.max)
      let high = source.high & UInt128(UInt64.max)
      return try setVector(
        instruction.register, Vector(low: low | low << 64, high: high | high << 64))
    }
    let source = try vectorOperand(width, aligned: !isVEX)
    let even: UInt128 = 0x0000_0000_FFFF_FFFF_0000_0000_FFFF_FFFF
    func doubled(_ value: UInt128) -> UInt128 {
      let part = (isHigh ? value >> 32 : value) & even
      return part | part << 32
    }
    try setVector(
      instruction.register, Vector(low: doubled(source.low), high: doubled(source.high)))
  }

  /// UNPCKLPS/PD and UNPCKHPS/PD.
  private mutating func unpack() throws(ProcessorFault) {
    guard prefix < 2 else { throw .undefined }
    let isHigh = instruction.opcode == 0x15
    let isWide = prefix == 1
    func interleaved(_ a: UInt128, _ b: UInt128) -> UInt128 {
      let first = isHigh ? a >> 64 : a & UInt128(UInt64.max)
      let second = isHigh ? b >> 64 : b & UInt128(UInt64.max)
      if isWide { return first | second << 64 }
      let part = UInt128(UInt32.max)
      return first & part | (second & part) << 32 | (first >> 32) << 64 | (second >> 32) << 96
    }
    try combine(interleaved)
  }

  private mutating func moveAligned() throws(ProcessorFault) {
    try forbidThirdOperand()
    switch instruction.opcode {
    case 0x28 where prefix < 2: try load(width, aligned: true)
    case 0x29 where prefix < 2: try store(width, aligned: true)
    case 0x2B where prefix < 2 && instruction.memory != nil: try store(width, aligned: true)
    case 0xE7 where prefix == 1 && instruction.memory != nil: try store(width, aligned: true)
    default: throw .undefined
    }
  }

  private mutating func logic() throws(ProcessorFault) {
    guard instruction.opcode < 0x60 ? prefix < 2 : prefix == 1 else { throw .undefined }
    switch instruction.opcode {
    case 0x54, 0xDB: try combine { $0 & $1 }
    case 0x55, 0xDF: try combine { ~$0 & $1 }
    case 0x56, 0xEB: try combine { $0 | $1 }
    default: try combine { $0 ^ $1 }
    }
  }

  /// MOVD and MOVQ.
  private mutating func moveScalar() throws(ProcessorFault) {
    if is256 { throw .undefined }
    try forbidThirdOperand()
    let isGeneral = instruction.opcode != 0xD6 && prefix == 1
    if isGeneral {
      let bits = instruction.isWide && mode == .long ? 64 : 32
      if instruction.opcode == 0x6E {
        return try setVector(instruction.register, Vector(low: UInt128(try readOperand(bits))))
      }
      let value = UInt64(truncatingIfNeeded: try extendedImage()[xmm: instruction.register])
      return try writeOperand(bits, value & mask(bits))
    }
    switch (instruction.opcode, prefix) {
    case (0x7E, 2):
      let value: UInt128
      if instruction.memory != nil {
        value = UInt128(integer(try readMemory(8)))
      } else {
        value = try extendedImage()[xmm: instruction.rmRegister] & UInt128(UInt64.max)
      }
      try setVector(instruction.register, Vector(low: value))
    case (0xD6, 1):
      if instruction.memory != nil { return try storeScalar(8) }
      let value = try extendedImage()[xmm: instruction.register] & UInt128(UInt64.max)
      try setVector(instruction.rmRegister, Vector(low: value))
    default: throw .undefined
    }
  }

  /// VZEROUPPER and VZEROALL: eight registers outside 64-bit mode, else sixteen.
  private mutating func clearVectors() throws(ProcessorFault) {
    guard instruction.vex?.register == 0, prefix == 0 else { throw .undefined }
    var image = try extendedImage()
    for register in 0..<UInt8(mode == .long ? 16 : 8) {
      if is256 { image[xmm: register] = 0 }
      if image[high: register] != 0 { image[high: register] = 0 }
      image.clearZMM(register)
    }
    setImage(image)
  }

  // MARK: Operands

  private var width: Int { is256 ? 32 : 16 }

  /// VEX.vvvv names nothing where there are two operands.
  private func forbidThirdOperand() throws(ProcessorFault) {
    if let vex = instruction.vex, vex.register != 0 { throw .undefined }
  }

  private mutating func vectorOperand(_ count: Int, aligned: Bool) throws(ProcessorFault) -> Vector
  {
    let image = try extendedImage()
    guard instruction.memory != nil else {
      let register = instruction.rmRegister
      return Vector(low: image[xmm: register], high: count == 32 ? image[high: register] : 0)
    }
    let raw = try readMemory(count, aligned: aligned ? count : 1)
    func number(_ offset: Int) -> UInt128 {
      UInt128(integer(raw[offset..<(offset + 8)]))
        | UInt128(integer(raw[(offset + 8)..<(offset + 16)])) << 64
    }
    return Vector(low: number(0), high: count == 32 ? number(16) : 0)
  }

  private mutating func load(
    _ count: Int, aligned: Bool, onlyMemory: Bool = false
  ) throws(ProcessorFault) {
    if onlyMemory, instruction.memory == nil { throw .undefined }
    let count = is256 ? 32 : count
    try setVector(instruction.register, try vectorOperand(count, aligned: aligned))
  }

  private mutating func store(_ count: Int, aligned: Bool) throws(ProcessorFault) {
    let image = try extendedImage()
    let value = Vector(
      low: image[xmm: instruction.register],
      high: count == 32 ? image[high: instruction.register] : 0)
    guard instruction.memory != nil else { return try setVector(instruction.rmRegister, value) }
    var data: [UInt8] = []
    for half in count == 32 ? [value.low, value.high] : [value.low] {
      data += Emulation.bytes(UInt64(truncatingIfNeeded: half), 8)
      data += Emulation.bytes(UInt64(truncatingIfNeeded: half >> 64), 8)
    }
    try writeMemory(data, aligned: aligned ? count : 1)
  }

  private mutating func storeScalar(_ count: Int) throws(ProcessorFault) {
    let value = UInt64(truncatingIfNeeded: try extendedImage()[xmm: instruction.register])
    try writeMemory(Emulation.bytes(value, count))
  }

  /// Destination and source, or with VEX both sources, half by half. A source in memory is aligned unless
  /// VEX is used.
  private mutating func combine(
    _ operation: (UInt128, UInt128) -> UInt128
  ) throws(ProcessorFault) {
    let source = try vectorOperand(width, aligned: !isVEX)
    let image = try extendedImage()
    let first = instruction.vex?.register ?? instruction.register
    let high = is256 ? operation(image[high: first], source.high) : 0
    try setVector(
      instruction.register, Vector(low: operation(image[xmm: first], source.low), high: high))
  }

  /// Without VEX what is above bit 127 is kept, with it cleared.
  private mutating func setVector(_ register: UInt8, _ value: Vector) throws(ProcessorFault) {
    var image = try extendedImage()
    image[xmm: register] = value.low
    if isVEX {
      if image[high: register] != value.high { image[high: register] = value.high }
      image.clearZMM(register)
    }
    setImage(image)
  }
}

/// The bits of the x87's own format: sign and exponent (16 bits) over a significand of 64.
struct Extended80: Equatable {
  var significand: UInt64
  var signAndExponent: UInt16
}

/// Conversions between the x87 formats that lose nothing (SDM vol. 1, 4.2.2 and 4.8).
extension Execution {
  static func fromSingle(_ value: UInt64) throws(ProcessorFault) -> Extended80 {
    try widened(value, exponentBits: 8, fractionBits: 23)
  }

  static func fromDouble(_ value: UInt64) throws(ProcessorFault) -> Extended80 {
    try widened(value, exponentBits: 11, fractionBits: 52)
  }

  private static func widened(
    _ value: UInt64, exponentBits: UInt64, fractionBits: UInt64
  ) throws(ProcessorFault) -> Extended80 {
    let fraction = value & ((1 << fractionBits) &- 1)
    let exponent = value >> fractionBits & ((1 << exponentBits) &- 1)
    let sign = UInt16(truncatingIfNeeded: value >> (fractionBits + exponentBits) & 1) << 15
    let top = (UInt64(1) << exponentBits) &- 1
    let significand = fraction << (63 - fractionBits) | 1 << 63
    if exponent == 0 {
      // A denormal raises an exception that the status word remembers.
      guard fraction == 0 else { throw .notRepairable }
      return Extended80(significand: 0, signAndExponent: sign)
    }
    if exponent == top {
      let isQuiet = fraction >> (fractionBits - 1) == 1
      guard fraction == 0 || isQuiet else { throw .notRepairable }
      return Extended80(significand: significand, signAndExponent: sign | 0x7FFF)
    }
    let bias = (UInt64(1) << (exponentBits - 1)) &- 1
    return Extended80(
      significand: significand, signAndExponent: sign | UInt16(exponent &+ 16383 &- bias))
  }

  static func fromInteger(_ value: Int64) -> Extended80 {
    guard value != 0 else { return Extended80(significand: 0, signAndExponent: 0) }
    let magnitude = value.magnitude
    let shift = magnitude.leadingZeroBitCount
    return Extended80(
      significand: magnitude << UInt64(shift),
      signAndExponent: UInt16(16383 + 63 - shift) | (value < 0 ? 0x8000 : 0))
  }

  /// The value in a narrower format if it is zero, infinite or a normal number that fits.
  static func exactly(
    _ value: Extended80, exponentBits: UInt64, fractionBits: UInt64
  ) -> UInt64? {
    let sign = UInt64(value.signAndExponent >> 15) << (fractionBits + exponentBits)
    let exponent = Int(value.signAndExponent & 0x7FFF)
    if exponent == 0, value.significand == 0 { return sign }
    let top = (UInt64(1) << exponentBits) &- 1
    if exponent == 0x7FFF, value.significand == 1 << 63 { return sign | top << fractionBits }
    let lost = 63 - fractionBits
    guard value.significand >> 63 == 1, value.significand & ((1 << lost) &- 1) == 0 else {
      return nil
    }
    let bias = Int(top >> 1)
    let narrow = exponent - 16383 + bias
    guard narrow > 0, narrow < Int(top) else { return nil }
    let fraction = value.significand >> lost & ((1 << fractionBits) &- 1)
    return sign | UInt64(narrow) << fractionBits | fraction
  }

  /// The value if it is an integer of 64 bits.
  static func integerExactly(_ value: Extended80) -> Int64? {
    let exponent = Int(value.signAndExponent & 0x7FFF)
    if exponent == 0, value.significand == 0 { return 0 }
    let isNegative = value.signAndExponent & 0x8000 != 0
    let shift = 16383 + 63 - exponent
    guard value.significand >> 63 == 1, shift >= 0, shift < 64,
      value.significand & ((1 << UInt64(shift)) &- 1) == 0
    else { return nil }
    let magnitude = value.significand >> UInt64(shift)
    if isNegative {
      guard magnitude <= 1 << 63 else { return nil }
      return Int64(bitPattern: 0 &- magnitude)
    }
    return Int64(exactly: magnitude)
  }
}

extension ExtendedImage {
  /// TOP: which physical register is ST(0).
  var top: UInt8 { UInt8(statusWord >> 11 & 7) }

  /// Moves TOP. The image holds ST(0) to ST(7) in this order, so that the registers turn.
  mutating func setTop(_ new: UInt8) {
    let turn = Int(new &- top & 7)
    let old = slice(32, 128)
    for index in 0..<8 {
      let from = (index + turn) & 7
      replace(32 + index * 16, old[(from * 16)..<(from * 16 + 16)])
    }
    statusWord = statusWord & ~0x3800 | UInt16(new & 7) << 11
  }

  func stackRegister(_ index: UInt8) -> Extended80 {
    let offset = 32 + Int(index & 7) * 16
    return Extended80(
      significand: number(offset, 8),
      signAndExponent: UInt16(truncatingIfNeeded: number(offset + 8, 2)))
  }

  /// Sets ST(index), which is not empty then.
  mutating func setStackRegister(_ index: UInt8, _ value: Extended80) {
    let offset = 32 + Int(index & 7) * 16
    setNumber(offset, 8, value.significand)
    setNumber(offset + 8, 8, UInt64(value.signAndExponent))
    tags |= 1 << ((top + index) & 7)
  }

  /// FNINIT: the registers keep their content, but are empty.
  mutating func resetX87() {
    setTop(0)
    setNumber(0, 2, 0x37F)
    setNumber(2, 2, 0)
    tags = 0
    setNumber(6, 2, 0)
    setNumber(8, 8, 0)
    setNumber(16, 8, 0)
    inUse |= Self.x87
  }
}

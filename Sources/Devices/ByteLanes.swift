/// An access of several bytes as the accesses of one byte that the bridge of an 8-bit bus makes of it:
/// ascending ports, the low byte first. Another size than 1, 2 and 4 is taken as the bytes that it has,
/// four at most.
enum ByteLanes {
  /// The value whose bytes `byte` gives, by their distance from the first port.
  static func read(size: UInt8, _ byte: (UInt16) -> UInt8) -> UInt32 {
    var value: UInt32 = 0
    for lane in 0..<UInt16(min(size, 4)) { value |= UInt32(byte(lane)) << UInt32(8 * lane) }
    return value
  }

  /// Writes all bytes of `value`; the effect is that of the first byte that has one.
  static func write(
    size: UInt8, value: UInt32, _ byte: (UInt16, UInt8) -> DeviceEffect
  ) -> DeviceEffect {
    var effect = DeviceEffect.none
    for lane in 0..<UInt16(min(size, 4)) {
      let later = byte(lane, UInt8(truncatingIfNeeded: value >> UInt32(8 * lane)))
      if effect == .none { effect = later }
    }
    return effect
  }
}

/// The ports: what delay loops and storms write answers at once, the rest is the chipset's.
final class PortBus: Sendable {
  let chipset: Chipset

  private static let serial: UInt16 = 0x3f8

  init(chipset: Chipset) { self.chipset = chipset }

  /// OUT of `value` (1, 2 or 4 bytes) to `port`. Unknown ports take everything.
  @inline(__always)
  func write(port: UInt16, size: UInt8, value: UInt32) -> PortEffect {
    // 0x80 before all: the port that delay loops and the demo guest's storms write.
    if port == 0x80 { return .none }
    if port & ~7 == Self.serial {
      guard size == 1 else { return writeSerialBytes(port, size, value) }
      return chipset.writeSerial(
        register: UInt8(port & 7), UInt8(truncatingIfNeeded: value))
    }
    return chipset.write(port: port, size: size, value: value)
  }

  /// IN of `size` bytes from `port`: all ones where nothing answers.
  @inline(__always)
  func read(port: UInt16, size: UInt8) -> UInt32 {
    if port & ~7 == Self.serial {
      guard size == 1 else { return readSerialBytes(port, size) }
      return UInt32(chipset.readSerial(register: UInt8(port & 7)))
    }
    return Self.low(chipset.read(port: port, size: size), size)
  }

  /// A register is a byte wide: a wider access is as many, the lowest port first, as the bus splits it.
  private func writeSerialBytes(_ port: UInt16, _ size: UInt8, _ value: UInt32) -> PortEffect {
    var first = PortEffect.none
    for index in 0..<UInt16(size) {
      let effect = write(port: port &+ index, size: 1, value: value >> (8 * UInt32(index)) & 0xff)
      if first == .none { first = effect }
    }
    return first
  }

  private func readSerialBytes(_ port: UInt16, _ size: UInt8) -> UInt32 {
    (0..<UInt16(size)).reduce(0) { value, index in
      value | read(port: port &+ index, size: 1) << (8 * UInt32(index))
    }
  }

  private static func low(_ value: UInt32, _ size: UInt8) -> UInt32 {
    size == 1 ? value & 0xff : size == 2 ? value & 0xffff : value
  }
}

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
    if port & ~7 == Self.serial && size == 1 {
      return chipset.writeSerial(
        register: UInt8(port & 7), UInt8(truncatingIfNeeded: value))
    }
    return chipset.write(port: port, size: size, value: value)
  }

  /// IN of `size` bytes from `port`: all ones where nothing answers.
  @inline(__always)
  func read(port: UInt16, size: UInt8) -> UInt32 {
    if port & ~7 == Self.serial {
      // A register is a byte wide; what is beside it in a wider access nobody drives.
      let value = ~0xff | UInt32(chipset.readSerial(register: UInt8(port & 7)))
      return Self.low(value, size)
    }
    return Self.low(chipset.read(port: port, size: size), size)
  }

  private static func low(_ value: UInt32, _ size: UInt8) -> UInt32 {
    size == 1 ? value & 0xff : size == 2 ? value & 0xffff : value
  }
}

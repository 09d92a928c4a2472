import Devices

/// The ports: what delay loops and storms write answers at once, the rest is the chipset's.
final class PortBus: Sendable {
  let chipset: Chipset

  init(chipset: Chipset) { self.chipset = chipset }

  /// OUT of `value` (1, 2 or 4 bytes) to `port`. Unknown ports take everything.
  @inline(__always)
  func write(port: UInt16, size: UInt8, value: UInt32) -> PortEffect {
    // 0x80 before all: the port that delay loops and the demo guest's storms write.
    if port == 0x80 { return .none }
    return writeDevice(port, size, value)
  }

  /// Not inlined, as `read` is not: each would cost the loop around it registers, and so every exit something.
  @inline(never)
  private func writeDevice(_ port: UInt16, _ size: UInt8, _ value: UInt32) -> PortEffect {
    guard PortOwner.isWhole(port, size) else { return writeBytes(port, size, value) }
    if port & ~7 == UART16550.com1 {
      return chipset.writeSerial(register: UInt8(port & 7), UInt8(truncatingIfNeeded: value))
    }
    return chipset.write(port: port, size: size, value: value)
  }

  /// IN of `size` bytes from `port`: all ones where nothing answers.
  @inline(never)
  func read(port: UInt16, size: UInt8) -> UInt32 {
    guard PortOwner.isWhole(port, size) else { return readBytes(port, size) }
    if port & ~7 == UART16550.com1 {
      return UInt32(chipset.readSerial(register: UInt8(port & 7)))
    }
    return Self.low(chipset.read(port: port, size: size), size)
  }

  /// As many accesses as there are bytes, the lowest port first. All are made; the effect is that of the
  /// first that has one.
  private func writeBytes(_ port: UInt16, _ size: UInt8, _ value: UInt32) -> PortEffect {
    var first = PortEffect.none
    for index in 0..<UInt16(size) {
      let effect = write(port: port &+ index, size: 1, value: value >> (8 * UInt32(index)) & 0xff)
      if first == .none { first = effect }
    }
    return first
  }

  private func readBytes(_ port: UInt16, _ size: UInt8) -> UInt32 {
    (0..<UInt16(size)).reduce(0) { value, index in
      value | read(port: port &+ index, size: 1) << (8 * UInt32(index))
    }
  }

  private static func low(_ value: UInt32, _ size: UInt8) -> UInt32 {
    size == 1 ? value & 0xff : size == 2 ? value & 0xffff : value
  }
}

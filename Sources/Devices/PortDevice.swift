/// A device in the I/O space, whose registers are bytes unless it says otherwise.
///
/// Not to be used as an existential: callers name the device. Times (`now`) are nanoseconds of one
/// monotonic clock; a device that does not depend on time ignores them. No value of a guest makes a
/// device trap.
public protocol PortDevice: Sendable {
  /// One byte read at `port`; all ones where the device has no register.
  mutating func readByte(port: UInt16, now: UInt64) -> UInt8
  /// One byte written at `port`; nothing happens where the device has no register.
  mutating func writeByte(port: UInt16, value: UInt8, now: UInt64) -> DeviceEffect
  /// A read of `size` bytes (1, 2 or 4) that starts at `port`.
  mutating func read(port: UInt16, size: UInt8, now: UInt64) -> UInt32
  /// A write of `size` bytes (1, 2 or 4) that starts at `port`.
  mutating func write(port: UInt16, size: UInt8, value: UInt32, now: UInt64) -> DeviceEffect
}

extension PortDevice {
  /// Split into bytes, low first, as the bridge of an 8-bit bus does.
  public mutating func read(port: UInt16, size: UInt8, now: UInt64) -> UInt32 {
    ByteLanes.read(size: size) { readByte(port: port &+ $0, now: now) }
  }

  /// Split into bytes, low first. All are written; the effect is that of the first byte that has one.
  /// No device that uses this split has two effects within four ports.
  public mutating func write(
    port: UInt16, size: UInt8, value: UInt32, now: UInt64
  ) -> DeviceEffect {
    ByteLanes.write(size: size, value: value) {
      writeByte(port: port &+ $0, value: $1, now: now)
    }
  }
}

/// What BIOS services need of the machine. One vcpu at a time calls.
public protocol BIOSBoard {
  /// `count` bytes of guest memory at guest-physical `address`; fewer where RAM ends.
  func read(at address: UInt64, count: Int) -> [UInt8]
  /// Writes guest memory; what lies outside RAM is dropped.
  func write(_ bytes: [UInt8], at address: UInt64)
  /// A byte from an I/O port.
  func input(_ port: UInt16) -> UInt8
  /// A byte to an I/O port.
  func output(_ port: UInt16, _ value: UInt8)
  /// Text for the operator, who sees it where the serial port's output goes.
  func print(_ bytes: [UInt8])
  /// The bytes that the operator typed and nobody took yet; they are taken.
  func takeTyped() -> [UInt8]
  /// Nanoseconds of a monotonic clock.
  var now: UInt64 { get }
}

extension BIOSBoard {
  /// The little-endian word at `address`; 0 outside RAM.
  func word(at address: UInt64) -> UInt16 {
    let bytes = read(at: address, count: 2)
    return bytes.count == 2 ? UInt16(bytes[0]) | UInt16(bytes[1]) << 8 : 0
  }

  /// Register `index` of the real-time clock.
  func clockRegister(_ index: UInt8) -> UInt8 {
    output(0x70, index)
    return input(0x71)
  }
}

/// The bytes of a program, read from the front. Beyond the end there are zeros.
public struct TrafficProgram: Sendable {
  private let bytes: [UInt8]
  private var place = 0

  /// A program of `bytes`; any will do.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Whether all bytes were read.
  public var isAtEnd: Bool { place >= bytes.count }

  /// The next byte.
  public mutating func byte() -> UInt8 {
    guard place < bytes.count else { return 0 }
    defer { place += 1 }
    return bytes[place]
  }

  /// The next `count` bytes, 0 to 8, as a number.
  public mutating func number(_ count: Int) -> UInt64 {
    var value: UInt64 = 0
    for index in 0..<min(count, 8) { value |= UInt64(byte()) << UInt64(8 * index) }
    return value
  }

  /// The next two bytes as a number.
  public mutating func word() -> UInt16 { UInt16(truncatingIfNeeded: number(2)) }

  /// The next four bytes as a number.
  public mutating func doubleWord() -> UInt32 { UInt32(truncatingIfNeeded: number(4)) }
}

/// Numbers one after the other in as few bytes as they need (LEB128): what a sample changed.
struct ChangeWriter: Sendable {
  private var bytes: [UInt8] = []

  /// Adds a number.
  mutating func add(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  /// Adds a place or a count, which is not negative.
  mutating func add(_ value: Int) { add(UInt64(max(0, value))) }

  /// Adds a difference that wraps around: small in either direction is short.
  mutating func add(difference: UInt64) {
    add(difference << 1 ^ UInt64(bitPattern: Int64(bitPattern: difference) >> 63))
  }

  /// Adds numbers that were put together elsewhere.
  mutating func add(_ other: ChangeWriter) { bytes += other.bytes }

  /// The bytes, without the room that an array keeps to grow.
  var packed: [UInt8] { bytes.map { $0 } }
}

/// Reads what a ``ChangeWriter`` wrote; 0 beyond the end.
struct ChangeReader {
  private let bytes: [UInt8]
  private var place = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { place >= bytes.count }

  mutating func next() -> UInt64 {
    var (value, shift): (UInt64, UInt64) = (0, 0)
    while place < bytes.count, shift < 64 {
      let byte = bytes[place]
      place += 1
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { break }
      shift += 7
    }
    return value
  }

  mutating func nextInt() -> Int { Int(truncatingIfNeeded: next()) }

  mutating func nextDifference() -> UInt64 {
    let value = next()
    return value >> 1 ^ (0 &- (value & 1))
  }
}

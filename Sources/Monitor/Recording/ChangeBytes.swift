/// Numbers one after the other in as few bytes as they need (LEB128): what a sample changed.
///
/// It is written to for every counter of every vcpu ten times a second, so it keeps its room when it is
/// emptied, and a number costs one look at what room is left.
struct ChangeWriter: Sendable {
  /// As long as the room that there is; ``count`` of them are written.
  private var room: [UInt8] = []
  /// How many bytes were written.
  private(set) var count = 0

  /// The most bytes that a number takes.
  private static let longest = 10

  /// Adds a number.
  mutating func add(_ value: UInt64) {
    if room.count - count < Self.longest { grow(Self.longest) }
    var place = count
    var bytes = room.mutableSpan
    var rest = value
    while rest >= 0x80 {
      bytes[place] = UInt8(truncatingIfNeeded: rest) | 0x80
      rest >>= 7
      place += 1
    }
    bytes[place] = UInt8(truncatingIfNeeded: rest)
    count = place + 1
  }

  /// Adds a place or a count, which is not negative.
  mutating func add(_ value: Int) { add(UInt64(max(0, value))) }

  /// Adds a difference that wraps around: small in either direction is short.
  mutating func add(difference: UInt64) {
    add(difference << 1 ^ UInt64(bitPattern: Int64(bitPattern: difference) >> 63))
  }

  /// Takes back what was written after the first `count` bytes.
  mutating func removeLast(to count: Int) { self.count = max(0, min(count, self.count)) }

  /// Takes back everything; the room stays.
  mutating func removeAll() { count = 0 }

  /// What was written.
  var bytes: ArraySlice<UInt8> { room[..<count] }

  /// The bytes, without the room that an array keeps to grow.
  var packed: [UInt8] { Array(bytes) }

  private mutating func grow(_ more: Int) {
    let wanted = max(64, room.count * 2, count + more)
    room.append(contentsOf: repeatElement(0, count: wanted - room.count))
  }
}

/// Writes a list of ascending places, from 0, each with what changed there: each place by how far it is beyond
/// the one before, so that 0 is the list's end.
struct PlaceList: Sendable {
  private var last = -1

  mutating func add(_ place: Int, _ difference: UInt64, to writer: inout ChangeWriter) {
    writer.add(place - last)
    writer.add(difference: difference)
    last = place
  }

  static func end(_ writer: inout ChangeWriter) { writer.add(0 as UInt64) }
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

  /// The next of a list of ascending places; `last` is the one before it, -1 at first. Nil at the list's end.
  mutating func nextPlace(after last: inout Int) -> Int? {
    let step = nextInt()
    guard step > 0 else { return nil }
    last &+= step
    return last
  }

  mutating func nextDifference() -> UInt64 {
    let value = next()
    return value >> 1 ^ (0 &- (value & 1))
  }
}

/// Numbers one after the other in as few bytes as they need (LEB128): what a sample changed.
///
/// It is written to for every counter of every vcpu ten times a second, so it keeps its room when it is
/// emptied, and numbers that belong together cost one look at what room is left.
struct ChangeWriter: Sendable {
  /// What was written.
  private(set) var bytes: [UInt8] = []

  /// The most bytes that a number takes.
  private static var longest: Int { 10 }

  /// How many bytes were written.
  var count: Int { bytes.count }

  /// Adds what `body` puts: at most `numbers` numbers.
  @inline(__always)
  mutating func add(numbers: Int, _ body: (inout OutputSpan<UInt8>) -> Void) {
    bytes.append(addingCapacity: numbers * Self.longest, initializingWith: body)
  }

  /// Puts a number.
  @inline(__always)
  static func put(_ value: UInt64, _ room: inout OutputSpan<UInt8>) {
    var rest = value
    while rest >= 0x80 {
      room.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    room.append(UInt8(truncatingIfNeeded: rest))
  }

  /// Puts a difference that wraps around: small in either direction is short.
  @inline(__always)
  static func put(difference: UInt64, _ room: inout OutputSpan<UInt8>) {
    put(difference << 1 ^ UInt64(bitPattern: Int64(bitPattern: difference) >> 63), &room)
  }

  /// Adds a number.
  mutating func add(_ value: UInt64) { add(numbers: 1) { Self.put(value, &$0) } }

  /// Adds a place or a count, which is not negative.
  mutating func add(_ value: Int) { add(UInt64(max(0, value))) }

  /// Adds a difference that wraps around.
  mutating func add(difference: UInt64) {
    add(numbers: 1) { Self.put(difference: difference, &$0) }
  }

  /// Takes back what was written after the first `count` bytes.
  mutating func removeLast(to count: Int) {
    bytes.removeLast(bytes.count - max(0, min(count, bytes.count)))
  }

  /// Takes back everything; the room stays.
  mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  /// The bytes, without the room that an array keeps to grow.
  var packed: [UInt8] {
    var packed: [UInt8] = []
    packed.reserveCapacity(bytes.count)
    packed += bytes
    return packed
  }
}

/// Writes a list of ascending places, from 0, each with what changed there: each place by how far it is beyond
/// the one before, so that 0 is the list's end.
struct PlaceList: Sendable {
  private var last = -1

  @inline(__always)
  mutating func add(_ place: Int, _ difference: UInt64, to writer: inout ChangeWriter) {
    let step = UInt64(max(0, place - last))
    writer.add(numbers: 2) {
      ChangeWriter.put(step, &$0)
      ChangeWriter.put(difference: difference, &$0)
    }
    last = place
  }

  /// The same with one more number behind it.
  @inline(__always)
  mutating func add(
    _ place: Int, _ difference: UInt64, with extra: UInt64, to writer: inout ChangeWriter
  ) {
    let step = UInt64(max(0, place - last))
    writer.add(numbers: 3) {
      ChangeWriter.put(step, &$0)
      ChangeWriter.put(difference: difference, &$0)
      ChangeWriter.put(extra, &$0)
    }
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

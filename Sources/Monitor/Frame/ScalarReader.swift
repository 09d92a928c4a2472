/// Reads a text's scalars from its bytes one after the other: a text is decoded for each picture, several times.
struct ScalarReader {
  private var place = 0

  /// The next scalar of `bytes`, the UTF-8 of one and the same text; nil at its end.
  @inline(__always)
  mutating func next(in bytes: Swift.Span<UInt8>) -> UInt32? {
    guard place < bytes.count else { return nil }
    let first = UInt32(bytes[place])
    place += 1
    if first < 0x80 { return first }
    // The first byte's high bits say how many follow; a text's UTF-8 is always complete.
    let more = first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3
    var scalar = first & (0x3f >> UInt32(more))
    for _ in 0..<more where place < bytes.count {
      scalar = scalar << 6 | UInt32(bytes[place]) & 0x3f
      place += 1
    }
    return scalar
  }
}

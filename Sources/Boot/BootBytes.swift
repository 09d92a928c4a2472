/// A block of bytes, little-endian, into which structures for the guest are written. What is out of its
/// bounds is a mistake of ours, never of a file: it traps.
struct BootBytes {
  private(set) var bytes: [UInt8]

  /// `count` zero bytes.
  init(count: Int) { bytes = [UInt8](repeating: 0, count: count) }

  /// A copy of `bytes`.
  init(copying bytes: ArraySlice<UInt8>) { self.bytes = [UInt8](bytes) }

  var count: Int { bytes.count }
  var slice: ArraySlice<UInt8> { bytes[...] }

  /// Puts a number of 1, 2, 4 or 8 bytes.
  mutating func put(_ value: some FixedWidthInteger & UnsignedInteger, at offset: Int) {
    put(UInt64(value), count: value.bitWidth / 8, at: offset)
  }

  /// Not generic, because page tables are thousands of numbers and unoptimized generic code is slow.
  private mutating func put(_ value: UInt64, count: Int, at offset: Int) {
    var rest = value
    for index in offset..<offset + count {
      bytes[index] = UInt8(truncatingIfNeeded: rest)
      rest >>= 8
    }
  }

  mutating func put(_ source: some Collection<UInt8>, at offset: Int) {
    bytes.replaceSubrange(offset..<offset + source.count, with: source)
  }
}

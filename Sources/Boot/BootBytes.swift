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

  mutating func put<Number: FixedWidthInteger>(_ value: Number, at offset: Int) {
    for byte in 0..<Number.bitWidth / 8 {
      bytes[offset + byte] = UInt8(truncatingIfNeeded: value >> Number(8 * byte))
    }
  }

  mutating func put(_ source: some Collection<UInt8>, at offset: Int) {
    bytes.replaceSubrange(offset..<offset + source.count, with: source)
  }

  /// Puts `value` behind what is there.
  mutating func append<Number: FixedWidthInteger>(_ value: Number) {
    let offset = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: Number.bitWidth / 8))
    put(value, at: offset)
  }

  /// Puts the text and a zero byte behind what is there.
  mutating func append(text: String) {
    bytes.append(contentsOf: text.utf8)
    bytes.append(0)
  }
}

/// The bytes of a firmware table under construction, little endian.
struct SystemTableBytes: Sendable {
  private(set) var bytes: [UInt8] = []

  /// Appends an integer of 1, 2, 4 or 8 bytes.
  mutating func append(_ value: some FixedWidthInteger & UnsignedInteger) {
    for index in 0..<(value.bitWidth / 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> (index * 8)))
    }
  }

  mutating func append(bytes more: [UInt8]) { bytes += more }

  /// Appends ASCII text, padded with blanks to `width` bytes as OEM fields are.
  mutating func append(text: String, width: Int) {
    let text = Array(text.utf8)
    precondition(text.count <= width, "a field's text fits it")
    bytes += text + [UInt8](repeating: 0x20, count: width - text.count)
  }

  /// Appends zeros until there are `count` bytes.
  mutating func pad(to count: Int) {
    precondition(bytes.count <= count, "a table does not shrink")
    bytes += [UInt8](repeating: 0, count: count - bytes.count)
  }

  /// Overwrites the integer at `offset`.
  mutating func set(_ value: some FixedWidthInteger & UnsignedInteger, at offset: Int) {
    for index in 0..<(value.bitWidth / 8) {
      bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (index * 8))
    }
  }

  /// Sets the byte at `offset` so that the first `count` bytes (all by default) add up to 0 modulo 256.
  mutating func setChecksum(at offset: Int, count: Int? = nil) {
    bytes[offset] = 0
    bytes[offset] = 0 &- bytes.prefix(count ?? bytes.count).reduce(0, &+)
  }
}

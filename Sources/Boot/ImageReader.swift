/// Reads an image file, little-endian. Nothing beyond the file's end is read, whatever offsets and sizes
/// the file itself names.
struct ImageReader {
  let bytes: [UInt8]

  var count: UInt64 { UInt64(bytes.count) }

  /// `count` bytes from `offset` on, sharing the file's storage; `header` is the offset of what
  /// named them.
  func slice(
    _ piece: BootPiece, header: UInt64, offset: UInt64, count: UInt64
  ) throws(BootError) -> ArraySlice<UInt8> {
    let end = saturatingSum(offset, count)
    guard end <= self.count else {
      throw .truncated(
        piece, offset: header, start: offset, end: end, fileBytes: bytes.count)
    }
    return bytes[Int(offset)..<Int(end)]
  }

  /// The number at `offset`, of its type's width.
  func read<Number: FixedWidthInteger & UnsignedInteger>(
    _ type: Number.Type, at offset: UInt64, of piece: BootPiece, header: UInt64
  ) throws(BootError) -> Number {
    let width = UInt64(Number.bitWidth / 8)
    var value: Number = 0
    for byte in try slice(piece, header: header, offset: offset, count: width).reversed() {
      // A byte's shift by 8 is not defined for a number of 8 bits; there is but one then.
      value = Number.bitWidth > 8 ? value << 8 | Number(byte) : Number(byte)
    }
    return value
  }

  /// Whether the file has `expected` at `offset`.
  func has(_ expected: some Collection<UInt8>, at offset: Int) -> Bool {
    bytes.count - offset >= expected.count && bytes[offset...].starts(with: expected)
  }
}

/// Bytes to scalars, one at a time; what is broken becomes U+FFFD, one for each maximal part of a sequence
/// (Unicode 3.9, "U+FFFD substitution of maximal subparts").
struct UTF8Decoder: Sendable {
  private var scalar: UInt32 = 0
  private var missing = 0
  /// What the next byte may be: the second byte of some sequences is more narrowly bound.
  private var lowest: UInt8 = 0x80
  private var highest: UInt8 = 0xbf

  /// Whether a sequence has begun and not ended.
  var isWaiting: Bool { missing > 0 }

  /// Takes a byte: the scalar that is complete with it, if any, and whether the byte was used; where it
  /// was not, the sequence before it was broken and the byte begins anew.
  mutating func take(_ byte: UInt8) -> (scalar: UInt32?, isTaken: Bool) {
    if missing > 0 {
      guard byte >= lowest && byte <= highest else {
        missing = 0
        return (PrintableScalar.replacement, false)
      }
      (lowest, highest) = (0x80, 0xbf)
      scalar = scalar << 6 | UInt32(byte & 0x3f)
      missing -= 1
      return (missing == 0 ? scalar : nil, true)
    }
    (lowest, highest) = (0x80, 0xbf)
    switch byte {
    case 0..<0x80: return (UInt32(byte), true)
    case 0xc2...0xdf: begin(byte & 0x1f, 1)
    case 0xe0...0xef:
      begin(byte & 0x0f, 2)
      if byte == 0xe0 { lowest = 0xa0 }
      if byte == 0xed { highest = 0x9f }
    case 0xf0...0xf4:
      begin(byte & 0x07, 3)
      if byte == 0xf0 { lowest = 0x90 }
      if byte == 0xf4 { highest = 0x8f }
    default: return (PrintableScalar.replacement, true)
    }
    return (nil, true)
  }

  private mutating func begin(_ bits: UInt8, _ count: Int) {
    scalar = UInt32(bits)
    missing = count
  }
}

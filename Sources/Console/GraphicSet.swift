/// A character set that a guest can choose for its ASCII characters (VT220 manual, chapter 2).
enum GraphicSet: Sendable {
  case ascii
  /// DEC special graphics: lines and corners in place of small letters.
  case specialGraphics

  /// The set that the final byte of a designation names. Sets we do not have are ASCII.
  init(designation: UInt8) { self = designation == 0x30 ? .specialGraphics : .ascii }

  /// What `scalar` means in this set.
  func scalar(_ scalar: UInt32) -> UInt32 {
    guard self == .specialGraphics && scalar >= 0x5f && scalar < 0x7f else { return scalar }
    return Self.special[Int(scalar) - 0x5f]
  }

  /// From `_` to `~`.
  private static let special: [UInt32] = [
    0x20, 0x25c6, 0x2592, 0x2409, 0x240c, 0x240d, 0x240a, 0xb0, 0xb1, 0x2424, 0x240b, 0x2518,
    0x2510, 0x250c, 0x2514, 0x253c, 0x23ba, 0x23bb, 0x2500, 0x23bc, 0x23bd, 0x251c, 0x2524, 0x2534,
    0x252c, 0x2502, 0x2264, 0x2265, 0x3c0, 0x2260, 0xa3, 0xb7,
  ]
}

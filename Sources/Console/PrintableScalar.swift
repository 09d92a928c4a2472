/// What a scalar of the guest may do on a screen: our own table, the same in every locale and in tests.
public enum PrintableScalar {
  /// Stands for what must not be shown.
  public static let replacement: UInt32 = 0xfffd

  /// The columns that `scalar` takes: 0 for control and combining characters, 2 for East Asian wide ones
  /// and pictographs (Unicode Annex 11, as terminals do it), else 1. Any thread; no error.
  public static func columns(of scalar: UInt32) -> Int {
    if scalar < 0x20 || (scalar >= 0x7f && scalar < 0xa0) { return 0 }
    if scalar < 0x300 { return 1 }
    switch scalar {
    case 0x300...0x36f, 0x200b...0x200f, 0x2028...0x202e, 0x2060...0x206f, 0xfe00...0xfe0f,
      0x20d0...0x20ff, 0xfeff:
      return 0
    case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0x33ff, 0x3400...0x4dbf, 0x4e00...0x9fff,
      0xa000...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f, 0xff00...0xff60,
      0xffe0...0xffe6, 0x1f300...0x1f64f, 0x1f900...0x1f9ff, 0x20000...0x3fffd:
      return 2
    default: return 1
    }
  }

  /// What is shown for `scalar`: itself; U+FFFD for what steers a terminal, turns text around, or means
  /// nothing to others (controls, C1, formats, private use, unassigned); nil for what joins the character
  /// before it, as a cell holds one scalar only. Any thread; no error.
  public static func shown(_ scalar: UInt32) -> UInt32? {
    if scalar >= 0x20 && scalar < 0x7f { return scalar }
    // Latin-1 beside the soft hyphen, and box drawing: by far the commonest, without a look at tables.
    if (scalar >= 0xa0 && scalar < 0x300 && scalar != 0xad) || (scalar >= 0x2500 && scalar < 0x2600)
    {
      return scalar
    }
    guard let value = Unicode.Scalar(scalar) else { return replacement }
    // Joiners and marks of byte order: nothing to see, nothing to fear.
    if (0x200b...0x200d).contains(scalar) || scalar == 0x2060 || scalar == 0xfeff { return nil }
    switch value.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .spacingMark: return nil
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator:
      return replacement
    default: return columns(of: scalar) == 0 ? replacement : scalar
    }
  }
}

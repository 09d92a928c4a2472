import Console

/// How many columns a scalar takes: our own table, the same in every locale and in tests.
public enum CellWidth {
  /// 0 for control and combining characters, 2 for East Asian wide ones and pictographs, else 1.
  public static func of(_ scalar: Unicode.Scalar) -> Int { of(scalar.value) }

  /// The same for a scalar's value.
  @inline(__always)
  static func of(_ scalar: UInt32) -> Int {
    // Nearly all that is on the screen.
    scalar >= 0x20 && scalar < 0x7f ? 1 : PrintableScalar.columns(of: scalar)
  }

  /// The columns of `text`.
  static func columns(_ text: String) -> Int {
    let bytes = text.utf8Span.span
    var reader = ScalarReader()
    var columns = 0
    while let scalar = reader.next(in: bytes) { columns += of(scalar) }
    return columns
  }
}

import Console

/// How many columns a scalar takes: our own table, the same in every locale and in tests.
public enum CellWidth {
  /// 0 for control and combining characters, 2 for East Asian wide ones and pictographs, else 1.
  public static func of(_ scalar: Unicode.Scalar) -> Int {
    // Nearly all that is on the screen.
    scalar.value >= 0x20 && scalar.value < 0x7f ? 1 : PrintableScalar.columns(of: scalar.value)
  }
}

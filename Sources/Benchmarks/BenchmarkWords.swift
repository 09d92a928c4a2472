/// Figures in words, the same in every locale.
public enum BenchmarkWords {
  /// A number in its unit, nine columns at most: `812 ns`, `9.91 us`, `3.12 ms`, `21.4 ins`,
  /// `110 KiB`, `0.42 %`; exits have none.
  public static func text(_ value: Double, _ unit: BenchmarkUnit) -> String {
    switch unit {
    case .nanoseconds:
      return scaled(value, by: 1000, ["ns", "us", "ms", "s"])
    case .instructions: return "\(decimals(value)) ins"
    case .exits: return decimals(value)
    case .percent: return "\(decimals(value)) %"
    case .bytes: return scaled(value, by: 1024, ["B", "KiB", "MiB", "GiB"])
    }
  }

  /// The same, or a dash.
  public static func text(_ value: Double?, _ unit: BenchmarkUnit) -> String {
    value.map { text($0, unit) } ?? "-"
  }

  /// A ratio: three decimals below 10, `x 41` above.
  public static func ratio(_ value: Double?) -> String {
    guard let value, value.isFinite else { return "-" }
    if value >= 100 { return "\(Int(min(value, 99_999).rounded()))" }
    if value >= 10 { return fixed(value, places: 1) }
    return fixed(value, places: 3)
  }

  private static func scaled(_ value: Double, by step: Double, _ units: [String]) -> String {
    var value = value.isFinite ? max(0, value) : 0
    var place = 0
    while value >= 999.5 && place + 1 < units.count {
      value /= step
      place += 1
    }
    return "\(decimals(value)) \(units[place])"
  }

  /// Three digits: 1.23, 12.3, 123.
  private static func decimals(_ value: Double) -> String {
    if value >= 99.95 { return "\(Int(min(value, 9_999_999).rounded()))" }
    return fixed(value, places: value >= 9.995 ? 1 : 2)
  }

  private static func fixed(_ value: Double, places: Int) -> String {
    let scale = places == 1 ? 10 : places == 2 ? 100 : 1000
    let number = Int((value * Double(scale)).rounded())
    let rest = String(number % scale)
    return "\(number / scale)." + String(repeating: "0", count: places - rest.count) + rest
  }
}

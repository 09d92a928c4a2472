/// Numbers in few columns, the same in every locale.
public enum NumberWords {
  /// Six columns at most: 0, <0.1, 0.3, 41.7, 812, 81234, 812k, 3.2M. Negative and no numbers are 0.
  public static func short(_ value: Double) -> String {
    guard value.isFinite, value > 0 else { return "0" }
    if value < 0.05 { return "<0.1" }
    if value < 99.95 {
      let tenths = Int((value * 10).rounded())
      return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
    for (scale, unit) in [(1.0, ""), (1e3, "k"), (1e6, "M"), (1e9, "G")] {
      let scaled = value / scale
      guard scaled < 99_999.5 else { continue }
      if !unit.isEmpty && scaled < 99.95 { return short(scaled) + unit }
      return "\(UInt64(scaled.rounded()))\(unit)"
    }
    return "max"
  }

  /// With thousands apart: 1,204,511.
  public static func exact(_ value: UInt64) -> String {
    var digits = Array(String(value).utf8)
    var place = digits.count - 3
    while place > 0 {
      digits.insert(UInt8(ascii: ","), at: place)
      place -= 3
    }
    return String(decoding: digits, as: UTF8.self)
  }

  /// To three decimals, for reports.
  static func rounded(_ value: Double) -> Double {
    value.isFinite ? (value * 1000).rounded() / 1000 : 0
  }

  /// A count and what is counted: `1 member`, `2 members`.
  static func counted(_ value: UInt64, _ one: String, _ many: String? = nil) -> String {
    "\(exact(value)) \(value == 1 ? one : many ?? one + "s")"
  }
}

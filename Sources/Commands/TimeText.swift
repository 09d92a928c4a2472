/// Short times as operators type them: `500us`, whole numbers of ns, us, ms or s.
public enum TimeText {
  /// The units, the longest first.
  private static let units: [(name: String, nanoseconds: UInt64)] = [
    ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000), ("ns", 1),
  ]

  /// The nanoseconds that `text` names, or nil where it is no number with a unit, or does not fit.
  public static func parse(_ text: String) -> UInt64? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    var name = text.dropFirst(digits.count).lowercased()
    // The micro sign and the Greek letter.
    if name == "\u{b5}s" || name == "\u{3bc}s" { name = "us" }
    guard let value = NumberText.parse(String(digits)),
      let unit = units.first(where: { $0.name == name })
    else { return nil }
    let (result, isTooLarge) = value.multipliedReportingOverflow(by: unit.nanoseconds)
    return isTooLarge ? nil : result
  }

  /// `nanoseconds` in the longest unit that tells it exactly: `500us`.
  public static func text(_ nanoseconds: UInt64) -> String {
    let unit = units.first { nanoseconds >= $0.nanoseconds && nanoseconds % $0.nanoseconds == 0 }
    guard let unit else { return "0ns" }
    return "\(nanoseconds / unit.nanoseconds)\(unit.name)"
  }
}

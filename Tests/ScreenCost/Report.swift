/// What was measured, line by line, and whether it is within the budgets of the design.
struct Report {
  private(set) var isGood = true
  /// Whether a missed time counts: on a shared machine times are noise, bytes and endings are not.
  let judgesTimes: Bool

  /// A line without a budget.
  mutating func note(_ name: String, _ value: String) { print(Self.line(name, value, "")) }

  /// A line with a budget: `value` may be `limit` at most.
  mutating func gate(_ name: String, _ value: Double?, atMost limit: Double, _ unit: String) {
    guard let value else {
      isGood = false
      return print(Self.line(name, "not measured", "MISSED"))
    }
    let isWithin = value <= limit
    if !isWithin && (judgesTimes || !["%", "ms"].contains(unit)) { isGood = false }
    let verdict = "\(isWithin ? "ok" : "MISSED")  (<= \(Self.number(limit)) \(unit))"
    print(Self.line(name, "\(Self.number(value)) \(unit)", verdict))
  }

  /// Median, fewest and most of times in ns, as ms: the spread is the noise.
  mutating func gate(_ name: String, times: [UInt64], atMost milliseconds: Double) {
    let sorted = times.sorted()
    var name = name
    if let first = sorted.first, let last = sorted.last {
      name += " [\(Self.number(Double(first) / 1e6))..\(Self.number(Double(last) / 1e6))]"
    }
    gate(name, times.median.map { Double($0) / 1e6 }, atMost: milliseconds, "ms")
  }

  mutating func title(_ text: String) { print("\n\(text)") }

  static func number(_ value: Double) -> String {
    let scaled = (value * 100).rounded() / 100
    return scaled == scaled.rounded() ? "\(Int(scaled))" : "\(scaled)"
  }

  private static func line(_ name: String, _ value: String, _ verdict: String) -> String {
    let columns = [(name, 58), (value, 22)].map { text, width in
      text + String(repeating: " ", count: max(1, width - text.count))
    }
    return ("  " + columns.joined() + verdict)
  }
}

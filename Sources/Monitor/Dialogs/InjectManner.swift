import Commands

/// The fields of the inject dialog that every kind has: how often, how far apart, and whether to inject at all.
struct InjectManner: Sendable, Equatable {
  var fields = [
    FormField(.count, text: "1"), FormField(.period, text: "1000"),
    FormField(.dryRun, choices: ["no", "yes"]),
  ]

  /// Whether Enter only tells what would happen.
  var isDryRun: Bool { fields[2].text == "yes" }

  /// Once again, whatever was asked for before.
  mutating func setOnce() { fields[0].set("1") }

  /// How often and how far apart as in `other`.
  mutating func take(_ other: InjectManner) {
    fields[0] = other.fields[0]
    fields[1] = other.fields[1]
  }

  /// `injection` as often as asked for.
  func repeated(_ injection: Injection) throws(FormError) -> RepeatedInjection {
    let text = fields[0].trimmed
    let counts = RepeatedInjection.counts
    let allowed = "give \(counts.lowerBound)-\(counts.upperBound)"
    guard let count = NumberText.parse(text) else {
      let what = text.isEmpty ? "nothing given" : "'\(text)' is no number"
      throw FormError(words: "repeat: \(what); \(allowed)", field: .count)
    }
    guard count <= UInt64(counts.upperBound), counts.contains(Int(count)) else {
      throw FormError(words: "repeat \(count): \(allowed)", field: .count)
    }
    if count == 1 { return RepeatedInjection(injection) }
    return RepeatedInjection(injection, count: Int(count), periodNanoseconds: try period())
  }

  /// In microseconds, or with a unit.
  private func period() throws(FormError) -> UInt64 {
    let text = fields[1].trimmed
    let allowed = "give 10 µs to 3600 s, as 500 or 20ms"
    let compact = text.filter { $0 != " " }
    guard let value = TimeText.parse(compact) ?? TimeText.parse(compact + "us") else {
      let what = text.isEmpty ? "nothing given" : "'\(text)' is no time"
      throw FormError(words: "every: \(what); \(allowed)", field: .period)
    }
    guard RepeatedInjection.periods.contains(value) else {
      throw FormError(words: "every \(text): \(allowed)", field: .period)
    }
    return value
  }
}

/// A span of time on the command line: `3s`, `500ms`, `2m`, or plain seconds.
struct RunDuration: Equatable, Sendable {
  let nanoseconds: UInt64

  /// The span that `text` names: more than nothing, at most 1,000 hours; nil for anything else.
  init?(_ text: String) {
    let units: [(suffix: String, nanoseconds: Double)] = [
      ("ms", 1e6), ("us", 1e3), ("s", 1e9), ("m", 60e9), ("h", 3600e9), ("", 1e9),
    ]
    guard let unit = units.first(where: { text.hasSuffix($0.suffix) }),
      let number = Double(text.dropLast(unit.suffix.count)), number > 0
    else { return nil }
    let total = number * unit.nanoseconds
    guard total >= 1, total <= 3600e12 else { return nil }
    nanoseconds = UInt64(total)
  }
}

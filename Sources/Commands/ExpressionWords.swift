/// The words of an injection's expression, taken one after the other.
struct ExpressionWords {
  private var rest: ArraySlice<String>

  init(_ text: String) {
    rest = text.split(whereSeparator: \.isWhitespace).map { $0.lowercased() }[...]
  }

  mutating func next() -> String? { rest.popFirst() }

  /// The next word, which stays.
  var peek: String? { rest.first }

  /// Whether `word` was the next.
  mutating func take(_ word: String) -> Bool {
    guard rest.first == word else { return false }
    rest.removeFirst()
    return true
  }

  mutating func expect(_ word: String, _ otherwise: String) throws(InjectionExpressionError) {
    if take(word) { return }
    let found = rest.first.map { "'\($0)' where '\(word)' belongs; " } ?? ""
    throw InjectionExpressionError(found + otherwise)
  }

  /// All words before the first of `ends`, with blanks between them.
  mutating func upTo(_ ends: [String]) -> String {
    let end = rest.firstIndex { ends.contains($0) } ?? rest.endIndex
    defer { rest = rest[end...] }
    return rest[..<end].joined(separator: " ")
  }

  // MARK: Numbers

  mutating func number(
    _ name: String, _ range: ClosedRange<UInt64>, _ limits: String
  ) throws(InjectionExpressionError) -> UInt64 {
    guard let word = next() else {
      throw InjectionExpressionError("\(name): no number given; \(limits)")
    }
    guard let value = NumberText.parse(word) else {
      throw InjectionExpressionError("\(name): '\(word)' is no number; \(limits)")
    }
    guard range.contains(value) else {
      throw InjectionExpressionError("\(name) \(word): \(limits)")
    }
    return value
  }

  mutating func vector(
    _ kind: String, _ range: ClosedRange<UInt64>, _ limits: String
  ) throws(InjectionExpressionError) -> UInt8 {
    UInt8(try number("\(kind): vector", range, limits))
  }

  mutating func destination() throws(InjectionExpressionError) -> UInt8 {
    UInt8(try number("to", 0...255, "an APIC id here has 8 bits: 0-255"))
  }

  mutating func pin(_ kind: String) throws(InjectionExpressionError) -> Int {
    Int(try number(kind, 0...23, "the I/O APIC has pins 0-23"))
  }

  /// `500us`, or `500 us`.
  mutating func period() throws(InjectionExpressionError) -> UInt64 {
    let allowed = "10us to 3600s, in ns, us, ms or s"
    guard var word = next() else {
      throw InjectionExpressionError("every: no time given; \(allowed)")
    }
    if NumberText.parse(word) != nil, let unit = peek, TimeText.parse("1" + unit) != nil {
      word += unit
      rest.removeFirst()
    }
    guard let value = TimeText.parse(word) else {
      throw InjectionExpressionError("every: '\(word)' is no time; \(allowed)")
    }
    guard RepeatedInjection.periods.contains(value) else {
      throw InjectionExpressionError("every \(word): \(allowed)")
    }
    return value
  }
}

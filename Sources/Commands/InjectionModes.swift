extension InjectionExpression {
  /// The words that may follow the destination of a message or a redirection entry, in any order.
  struct Modes {
    private(set) var deliveryMode = Injection.DeliveryMode.fixed
    private(set) var destinationMode = Injection.DestinationMode.physical
    private(set) var isLevelTriggered = false
    private(set) var isActiveLow = false
    private(set) var isMasked = false

    /// The words of a message, those that exclude each other together.
    static let message = [["fixed", "lowest", "nmi"], ["physical", "logical"]]
    /// The words of an entry.
    static let entry = message + [["edge", "level"], ["high", "low"], ["masked", "unmasked"]]

    /// Takes what is one of `groups`, each group once.
    init(
      _ words: inout ExpressionWords, of kind: String, _ groups: [[String]]
    ) throws(InjectionExpressionError) {
      var chosen: [Int: String] = [:]
      while let word = words.peek, word != "every", word != "times" {
        guard let group = groups.firstIndex(where: { $0.contains(word) }) else {
          let all = groups.flatMap { $0 }.joined(separator: ", ")
          throw InjectionExpressionError("\(kind): '\(word)' is not one of \(all)")
        }
        if let other = chosen[group] {
          throw InjectionExpressionError("\(kind): \(other) and \(word) exclude each other")
        }
        chosen[group] = word
        _ = words.next()
        set(word)
      }
    }

    private mutating func set(_ word: String) {
      for mode in Injection.DeliveryMode.allCases where mode.word == word { deliveryMode = mode }
      for mode in Injection.DestinationMode.allCases where mode.word == word {
        destinationMode = mode
      }
      if word == "level" { isLevelTriggered = true }
      if word == "low" { isActiveLow = true }
      if word == "masked" { isMasked = true }
    }

    /// Vectors 0 to 15 are illegal in every mode that delivers one (SDM vol. 3, "Valid Interrupt Vectors");
    /// NMI delivery ignores the vector.
    func check(_ vector: UInt8) throws(InjectionExpressionError) {
      if deliveryMode == .nmi || vector >= 16 { return }
      throw InjectionExpressionError(
        "vector \(vector): \(deliveryMode.word) takes 16-255 (0-15 are reserved)")
    }
  }
}

import Commands

/// What may come next in an injection's expression, for the palette. What is offered is a help, not the
/// grammar: that is ``InjectionExpression``'s.
enum InjectionCompletion {
  typealias Offer = (word: String, help: String)

  /// The words that may stand behind `words`, which are in small letters.
  static func offers(after words: [String]) -> [Offer] {
    guard let kind = words.first else { return kinds }
    if let every = words.lastIndex(of: "every") { return repetition(words[(every + 1)...].count) }
    let behind = Array(words.dropFirst())
    switch kind {
    case "fixed": return vectorAndTargets(behind, [("0x40", "a vector, 16-255")])
    case "sipi": return vectorAndTargets(behind, [("0x08", "the page to start at, 0-255")])
    case "nmi", "init", "rendezvous": return targets(behind)
    case "msi" where behind.first == "address":
      return [1: [("0xfee00000", "the address")], 2: [("data", "")], 3: [("0x40", "the data")]][
        behind.count] ?? again
    case "msi":
      if behind.isEmpty { return [("0x40", "a vector, 16-255"), ("address", "the bare message")] }
      return messageTail(Array(behind.dropFirst()), message)
    case "pin":
      if behind.isEmpty { return pin }
      return behind.count == 1
        ? Injection.PinAction.allCases.map { ($0.rawValue, "what is done to it") } : again
    case "entry": return entry(behind)
    case "lock-all": return again
    default: return []
    }
  }

  private static let kinds: [Offer] = [
    ("fixed", "an interrupt by IPI: fixed 0x40 to 0"), ("nmi", "nmi to all"),
    ("init", "init to 1"), ("sipi", "sipi 0x08 to 1"),
    ("msi", "a message: msi 0x40 to 0 fixed physical"), ("pin", "pin 4 pulse"),
    ("entry", "a redirection entry: entry 4 vector 0x40 to 0"),
    ("rendezvous", "rendezvous to all"), ("lock-all", "hold all vcpus for a moment"),
  ]
  private static let again: [Offer] = [("every", "again and again: every 500us times 10")]
  private static let pin: [Offer] = [("4", "a pin, 0-23")]
  private static let identifier: [Offer] = [("0", "an APIC id, 0-255")]
  private static let message = [["fixed", "lowest", "nmi"], ["physical", "logical"]]
  private static let line = [["edge", "level"], ["high", "low"], ["masked"]]

  private static func repetition(_ count: Int) -> [Offer] {
    switch count {
    case 0: [("500us", "from one to the next: ns, us, ms or s")]
    case 1: [("times", "")]
    case 2: [("10", "how often, 1-100000")]
    default: []
    }
  }

  private static func vectorAndTargets(_ words: [String], _ vector: [Offer]) -> [Offer] {
    words.isEmpty ? vector : targets(Array(words.dropFirst()))
  }

  private static func targets(_ words: [String]) -> [Offer] {
    switch words.count {
    case 0: [("to", "whom")]
    case 1:
      [
        ("all", "every vcpu"), ("others", "all but the selected one"),
        ("self", "the selected vcpu"), ("0,2-3", "these"),
      ]
    default: again
    }
  }

  private static func messageTail(_ words: [String], _ groups: [[String]]) -> [Offer] {
    switch words.count {
    case 0: return [("to", "which APIC id")]
    case 1: return identifier
    default:
      // Of each group one.
      let free = groups.filter { group in !group.contains { words.contains($0) } }
      return free.flatMap { $0 }.map { ($0, "") } + again
    }
  }

  private static func entry(_ words: [String]) -> [Offer] {
    switch words.count {
    case 0: return pin
    case 1: return [("vector", "its fields, one by one"), ("value", "all 64 bits")]
    case 2: return words[1] == "value" ? [("0x10000", "masked")] : [("0x40", "a vector")]
    default:
      return words[1] == "value" ? again : messageTail(Array(words.dropFirst(3)), message + line)
    }
  }
}

import Rendezvous

/// Why an injection's expression was refused: what is wrong, and what is allowed.
public struct InjectionExpressionError: Error, Sendable, Equatable, CustomStringConvertible {
  /// One line.
  public let description: String

  init(_ description: String) { self.description = description }
}

/// The grammar in which an operator writes an injection in one line. Words are separated by blanks, their
/// case is ignored; numbers are decimal or `0x…`; TARGETS are those of ``TargetExpression``.
///
///     fixed VECTOR to TARGETS
///     nmi to TARGETS
///     init to TARGETS
///     sipi VECTOR to TARGETS
///     msi VECTOR to ID [fixed|lowest|nmi] [physical|logical]
///     msi address NUMBER data NUMBER
///     pin PIN pulse|assert|deassert
///     entry PIN vector VECTOR to ID [fixed|lowest|nmi] [physical|logical] [edge|level] [high|low] [masked]
///     entry PIN value NUMBER
///     rendezvous to TARGETS
///     lock-all
///
/// each with `every TIME times COUNT` behind it where it is to be made more than once.
public enum InjectionExpression {
  /// One expression of each kind that is allowed in every guest with a vcpu: for help and completion.
  public static let examples = [
    "fixed 0x40 to 0", "nmi to all", "init to 0", "sipi 0x08 to 0", "msi 0x40 to 0 fixed physical",
    "pin 4 pulse", "entry 4 vector 0x40 to 0 fixed physical edge high", "rendezvous to all",
    "lock-all",
  ]

  /// What `text` asks for in a guest with vcpus 0 ..< `count`, `self` being the operator's own choice (the
  /// selected row). ``RepeatedInjection/text`` is its inverse for every injection to vcpus of that guest.
  public static func parse(
    _ text: String, self own: Int, count: Int
  ) throws(InjectionExpressionError) -> RepeatedInjection {
    var words = ExpressionWords(text)
    let injection = try injection(&words, own, count)
    return try repetition(of: injection, &words)
  }

  // MARK: Kinds

  private static func injection(
    _ words: inout ExpressionWords, _ own: Int, _ count: Int
  ) throws(InjectionExpressionError) -> Injection {
    let kinds = "fixed, nmi, init, sipi, msi, pin, entry, rendezvous or lock-all"
    guard let kind = words.next() else {
      throw InjectionExpressionError("nothing given; begin with \(kinds)")
    }
    switch kind {
    case "fixed":
      let vector = try words.vector("fixed", 16...255, "FIXED takes 16-255 (0-15 are reserved)")
      return .fixed(vector: vector, targets: try targets(&words, "fixed 0x40", own, count))
    case "nmi": return .nmi(targets: try targets(&words, "nmi", own, count))
    case "init": return .initIPI(targets: try targets(&words, "init", own, count))
    case "sipi":
      let vector = try words.vector("sipi", 0...255, "SIPI takes 0-255, the page to start at")
      return .startup(vector: vector, targets: try targets(&words, "sipi 0x08", own, count))
    case "msi": return try message(&words)
    case "pin": return try pin(&words)
    case "entry": return try entry(&words)
    case "rendezvous": return .rendezvous(targets: try targets(&words, "rendezvous", own, count))
    case "lock-all": return .lockAll
    default:
      throw InjectionExpressionError("'\(kind)' is no kind of injection; begin with \(kinds)")
    }
  }

  /// `to` and every word up to the repetition.
  private static func targets(
    _ words: inout ExpressionWords, _ example: String, _ own: Int, _ count: Int
  ) throws(InjectionExpressionError) -> CPUSet {
    try words.expect("to", "to whom? write \(example) to 0,2-3, or to all, others, self")
    let text = words.upTo(["every", "times"])
    do throws(TargetError) {
      return try TargetExpression.parse(text, self: own, count: count)
    } catch {
      throw InjectionExpressionError(error.description)
    }
  }

  private static func message(
    _ words: inout ExpressionWords
  ) throws(InjectionExpressionError) -> Injection {
    if words.take("address") {
      let address = try words.number("address", 0...0xffff_ffff, "it has 32 bits")
      try words.expect("data", "data? write msi address 0xfee00000 data 0x40")
      return .message(
        address: UInt32(address),
        data: UInt32(try words.number("data", 0...0xffff_ffff, "it has 32 bits")))
    }
    let vector = try words.vector("msi", 0...255, "a vector has 8 bits: 0-255")
    try words.expect("to", "to which APIC id? write msi 0x40 to 0")
    let destination = try words.destination()
    let modes = try Modes(&words, of: "msi", Modes.message)
    try modes.check(vector)
    return .message(
      destination: destination, vector: vector, deliveryMode: modes.deliveryMode,
      destinationMode: modes.destinationMode)
  }

  private static func pin(
    _ words: inout ExpressionWords
  ) throws(InjectionExpressionError) -> Injection {
    let pin = try words.pin("pin")
    let actions = Injection.PinAction.allCases.map(\.rawValue).joined(separator: ", ")
    guard let word = words.next() else {
      throw InjectionExpressionError("pin \(pin): what is done to it? one of \(actions)")
    }
    guard let action = Injection.PinAction(rawValue: word) else {
      throw InjectionExpressionError("pin \(pin): '\(word)' is not one of \(actions)")
    }
    return .pin(pin, action)
  }

  private static func entry(
    _ words: inout ExpressionWords
  ) throws(InjectionExpressionError) -> Injection {
    let pin = try words.pin("entry")
    if words.take("value") {
      let value = try words.number("value", 0...UInt64.max, "it has 64 bits")
      return .redirectionEntry(pin: pin, value: value)
    }
    try words.expect(
      "vector", "what? write entry \(pin) vector 0x40 to 0, or entry \(pin) value 0x..")
    let vector = try words.vector("entry", 0...255, "a vector has 8 bits: 0-255")
    try words.expect("to", "to which APIC id? write entry \(pin) vector 0x40 to 0")
    let destination = try words.destination()
    let modes = try Modes(&words, of: "entry", Modes.entry)
    if !modes.isMasked { try modes.check(vector) }
    let fields = Injection.RedirectionFields(
      vector: vector, deliveryMode: modes.deliveryMode, destinationMode: modes.destinationMode,
      isActiveLow: modes.isActiveLow, isLevelTriggered: modes.isLevelTriggered,
      isMasked: modes.isMasked, destination: destination)
    return .redirectionEntry(pin: pin, value: fields.value)
  }

  // MARK: Repetition

  private static func repetition(
    of injection: Injection, _ words: inout ExpressionWords
  ) throws(InjectionExpressionError) -> RepeatedInjection {
    var period: UInt64?
    var count: UInt64?
    while let word = words.next() {
      switch word {
      case "every" where period == nil: period = try words.period()
      case "times" where count == nil:
        let range = RepeatedInjection.counts
        count = try words.number(
          "times", UInt64(range.lowerBound)...UInt64(range.upperBound), "1-100000 are allowed")
      default:
        throw InjectionExpressionError(
          "'\(word)' is too much here; only every TIME times COUNT may follow")
      }
    }
    switch (period, count) {
    case (nil, nil), (nil, 1): return RepeatedInjection(injection)
    case (let period?, let count?):
      return RepeatedInjection(injection, count: Int(count), periodNanoseconds: period)
    case (_?, nil):
      throw InjectionExpressionError("every: how often? write every 500us times 10")
    case (nil, _?):
      throw InjectionExpressionError("times: how far apart? write every 500us times 10")
    }
  }
}

import Rendezvous
import Testing

@testable import Commands

@Suite struct InjectionExpressionTests {
  static func parse(
    _ text: String, own: Int = 2, count: Int = 4
  ) throws(InjectionExpressionError) -> RepeatedInjection {
    try InjectionExpression.parse(text, self: own, count: count)
  }

  @Test func everyKind() throws {
    func one(_ text: String) throws -> Injection {
      let result = try Self.parse(text)
      #expect(result.count == 1 && result.periodNanoseconds == 0)
      return result.injection
    }
    #expect(try one("fixed 0x40 to 0-3") == .fixed(vector: 0x40, targets: .first(4)))
    #expect(try one("FIXED 64 to 0, 2 - 3") == .fixed(vector: 64, targets: CPUSet([0, 2, 3])))
    #expect(try one("nmi to all") == .nmi(targets: .first(4)))
    #expect(try one("init to self") == .initIPI(targets: CPUSet([2])))
    #expect(try one("sipi 0x08 to others") == .startup(vector: 8, targets: CPUSet([0, 1, 3])))
    #expect(
      try one("msi 0x40 to 0 lowest logical") == .message(address: 0xfee0_000c, data: 0x140))
    #expect(try one("msi 64 to 3") == .message(address: 0xfee0_3000, data: 0x40))
    #expect(
      try one("msi address 0xfee00018 data 0xc040")
        == .message(address: 0xfee0_0018, data: 0xc040))
    #expect(try one("pin 4 deassert") == .pin(4, .deassert))
    #expect(
      try one("entry 4 vector 0x40 to 1 fixed physical level low masked")
        == .redirectionEntry(pin: 4, value: 0x0100_0000_0001_a040))
    #expect(try one("entry 23 value 0x10000") == .redirectionEntry(pin: 23, value: 0x1_0000))
    #expect(try one("rendezvous to 1,3") == .rendezvous(targets: CPUSet([1, 3])))
  }

  @Test func repetition() throws {
    for text in [
      "nmi to 0-1 every 500us times 10", "nmi to 0-1 times 10 every 500 us",
      "nmi to 0 1 every 500000ns times 0xa", "NMI TO 0-1 EVERY 500\u{b5}s TIMES 10",
    ] {
      let result = try Self.parse(text)
      #expect(
        result
          == RepeatedInjection(
            .nmi(targets: .first(2)), count: 10, periodNanoseconds: 500_000))
      #expect(result.command == .injectRepeatedly(result))
    }
    #expect(try Self.parse("pin 4 pulse every 2s times 1") == RepeatedInjection(.pin(4, .pulse)))
    #expect(try Self.parse("pin 4 pulse times 1").command == .inject(.pin(4, .pulse)))
    // What is out of range by another way than the grammar is brought back.
    let wild = RepeatedInjection(.pin(4, .pulse), count: .max, periodNanoseconds: 0)
    #expect(wild.count == 100_000 && wild.periodNanoseconds == 10_000)
    #expect(RepeatedInjection(.pin(4, .pulse), count: -1, periodNanoseconds: 5).count == 1)
  }

  @Test(arguments: [
    ("", "nothing given; begin with fixed, nmi,"),
    ("smi to 0", "'smi' is no kind of injection; begin with fixed"),
    ("fixed", "fixed: vector: no number given; FIXED takes 16-255"),
    ("fixed 12 to 0", "fixed: vector 12: FIXED takes 16-255 (0-15 are reserved)"),
    ("fixed to 0", "fixed: vector: 'to' is no number; FIXED takes 16-255"),
    ("fixed 0x40", "to whom? write fixed 0x40 to 0,2-3"),
    ("fixed 0x40 0", "'0' where 'to' belongs; to whom?"),
    ("fixed 0x40 to 7", "vcpu 7: this guest has vcpus 0-3"),
    ("nmi to", "targets: nothing given"),
    ("nmi to every 500us times 2", "targets: nothing given"),
    ("nmi to 3-1", "'3-1' runs backwards"),
    ("sipi 300 to 1", "sipi: vector 300: SIPI takes 0-255"),
    ("msi 15 to 0", "vector 15: fixed takes 16-255"),
    ("msi 15 to 0 lowest", "vector 15: lowest takes 16-255"),
    ("msi 64 to 256", "to 256: an APIC id here has 8 bits"),
    ("msi 64 to 0 level", "msi: 'level' is not one of fixed, lowest, nmi, physical, logical"),
    ("msi 64 to 0 fixed nmi", "msi: fixed and nmi exclude each other"),
    ("msi address 0x100000000 data 1", "address 0x100000000: it has 32 bits"),
    ("msi address 1", "data? write msi address"),
    ("pin 24 pulse", "pin 24: the I/O APIC has pins 0-23"),
    ("pin 4", "pin 4: what is done to it? one of pulse, assert, deassert"),
    ("pin 4 toggle", "pin 4: 'toggle' is not one of pulse, assert, deassert"),
    ("entry 4", "what? write entry 4 vector 0x40 to 0, or entry 4 value"),
    ("entry 4 vector 3 to 0", "vector 3: fixed takes 16-255"),
    ("entry 4 vector 0x40 to 0 loud", "entry: 'loud' is not one of fixed"),
    ("nmi to 0 every 5us times 2", "every 5us: 10us to 3600s"),
    ("nmi to 0 every 2h times 2", "every: '2h' is no time; 10us to 3600s, in ns, us, ms or s"),
    ("nmi to 0 every 99999999999999999999s times 2", "is no time"),
    ("nmi to 0 every", "every: no time given"),
    ("nmi to 0 every 1ms", "every: how often? write every 500us times 10"),
    ("nmi to 0 times 5", "times: how far apart?"),
    ("nmi to 0 times 0 every 1ms", "times 0: 1-100000 are allowed"),
    ("nmi to 0 times 100001 every 1ms", "times 100001: 1-100000"),
    ("nmi to 0 every 1ms times 2 every 1ms", "'every' is too much here"),
    ("pin 4 pulse now", "'now' is too much here; only every TIME times COUNT may follow"),
  ])
  func refusals(text: String, words: String) {
    do throws(InjectionExpressionError) {
      let result = try Self.parse(text)
      Issue.record("'\(text)' was taken as \(result)")
    } catch { #expect(error.description.contains(words), "\(text): \(error.description)") }
  }

  /// A masked entry may hold any vector, and NMI delivery ignores it.
  @Test func vectorsThatDoNotMatterAreNotJudged() throws {
    #expect(
      try Self.parse("entry 1 vector 0 to 0 masked").injection
        == .redirectionEntry(pin: 1, value: 0x1_0000))
    #expect(
      try Self.parse("msi 0 to 0 nmi").injection == .message(address: 0xfee0_0000, data: 0x400))
  }

  @Test func examplesAreTaken() throws {
    for example in InjectionExpression.examples {
      #expect(try Self.parse(example, own: 0, count: 1).count == 1)
      #expect(try Self.parse(example, own: 0, count: 1).injection.text.hasPrefix(example.prefix(3)))
    }
  }

  /// What a guest of 1 to 4,096 vcpus can be given, in all its bits.
  static func random(_ generator: inout some RandomNumberGenerator, count: Int) -> Injection {
    var targets = CPUSet([Int.random(in: 0..<count, using: &generator)])
    for _ in 0..<Int.random(in: 0...9, using: &generator) {
      let low = Int.random(in: 0..<count, using: &generator)
      for vcpu in low..<min(count, low + Int.random(in: 1...70, using: &generator)) {
        targets.insert(vcpu)
      }
    }
    let byte = UInt8.random(in: 0...255, using: &generator)
    let isWild = Bool.random(using: &generator)
    switch Int.random(in: 0..<8, using: &generator) {
    case 0: return .fixed(vector: max(16, byte), targets: targets)
    case 1: return .nmi(targets: targets)
    case 2: return .initIPI(targets: targets)
    case 3: return .startup(vector: byte, targets: targets)
    case 4:
      if isWild {
        return .message(
          address: .random(in: 0 ... .max, using: &generator),
          data: .random(in: 0 ... .max, using: &generator))
      }
      return .message(
        destination: .random(in: 0 ... .max, using: &generator), vector: byte,
        deliveryMode: Injection.DeliveryMode.allCases.randomElement(using: &generator) ?? .fixed,
        destinationMode: Bool.random(using: &generator) ? .logical : .physical)
    case 5:
      let actions = Injection.PinAction.allCases
      return .pin(
        .random(in: 0...23, using: &generator), actions.randomElement(using: &generator) ?? .pulse)
    case 6:
      let bits = UInt64.random(in: 0 ... .max, using: &generator)
      let named: UInt64 = 0xff00_0000_0001_adff
      return .redirectionEntry(
        pin: .random(in: 0...23, using: &generator), value: isWild ? bits : bits & named)
    default: return .rendezvous(targets: targets)
    }
  }

  @Test func roundTrip() throws {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<4_000 {
      let count = [1, 2, 4, 64, 255, 4_096].randomElement(using: &generator) ?? 1
      let injection = Self.random(&generator, count: count)
      let repeated = RepeatedInjection(
        injection, count: [1, 2, 10, 100_000].randomElement(using: &generator) ?? 1,
        periodNanoseconds: .random(in: 10_000...3_600_000_000_000, using: &generator))
      let text = repeated.text
      let parsed = try Self.parse(text, own: 0, count: count)
      #expect(parsed == repeated, "\(text)")
    }
  }

  /// Words in any order never trap.
  @Test func anyWords() {
    let words = [
      "fixed", "nmi", "msi", "entry", "pin", "to", "every", "times", "0x40", "4", "all", "value",
      "vector", "level", "masked", "500us", "-", ",", "\u{301}", "", "99999999999999999999", "0x",
    ]
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<4_000 {
      let count = Int.random(in: 0...9, using: &generator)
      let text = (0..<count).map { _ in words.randomElement(using: &generator) ?? "" }
        .joined(separator: " ")
      if let result = try? Self.parse(text, own: 9, count: count) {
        #expect(RepeatedInjection.counts.contains(result.count))
      }
    }
  }

  @Test func times() {
    for (text, value) in [
      ("10us", 10_000 as UInt64), ("1s", 1_000_000_000), ("3ms", 3_000_000), ("7ns", 7),
    ] {
      #expect(TimeText.parse(text) == value)
      #expect(TimeText.text(value) == text)
    }
    #expect(TimeText.text(1_500_000) == "1500us")
    for text in ["", "us", "10", "10 us", "-1us", "1.5ms", "18446744073709551615s", "10m"] {
      #expect(TimeText.parse(text) == nil, "\(text)")
    }
  }
}

import Interrupts
import Testing

/// The life of one pin, in every order of what can happen to it.
@Suite("I/O APIC state machine") struct IOAPICStateMachineTests {
  enum Event: CaseIterable { case assert, deassert, mask, unmask, level, edge, end }

  static let pin = 11
  static let vector: UInt8 = 0x5B

  /// The pin as one rule: a level pin delivers whenever its line is asserted, it is not masked and
  /// nothing of it is in service; an edge pin delivers when its line rises unmasked.
  struct Pin: Equatable {
    var isAsserted = false
    var isMasked = true
    var isLevel = false
    var isInService = false
    var delivered = 0

    mutating func happen(_ event: Event) {
      let wasAsserted = isAsserted
      switch event {
      case .assert: isAsserted = true
      case .deassert: isAsserted = false
      case .mask: isMasked = true
      case .unmask: isMasked = false
      case .level: isLevel = true
      case .edge: isLevel = false
      case .end: isInService = false
      }
      if !isLevel { isInService = false }
      if isLevel && isAsserted && !isMasked && !isInService {
        delivered += 1
        isInService = true
      }
      if !isLevel && isAsserted && !wasAsserted && !isMasked { delivered += 1 }
    }
  }

  /// The I/O APIC with a caller that does what its results say.
  struct Driven {
    var ioapic = IOAPIC(id: 0)
    var delivered = 0

    init() {
      _ = ioapic.setEntry(pin, IOAPICTests.entry(vector: vector, level: false, masked: true))
    }

    mutating func deliver(_ isDue: Bool) {
      guard isDue else { return }
      delivered += 1
      ioapic.markDelivered(pin)
    }

    mutating func rewrite(_ change: (inout RedirectionEntry) -> Void) {
      var entry = ioapic.entry(pin) ?? .powerUp
      change(&entry)
      // The low half through the window, as guests do.
      let effect = IOAPICTests.put(
        0x10 + 2 * UInt32(pin), UInt32(truncatingIfNeeded: entry.rawValue), in: &ioapic)
      if case .redirectionChanged(let changed, _, _) = effect { deliver(ioapic.evaluate(changed)) }
    }

    mutating func happen(_ event: Event) {
      switch event {
      case .assert: deliver(ioapic.setPin(pin, asserted: true) == .deliver)
      case .deassert: deliver(ioapic.setPin(pin, asserted: false) == .deliver)
      case .mask: rewrite { $0.isMasked = true }
      case .unmask: rewrite { $0.isMasked = false }
      case .level: rewrite { $0.trigger = .level }
      case .edge: rewrite { $0.trigger = .edge }
      case .end: deliver(ioapic.endOfInterrupt(vector) == 1 << UInt32(pin))
      }
    }

    var state: Pin? {
      ioapic.entry(pin).map {
        Pin(
          isAsserted: ioapic.isAsserted(pin), isMasked: $0.isMasked, isLevel: $0.trigger == .level,
          isInService: $0.remoteIRR, delivered: delivered)
      }
    }
  }

  static func explore(
    _ driven: Driven, _ reference: Pin, depth: Int, path: [Event], wrong: inout Mismatches
  ) {
    guard depth > 0 else { return }
    for event in Event.allCases {
      var driven = driven
      var reference = reference
      driven.happen(event)
      reference.happen(event)
      let path = path + [event]
      wrong.check(
        driven.state == reference, "\(path): \(String(describing: driven.state)), not \(reference)")
      wrong.check(driven.ioapic.pinsToDeliver() == 0, "\(path): something is still due")
      explore(driven, reference, depth: depth - 1, path: path, wrong: &wrong)
    }
  }

  @Test("Every order of events up to six") func everyOrder() {
    var wrong = Mismatches()
    Self.explore(Driven(), Pin(), depth: 6, path: [], wrong: &wrong)
    #expect(wrong.first.isEmpty)
    // 7 + 7^2 + ... + 7^6 sequences, two checks each.
    #expect(wrong.checks == 2 * (7 + 49 + 343 + 2401 + 16807 + 117_649))
  }

  @Test("Linux's EOI without an EOI register: mask and edge, then level again") func linuxEOI() {
    var driven = Driven()
    for event in [Event.level, .unmask, .assert] { driven.happen(event) }
    #expect(driven.state?.isInService == true)
    let saved = driven.ioapic.entry(Self.pin) ?? .powerUp
    driven.rewrite {
      $0.isMasked = true
      $0.trigger = .edge
    }
    #expect(driven.state?.isInService == false)
    driven.rewrite { $0 = saved }
    // The line is still asserted: delivered again, though the saved value had remote IRR set.
    #expect(driven.delivered == 2)
    driven.happen(.deassert)
    driven.happen(.end)
    #expect(driven.delivered == 2)
    #expect(driven.state?.isInService == false)
  }

  /// kvm-unit-tests' ioapic: the handler rewrites its own entry before the EOI.
  @Test("Rewriting a level entry in service keeps remote IRR, and the EOI finds it")
  func rewritten() {
    var driven = Driven()
    for event in [Event.level, .unmask, .assert, .deassert] { driven.happen(event) }
    driven.rewrite { $0.destination = 0 }
    #expect(driven.state?.isInService == true)
    driven.happen(.end)
    #expect(driven.state?.isInService == false)
    driven.happen(.assert)
    #expect(driven.delivered == 2)
  }

  @Test("A vector changed while in service: the EOI of the old one does not find the pin")
  func vectorChanged() {
    var driven = Driven()
    for event in [Event.level, .unmask, .assert] { driven.happen(event) }
    driven.rewrite { $0.vector = 0x77 }
    let old = driven.ioapic.endOfInterrupt(Self.vector)
    #expect(old == 0)
    let new = driven.ioapic.endOfInterrupt(0x77)
    #expect(new == 1 << UInt32(Self.pin))
  }

  @Test("A message that no one accepted stays due") func notAccepted() {
    var ioapic = IOAPIC(id: 0)
    _ = ioapic.setEntry(3, IOAPICTests.entry(vector: 0x60))
    let result = ioapic.setPin(3, asserted: true)
    #expect(result == .deliver)
    #expect(ioapic.evaluate(3))
    #expect(ioapic.pinsToDeliver() == 1 << 3)
    ioapic.markDelivered(3)
    #expect(!ioapic.evaluate(3))
  }

  /// From the line to the EOI and back: the two chips together.
  @Test("A level interrupt through a local APIC, delivered again while its line is asserted")
  func together() {
    var ioapic = IOAPIC(id: 0)
    var apic = LocalAPIC.enabled()
    _ = ioapic.setEntry(14, IOAPICTests.entry(vector: 0x98))
    #expect(ioapic.triggerModes(for: apic.routing) == VectorSet([0x98]))
    var due: UInt32 = ioapic.setPin(14, asserted: true) == .deliver ? 1 << 14 : 0
    var services = 0
    while due != 0 && services < 10 {
      guard let message = ioapic.entry(14)?.message else { break }
      let acceptance = apic.accept(vector: message.vector, trigger: message.trigger)
      #expect(acceptance == .accepted)
      ioapic.markDelivered(14)
      let taken = apic.acknowledge()
      #expect(taken == 0x98)
      services += 1
      if services == 2 { _ = ioapic.setPin(14, asserted: false) }
      let effect = apic.put(Offset.endOfInterrupt, 0)
      guard case .endOfInterrupt(let vector?, true) = effect else {
        Issue.record("the EOI of a level vector is broadcast, not \(effect)")
        break
      }
      due = ioapic.endOfInterrupt(vector)
    }
    #expect(services == 2)
    #expect(ioapic.entry(14)?.remoteIRR == false)
  }
}

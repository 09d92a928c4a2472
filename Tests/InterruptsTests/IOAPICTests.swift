import Interrupts
import Testing

/// 82093AA data sheet, section 3.
@Suite("I/O APIC") struct IOAPICTests {
  static func select(_ register: UInt32, in ioapic: inout IOAPIC) {
    _ = ioapic.write(offset: 0x00, value: register)
  }

  static func get(_ register: UInt32, from ioapic: inout IOAPIC) -> UInt32 {
    select(register, in: &ioapic)
    return ioapic.read(offset: 0x10)
  }

  @discardableResult
  static func put(_ register: UInt32, _ value: UInt32, in ioapic: inout IOAPIC) -> IOAPICEffect {
    select(register, in: &ioapic)
    return ioapic.write(offset: 0x10, value: value)
  }

  static let levelBit: UInt64 = 1 << 15
  static let maskBit: UInt64 = 1 << 16

  static func entry(
    vector: UInt8, level: Bool = true, masked: Bool = false, mode: DeliveryMode = .fixed
  ) -> RedirectionEntry {
    var entry = RedirectionEntry(rawValue: 0)
    entry.vector = vector
    entry.trigger = level ? .level : .edge
    entry.isMasked = masked
    entry.deliveryMode = mode
    return entry
  }

  @Test("Power-up values of all 256 registers") func powerUp() {
    var ioapic = IOAPIC(id: 0x35)
    #expect(ioapic.read(offset: 0) == 0)
    for register in UInt32(0)..<256 {
      let expected: UInt32 =
        switch register {
        case 0, 2: 0x0500_0000
        case 1: 0x0017_0020
        case 0x10...0x3F: register % 2 == 0 ? 0x0001_0000 : 0
        default: 0
        }
      #expect(Self.get(register, from: &ioapic) == expected, "register \(register)")
      #expect(ioapic.read(offset: 0) == register)
    }
  }

  @Test("The id is 4 bits wide and shows as arbitration id; version is read-only") func identity() {
    var ioapic = IOAPIC(id: 0)
    Self.put(0, .max, in: &ioapic)
    #expect(Self.get(0, from: &ioapic) == 0x0F00_0000)
    #expect(Self.get(2, from: &ioapic) == 0x0F00_0000)
    Self.put(2, 0, in: &ioapic)
    Self.put(1, 0, in: &ioapic)
    #expect(Self.get(2, from: &ioapic) == 0x0F00_0000)
    #expect(Self.get(1, from: &ioapic) == 0x0017_0020)
  }

  @Test("Writable and reserved bits of every entry, half by half") func halves() {
    for pin in UInt32(0)..<24 {
      var ioapic = IOAPIC(id: 0)
      let low = Self.put(0x10 + 2 * pin, .max, in: &ioapic)
      let first = RedirectionEntry(rawValue: 0x1_AFFF)
      #expect(low == .redirectionChanged(pin: Int(pin), old: .powerUp, new: first))
      let high = Self.put(0x11 + 2 * pin, .max, in: &ioapic)
      let second = RedirectionEntry(rawValue: 0xFF00_0000_0001_AFFF)
      #expect(high == .redirectionChanged(pin: Int(pin), old: first, new: second))
      #expect(Self.get(0x10 + 2 * pin, from: &ioapic) == 0x1_AFFF)
      #expect(Self.get(0x11 + 2 * pin, from: &ioapic) == 0xFF00_0000)
      for other in 0..<24 where other != Int(pin) { #expect(ioapic.entry(other) == .powerUp) }
    }
  }

  @Test("A whole entry is set with one effect") func wholeEntry() {
    var ioapic = IOAPIC(id: 0)
    let effect = ioapic.setEntry(7, RedirectionEntry(rawValue: .max))
    let new = RedirectionEntry(rawValue: RedirectionEntry.writableBits)
    #expect(effect == .redirectionChanged(pin: 7, old: .powerUp, new: new))
    #expect(ioapic.entry(7) == new)
    for pin in [-1, 24, Int.max, Int.min] {
      let effect = ioapic.setEntry(pin, new)
      #expect(effect == .none)
      #expect(ioapic.entry(pin) == nil)
    }
  }

  @Test("The fields of an entry") func fields() {
    var wrong = Mismatches()
    for bits in UInt64(0)..<(1 << 17) {
      let entry = RedirectionEntry(rawValue: bits | 0xC3 << 56)
      wrong.check(
        UInt64(entry.vector) == bits % 256 && UInt64(entry.deliveryMode.rawValue) == bits / 256 % 8
          && (entry.destinationMode == .logical) == (bits / 2048 % 2 == 1)
          && entry.deliveryStatus == (bits / 4096 % 2 == 1)
          && entry.isActiveLow == (bits / 8192 % 2 == 1)
          && entry.remoteIRR == (bits / 16384 % 2 == 1)
          && (entry.trigger == .level) == (bits / 32768 % 2 == 1)
          && entry.isMasked == (bits / 65536 == 1) && entry.destination == 0xC3, "\(bits)")
      wrong.check(
        entry.isLevelSensitive == (bits / 32768 % 2 == 1 && bits / 256 % 8 < 2), "\(bits) level")
      var built = RedirectionEntry(rawValue: bits & 0x5000)
      built.vector = entry.vector
      built.deliveryMode = entry.deliveryMode
      built.destinationMode = entry.destinationMode
      built.isActiveLow = entry.isActiveLow
      built.trigger = entry.trigger
      built.isMasked = entry.isMasked
      built.destination = entry.destination
      wrong.check(built == entry, "\(bits) built")
    }
    #expect(wrong.first.isEmpty)
  }

  @Test("Which single bit makes a difference beyond mask and polarity") func differs() {
    let base = RedirectionEntry(rawValue: 0)
    for bit in UInt64(0)..<64 {
      let counts = [0...11, 15...15, 56...63].contains { $0.contains(bit) }
      let other = RedirectionEntry(rawValue: 1 << bit)
      #expect(base.differsBeyondMaskAndPolarity(from: other) == counts, "bit \(bit)")
      #expect(other.differsBeyondMaskAndPolarity(from: base) == counts, "bit \(bit)")
    }
  }

  @Test("The message of an entry") func message() {
    let entry = RedirectionEntry(rawValue: 0x5A00_0000_0000_8941)
    #expect(
      entry.message
        == InterruptMessage(
          destination: 0x5A, destinationMode: .logical, deliveryMode: .lowestPriority, vector: 0x41,
          trigger: .level))
    for mode in DeliveryMode.allCases {
      let level = Self.entry(vector: 0x40, mode: mode).message.trigger
      #expect(level == (mode == .fixed || mode == .lowestPriority ? .level : .edge))
    }
  }

  @Test("Pins that are not there") func noSuchPin() {
    var ioapic = IOAPIC(id: 0)
    for pin in [-1, 24, 31, 32, 64, Int.max, Int.min] {
      let results = [
        ioapic.setPin(pin, asserted: true), ioapic.setPin(pin, asserted: false), ioapic.pulse(pin),
      ]
      #expect(results == [.noSuchPin, .noSuchPin, .noSuchPin])
      ioapic.markDelivered(pin)
      #expect(!ioapic.evaluate(pin))
      #expect(!ioapic.isAsserted(pin))
    }
    #expect(ioapic.assertedPins == 0)
  }

  @Test("A pulse", arguments: [false, true]) func pulse(level: Bool) {
    var ioapic = IOAPIC(id: 0)
    let masked = ioapic.pulse(4)
    #expect(masked == .masked)
    _ = ioapic.setEntry(4, Self.entry(vector: 0x44, level: level))
    #expect(!ioapic.evaluate(4), "an edge while masked is lost")
    let first = ioapic.pulse(4)
    #expect(first == .deliver)
    ioapic.markDelivered(4)
    #expect(!ioapic.isAsserted(4))
    let second = ioapic.pulse(4)
    #expect(second == (level ? .remoteIRRSet : .deliver))
    let held = [ioapic.setPin(4, asserted: true), ioapic.pulse(4)]
    #expect(held == [level ? .remoteIRRSet : .deliver, .unchanged])
    #expect(ioapic.isAsserted(4), "a line that a device holds stays asserted")
  }

  @Test("EOI by register and by broadcast: each pin of the vector, and no other") func eoi() {
    var ioapic = IOAPIC(id: 0)
    for (pin, vector) in [(1, 0x50), (2, 0x50), (3, 0x51), (4, 0x50), (5, 0x50)] {
      _ = ioapic.setEntry(pin, Self.entry(vector: UInt8(vector), level: pin != 5))
      let result = ioapic.setPin(pin, asserted: true)
      #expect(result == .deliver)
      ioapic.markDelivered(pin)
    }
    _ = ioapic.setPin(2, asserted: false)
    _ = ioapic.setEntry(4, Self.entry(vector: 0x50, masked: true))
    #expect(ioapic.pinsToDeliver() == 0)
    let other = ioapic.write(offset: 0x40, value: 0x52)
    #expect(other == .none)
    // Only the low byte is the vector.
    let effect = ioapic.write(offset: 0x40, value: 0xFFFF_FF50)
    #expect(effect == .deliver(pins: 1 << 1))
    #expect(ioapic.pinsToDeliver() == 1 << 1)
    #expect(ioapic.entry(3)?.remoteIRR == true)
    #expect(ioapic.entry(4)?.remoteIRR == false)
    #expect(ioapic.entry(5)?.remoteIRR == false)
    let pins = ioapic.endOfInterrupt(0x51)
    #expect(pins == 1 << 3)
    _ = ioapic.setEntry(4, Self.entry(vector: 0x50))
    #expect(ioapic.evaluate(4))
    #expect(ioapic.read(offset: 0x40) == 0)
  }

  @Test("NMI, INIT, SMI and ExtINT are edge even if programmed as level") func edgeModes() {
    for mode in [DeliveryMode.nmi, .initialize, .smi, .extINT] {
      var ioapic = IOAPIC(id: 0)
      _ = ioapic.setEntry(9, Self.entry(vector: 0x40, mode: mode))
      let first = ioapic.setPin(9, asserted: true)
      #expect(first == .deliver)
      ioapic.markDelivered(9)
      #expect(ioapic.entry(9)?.remoteIRR == false)
      #expect(!ioapic.evaluate(9))
    }
  }

  @Test("Trigger modes against a reading of the table, random tables") func triggerModes() {
    var random = Generator(seed: 7)
    var wrong = Mismatches()
    for round in 0..<500 {
      var ioapic = IOAPIC(id: 0)
      for pin in 0..<24 {
        var bits = random.next()
        // Destinations that are hit now and then.
        if Bool.random(using: &random) { bits = bits & (.max >> 8) | 3 << 56 }
        _ = ioapic.setEntry(pin, RedirectionEntry(rawValue: bits))
      }
      let routing = LocalAPICRouting(
        id: 3, logicalID: 1, model: round % 2 == 0 ? .flat : .cluster, isSoftwareEnabled: true,
        priorityClass: 0)
      var expected = Set<UInt8>()
      for pin in UInt32(0)..<24 {
        let low = Self.get(0x10 + 2 * pin, from: &ioapic)
        let destination = Self.get(0x11 + 2 * pin, from: &ioapic) >> 24
        let isLogical = low >> 11 & 1 == 1
        let hit =
          destination == 255
          || (!isLogical
            ? destination == 3
            : round % 2 == 0
              ? destination % 2 == 1 : destination / 16 == 0 && destination % 2 == 1)
        if low >> 15 & 1 == 1 && low >> 8 & 7 < 2 && low & 0xFF >= 16 && hit {
          expected.insert(UInt8(low & 0xFF))
        }
      }
      wrong.check(
        ioapic.triggerModes(for: routing) == VectorSet(expected), "round \(round): \(expected)")
    }
    #expect(wrong.first.isEmpty)
  }

  @Test("Hostile accesses never trap", arguments: 0..<2) func hostile(seed: Int) {
    var random = Generator(seed: UInt64(seed) + 50)
    var ioapic = IOAPIC(id: 0)
    var wrong = Mismatches()
    for offset in UInt32(0)..<0x1000 {
      for _ in 0..<8 {
        let at = Bool.random(using: &random) ? offset : [0, 0x10, 0x40][Int(random.next() % 3)]
        let effect = ioapic.write(offset: at, value: UInt32(truncatingIfNeeded: random.next()))
        if at != 0x10 && at != 0x40 { wrong.check(effect == .none, "effect at \(at)") }
        let value = ioapic.read(offset: offset)
        if offset != 0 && offset != 0x10 { wrong.check(value == 0, "value at \(offset)") }
        let pin = Int(random.next() % 24)
        if ioapic.setPin(pin, asserted: Bool.random(using: &random)) == .deliver {
          ioapic.markDelivered(pin)
        }
        for pin in 0..<24 {
          let entry = ioapic.entry(pin) ?? .powerUp
          wrong.check(!entry.remoteIRR || entry.isLevelSensitive, "remote IRR of edge pin \(pin)")
          wrong.check(
            entry.rawValue & ~(RedirectionEntry.writableBits | 1 << 14) == 0, "entry of \(pin)")
        }
      }
    }
    #expect(wrong.first.isEmpty)
    _ = ioapic.write(offset: .max, value: .max)
    #expect(ioapic.read(offset: .max) == 0)
  }
}

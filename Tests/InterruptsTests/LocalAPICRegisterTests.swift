import Interrupts
import Testing

/// SDM vol. 3, "Local APIC Register Address Map" and "Local APIC State After Power-Up or Reset".
@Suite("Local APIC registers") struct LocalAPICRegisterTests {
  /// The value of each register after power-up.
  static func powerUp(_ offset: UInt32, id: UInt32) -> UInt32 {
    switch offset {
    case Offset.id: id << 24
    case Offset.version: 0x0106_0014
    case Offset.destinationFormat: 0xFFFF_FFFF
    case Offset.spurious: 0xFF
    case 0x2F0, 0x320...0x370: 0x0001_0000
    default: 0
    }
  }

  @Test("Power-up values", arguments: [UInt32(0), 3, 255]) func powerUpValues(id: UInt32) {
    var apic = LocalAPIC(id: id, isBootstrap: id == 0)
    for offset in Offset.all {
      #expect(apic.get(offset) == Self.powerUp(offset, id: id), "offset \(offset)")
    }
    #expect(apic.errors() == 0)
    #expect(apic.nextDeadline() == nil)
    #expect(apic.isBootstrap == (id == 0))
    #expect(apic.checkInvariants() == nil)
  }

  /// The bits that a write changes and the bits that always read 1, where a register keeps what is
  /// written.
  static func writable(_ offset: UInt32) -> (bits: UInt32, ones: UInt32)? {
    switch offset {
    case Offset.id, Offset.logicalDestination, Offset.commandHigh: (0xFF00_0000, 0)
    case Offset.taskPriority: (0xFF, 0)
    case Offset.destinationFormat: (0xF000_0000, 0x0FFF_FFFF)
    case Offset.spurious: (0x13FF, 0)
    case Offset.commandLow: (0x000C_CFFF, 0)
    case Offset.timer: (0x0007_00FF, 0)
    case Offset.lint0, Offset.lint1: (0x0001_A7FF, 0)
    case Offset.error: (0x0001_00FF, 0)
    case Offset.cmci, Offset.thermal, Offset.performance: (0x0001_07FF, 0)
    case Offset.initialCount: (0xFFFF_FFFF, 0)
    case Offset.divide: (0xB, 0)
    default: nil
    }
  }

  static let patterns: [UInt32] =
    [0, .max, 0x5555_5555, 0xAAAA_AAAA, 0x0F0F_0F0F] + (0..<32).map { 1 << $0 }

  @Test("Writable, reserved and read-only bits of every register") func bits() {
    var wrong = Mismatches()
    let base = LocalAPIC.enabled(id: 5)
    let before = base.registers()
    for offset in Offset.all {
      for value in Self.patterns {
        var apic = base
        apic.put(offset, value)
        let label = "\(String(offset, radix: 16)) := \(String(value, radix: 16))"
        if let (bits, ones) = Self.writable(offset) {
          wrong.check(apic.get(offset) == value & bits | ones, label)
        } else {
          wrong.check(apic.registers() == before, label)
        }
        wrong.check(apic.checkInvariants() == nil, "\(label): invariant")
      }
    }
    #expect(wrong.first.isEmpty)
  }

  @Test("ISR, TMR and IRR show their bits and cannot be written") func vectorRegisters() {
    var apic = LocalAPIC.enabled()
    for vector in stride(from: 0xFE, through: 0x10, by: -3) {
      _ = apic.accept(vector: UInt8(vector), trigger: vector % 2 == 0 ? .level : .edge)
    }
    _ = apic.acknowledge()
    let before = apic.registers()
    for offset in stride(from: UInt32(0x100), through: 0x270, by: 0x10) {
      let effects = [apic.put(offset, .max), apic.put(offset, 0)]
      #expect(effects == [.none, .none])
    }
    #expect(apic.registers() == before)
    #expect(apic.inService.vectors == [0xFE])
    for index in 0..<8 {
      #expect(apic.get(0x100 + UInt32(index) * 16) == apic.inService.register(index))
      #expect(apic.get(0x180 + UInt32(index) * 16) == apic.triggerMode.register(index))
      #expect(apic.get(0x200 + UInt32(index) * 16) == apic.interruptRequest.register(index))
    }
  }

  @Test("Every offset: ESR bit 7 exactly where there is no register") func illegalAddresses() {
    let legal = Set(Offset.all)
    var wrong = Mismatches()
    let base = LocalAPIC.enabled()
    for offset in Array(UInt32(0)..<0x1000) + [0x1000, 0x1020, 0x8000_0020, .max] {
      let label = String(offset, radix: 16)
      wrong.check((LocalAPICRegister(offset: offset) != nil) == legal.contains(offset), label)
      var reading = base
      let value = reading.get(offset)
      let readError = reading.errors()
      wrong.check(readError == (legal.contains(offset) ? 0 : 1 << 7), "read \(label)")
      wrong.check(legal.contains(offset) || value == 0, "value \(label)")
      guard offset != Offset.commandLow, offset != Offset.errorStatus else { continue }
      var writing = base
      let effect = writing.put(offset, 0x31)
      wrong.check(legal.contains(offset) || effect == .none, "effect \(label)")
      let writeError = writing.errors()
      wrong.check(writeError == (legal.contains(offset) ? 0 : 1 << 7), "write \(label)")
    }
    #expect(wrong.first.isEmpty)
  }

  @Test("Hostile values at every offset never trap and break no invariant", arguments: 0..<4)
  func hostile(seed: Int) {
    var random = Generator(seed: UInt64(seed) + 100)
    let moments: [UInt64] = [0, 1, 1 << 32, 1 << 62, .max - 1, .max]
    let special: [UInt32] = [0, .max, 0x1FF, 0xFF, 0x10FF, 0x2_0031, 0x4_0031, 0x8000_0000, 0xB]
    var apic = LocalAPIC(id: 1, isBootstrap: false)
    var wrong = Mismatches()
    for offset in UInt32(0)..<0x1000 {
      for round in 0..<6 {
        // Most writes at real registers, or the state would never get far.
        let target = round < 2 ? offset : Offset.all.randomElement(using: &random) ?? 0
        let value =
          Bool.random(using: &random)
          ? special.randomElement(using: &random) ?? 0 : UInt32(truncatingIfNeeded: random.next())
        let now = moments.randomElement(using: &random) ?? 0
        _ = apic.write(offset: target, value: value, now: now)
        _ = apic.read(offset: offset, now: random.next())
        _ = apic.accept(
          vector: UInt8(truncatingIfNeeded: random.next()),
          trigger: Bool.random(using: &random) ? .level : .edge)
        if round == 3 { _ = apic.acknowledge() }
        if round == 4 {
          _ = apic.assertLVT(LVTEntry.allCases.randomElement(using: &random) ?? .timer, now: now)
        }
        apic.advance(to: random.next())
        _ = apic.nextDeadline()
        let broken = apic.checkInvariants()
        wrong.check(broken == nil, "\(String(target, radix: 16)) := \(value): \(broken ?? "")")
      }
    }
    #expect(wrong.first.isEmpty)
  }

  @Test("INIT: everything as at power-up but the id") func afterINIT() {
    var random = Generator(seed: 6)
    for _ in 0..<50 {
      var apic = LocalAPIC.enabled(id: 9)
      for step in 0..<200 {
        _ = apic.write(
          offset: Offset.all.randomElement(using: &random) ?? 0,
          value: UInt32(truncatingIfNeeded: random.next()) | 0x100, now: UInt64(step))
        _ = apic.accept(vector: UInt8(truncatingIfNeeded: random.next()), trigger: .level)
      }
      let id = apic.id
      apic.resetForINIT()
      #expect(apic.registers(at: 1000) == LocalAPIC(id: id, isBootstrap: true).registers())
      #expect(apic.id == id)
      #expect(apic.isBootstrap)
      #expect(apic.nextDeadline() == nil)
      #expect(apic.errors() == 0)
    }
  }

  @Test("Effects of the writes") func effects() {
    var apic = LocalAPIC.enabled()
    let expected: [(UInt32, LocalAPICEffect)] = [
      (Offset.id, .routingChanged), (Offset.logicalDestination, .routingChanged),
      (Offset.destinationFormat, .routingChanged), (Offset.spurious, .routingChanged),
      (Offset.taskPriority, .priorityChanged), (Offset.timer, .timerChanged),
      (Offset.initialCount, .timerChanged), (Offset.divide, .timerChanged),
      (Offset.lint0, .localVectorChanged(.lint0)), (Offset.lint1, .localVectorChanged(.lint1)),
      (Offset.error, .localVectorChanged(.error)), (Offset.cmci, .localVectorChanged(.cmci)),
      (Offset.thermal, .localVectorChanged(.thermal)),
      (Offset.performance, .localVectorChanged(.performance)), (Offset.errorStatus, .none),
      (Offset.commandHigh, .none), (Offset.version, .none), (Offset.processorPriority, .none),
      (Offset.currentCount, .none),
    ]
    for (offset, effect) in expected {
      let actual = apic.put(offset, 0x1_0131)
      #expect(actual == effect, "offset \(String(offset, radix: 16))")
    }
  }
}

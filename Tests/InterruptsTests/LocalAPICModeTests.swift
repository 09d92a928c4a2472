import Interrupts
import Testing

/// SDM vol. 3, "Local APIC Status and Location", "Enabling or Disabling the Local APIC", "Relocating
/// the Local APIC Registers" and "x2APIC State Transitions".
@Suite("Local APIC modes") struct LocalAPICModeTests {
  static let page: UInt64 = 0xFEE0_0000

  static func apic(in mode: LocalAPICMode, id: UInt32 = 5) -> LocalAPIC {
    var apic = LocalAPIC(id: id, isBootstrap: false)
    switch mode {
    case .xAPIC: break
    case .disabled: apic.set(page)
    case .x2APIC: apic.set(page | 0xC00)
    }
    return apic
  }

  /// An APIC in which every register that can differ from power-up does.
  static func used(id: UInt32 = 5) -> LocalAPIC {
    var apic = LocalAPIC.enabled(id: id)
    _ = apic.accept(vector: 0x71, trigger: .level)
    _ = apic.acknowledge()
    _ = apic.accept(vector: 0x51, trigger: .level)
    for (offset, value) in zip(Offset.localVectors, 0x41...) { apic.put(offset, UInt32(value)) }
    for (offset, value) in [
      (Offset.id, 0x0900_0000), (Offset.taskPriority, 0x3A),
      (Offset.logicalDestination, 0x0400_0000),
      (Offset.destinationFormat, 0), (Offset.spurious, 0x133F), (Offset.commandHigh, 0x0700_0000),
      (Offset.commandLow, 0x4005), (Offset.errorStatus, 0), (Offset.divide, 0xB),
      (Offset.initialCount, 1000),
    ] as [(UInt32, UInt32)] { apic.put(offset, value) }
    return apic
  }

  @Test("The mode of every pair of EN and EXTD") func modes() {
    #expect(LocalAPICMode(apicBase: 0xFEE0_0100) == .disabled)
    #expect(LocalAPICMode(apicBase: 0xFEE0_0900) == .xAPIC)
    #expect(LocalAPICMode(apicBase: 0xFEE0_0D00) == .x2APIC)
    #expect(LocalAPICMode(apicBase: 0xFEE0_0500) == nil)
  }

  @Test("Power-up: xAPIC mode, the default page, bit 8 for the bootstrap processor") func powerUp()
  {
    let first = LocalAPIC(id: 0, isBootstrap: true)
    let second = LocalAPIC(id: 1, isBootstrap: false)
    #expect(first.apicBase == 0xFEE0_0900)
    #expect(second.apicBase == 0xFEE0_0800)
    #expect([first.mode, second.mode] == [.xAPIC, .xAPIC])
    #expect(first.pageAddress == Self.page)
    #expect([first.isBootstrap, second.isBootstrap] == [true, false])
  }

  /// Rows: from disabled, xAPIC, x2APIC. Columns: EN and EXTD 00, 01 (EXTD alone), 10, 11.
  static let legal: [LocalAPICMode: [Bool]] = [
    .disabled: [true, false, true, false], .xAPIC: [true, false, true, true],
    .x2APIC: [true, false, false, true],
  ]

  @Test("Every transition, with and without x2APIC", arguments: LocalAPICMode.allCases)
  func transitions(from: LocalAPICMode) {
    for (column, bits) in [UInt64(0), 0x400, 0x800, 0xC00].enumerated() {
      for offersX2APIC in [true, false] where offersX2APIC || from != .x2APIC {
        var apic = Self.apic(in: from)
        let before = apic
        let isLegal = Self.legal[from]?[column] == true && (offersX2APIC || bits & 0x400 == 0)
        let result = apic.writeAPICBase(
          Self.page | bits, physicalAddressBits: 36, offersX2APIC: offersX2APIC)
        let label = "\(from) to \(String(bits, radix: 16)), x2APIC \(offersX2APIC): \(result)"
        if !isLegal {
          #expect(result == .generalProtection, "\(label)")
          #expect(apic.apicBase == before.apicBase && apic.registers() == before.registers())
        } else if Self.page | bits == before.apicBase {
          #expect(result == .unchanged, "\(label)")
        } else {
          #expect(result == .changed(old: before.apicBase, new: Self.page | bits), "\(label)")
          #expect(apic.apicBase == Self.page | bits)
        }
        #expect(apic.checkInvariants() == nil)
      }
    }
  }

  @Test(
    "Every bit alone: reserved ones are #GP", arguments: [32, 36, 40, 46, 52, 0, 64, .min, .max])
  func bits(width: Int) {
    let bound = UInt64(min(max(width, 32), 52))
    for bit in UInt64(0)..<64 {
      var apic = LocalAPIC(id: 0, isBootstrap: true)
      let value = apic.apicBase ^ 1 << bit
      let isPage = bit >= 12 && bit < bound
      let result = apic.writeAPICBase(value, physicalAddressBits: width)
      let isLegal = isPage || bit == 8 || bit == 10 || bit == 11
      #expect((result == .generalProtection) == !isLegal, "bit \(bit)")
      #expect(apic.pageAddress == (isPage ? Self.page ^ 1 << bit : Self.page))
      #expect(apic.isBootstrap == (bit != 8))
    }
  }

  @Test("Disabling: power-up state, but for TPR; an interrupt in service is forgotten")
  func disabling() {
    var apic = Self.used()
    #expect(apic.checkInvariants() == nil)
    apic.set(Self.page)
    #expect(apic.mode == .disabled)
    #expect(apic.cr8 == 3)
    #expect(apic.deliverableVector() == nil && apic.pendingVector() == nil)
    #expect(apic.inService.isEmpty && apic.triggerMode.isEmpty)
    #expect(apic.nextDeadline() == nil)
    #expect(apic.routing.mode == .disabled && !apic.routing.isSoftwareEnabled)
    let acceptance = apic.accept(vector: 0x41, trigger: .edge)
    #expect(acceptance == .disabled)
    apic.set(Self.page | 0x800)
    var fresh = LocalAPIC(id: 5, isBootstrap: false)
    fresh.put(Offset.taskPriority, 0x3A)
    #expect(apic.registers() == fresh.registers())
    #expect(apic.errors() == 0)
    #expect(apic.id == 5, "a written id is lost")
  }

  @Test("Outside xAPIC mode the page is not there", arguments: [LocalAPICMode.disabled, .x2APIC])
  func noPage(mode: LocalAPICMode) {
    var apic = Self.apic(in: mode)
    let before = LocalAPICRegister.all.map { apic.value(of: $0, now: 0) }
    var wrong = Mismatches()
    for offset in UInt32(0)..<0x1000 {
      let value = apic.get(offset)
      let effect = apic.put(offset, 0x4031)
      wrong.check(value == .max && effect == .none, "offset \(offset)")
    }
    #expect(wrong.first.isEmpty)
    #expect(LocalAPICRegister.all.map { apic.value(of: $0, now: 0) } == before)
    // No ESR bit 7 either.
    if mode == .x2APIC {
      _ = apic.writeMSR(0x828, 0, now: 0)
      #expect(apic.readMSR(0x828, now: 0) == 0)
    }
  }

  /// SDM, "State Changes From xAPIC Mode to x2APIC Mode".
  @Test("xAPIC to x2APIC keeps all but a written id, LDR, and the high half of ICR")
  func toX2APIC() {
    var apic = Self.used(id: 0x155)
    let before = apic
    apic.set(Self.page | 0xC00)
    for register in LocalAPICRegister.all {
      let value = apic.value(of: register, now: 7)
      switch register {
      case .id: #expect(value == 0x155)
      case .logicalDestination: #expect(value == 0x0015_0020)
      case .interruptCommandHigh: #expect(value == 0)
      default: #expect(value == before.value(of: register, now: 7), "\(register)")
      }
    }
    #expect(apic.readMSR(0x830, now: 0) == 0x4005)
    #expect(apic.inService == before.inService && apic.interruptRequest == before.interruptRequest)
    #expect(apic.nextDeadline() == before.nextDeadline())
    #expect(apic.checkInvariants() == nil)
  }

  @Test("x2APIC to disabled to xAPIC: the ids of the hardware, all else as at power-up")
  func fromX2APIC() {
    var apic = Self.used(id: 0x155)
    apic.set(Self.page | 0xC00)
    apic.set(Self.page)
    apic.set(Self.page | 0x800)
    #expect(apic.get(Offset.id) == 0x5500_0000)
    #expect(apic.initialID == 0x155)
    #expect(apic.get(Offset.logicalDestination) == 0)
    #expect(apic.get(Offset.destinationFormat) == .max)
    #expect(apic.get(Offset.taskPriority) == 0x3A)
  }

  @Test("INIT keeps mode, page and id", arguments: LocalAPICMode.allCases)
  func afterINIT(mode: LocalAPICMode) {
    let relocated: UInt64 = 0xFED4_0000
    var apic = Self.used(id: 0x155)
    if mode != .xAPIC {
      apic.set(relocated | UInt64(mode.rawValue) << 10)
    } else {
      apic.set(relocated | 0x800)
    }
    let id = apic.id
    let base = apic.apicBase
    apic.resetForINIT()
    #expect(apic.mode == mode && apic.apicBase == base && apic.pageAddress == relocated)
    #expect(apic.id == id)
    #expect(id == (mode == .xAPIC ? 9 : mode == .x2APIC ? 0x155 : 0x55))
    #expect(apic.cr8 == 0 && !apic.isSoftwareEnabled && apic.nextDeadline() == nil)
    let fresh = Self.apic(in: mode, id: 0x155)
    for register in LocalAPICRegister.all where register != .id {
      #expect(apic.value(of: register, now: 0) == fresh.value(of: register, now: 0), "\(register)")
    }
    #expect(apic.checkInvariants() == nil)
  }

  @Test("Ids up to 1023: register, MSR and routing") func ids() {
    for id in UInt32(0)..<1024 {
      var apic = LocalAPIC(id: id, isBootstrap: false)
      #expect(apic.get(Offset.id) == id << 24)
      #expect(apic.id == id & 0xFF && apic.initialID == id && apic.routing.id == id)
      apic.set(Self.page | 0xC00)
      #expect(apic.id == id && apic.readMSR(0x802, now: 0) == UInt64(id) && apic.routing.id == id)
    }
  }

  @Test("Random accesses and mode changes break no invariant", arguments: 0..<4)
  func hostile(seed: Int) {
    var random = Generator(seed: UInt64(seed) + 400)
    var apic = LocalAPIC(id: 700, isBootstrap: true)
    var wrong = Mismatches()
    for step in 0..<20_000 {
      let now = UInt64.random(in: 0...UInt64(step) * 100, using: &random)
      let value = random.next()
      switch Int.random(in: 0..<8, using: &random) {
      case 0:
        let base = Self.page | value & 0xD00
        _ = apic.writeAPICBase(step % 9 == 0 ? value : base, physicalAddressBits: 36)
      case 1, 2:
        let narrow = value & (Bool.random(using: &random) ? 0x7_13FF : .max)
        _ = apic.writeMSR(0x800 + UInt32.random(in: 0...0x40, using: &random), narrow, now: now)
      case 3, 4:
        _ = apic.write(
          offset: Offset.all.randomElement(using: &random) ?? 0,
          value: UInt32(truncatingIfNeeded: value), now: now)
      case 5:
        _ = apic.writeTSCDeadline(value, expiresAt: random.next() >> 40, now: now)
      case 6:
        _ = apic.accept(vector: UInt8(truncatingIfNeeded: value), trigger: .level)
        _ = apic.assertLVT(LVTEntry.allCases.randomElement(using: &random) ?? .lint0, now: now)
      default:
        _ = apic.acknowledge()
        if step % 50 == 0 { apic.resetForINIT() }
      }
      apic.advance(to: now)
      _ = apic.readMSR(UInt32(truncatingIfNeeded: value), now: now)
      let broken = apic.checkInvariants()
      wrong.check(broken == nil, "step \(step): \(broken ?? "")")
    }
    #expect(wrong.first.isEmpty)
  }
}

/// SDM vol. 3, "Local APIC Status and Location": without an APIC the pins are INTR and NMI; MP
/// Specification, "virtual wire mode".
@Suite("Local APIC pins") struct LocalAPICPinTests {
  @Test("LINT0 takes the 8259's interrupts: disabled, or ExtINT and unmasked") func extINT() {
    var apic = LocalAPIC(id: 0, isBootstrap: true)
    #expect(!apic.acceptsExtINT)
    apic.put(Offset.lint0, 0x700)
    #expect(!apic.acceptsExtINT, "software-disabled: masked")
    apic.put(Offset.spurious, 0x1FF)
    for mode in UInt32(0)..<8 {
      for flags in [UInt32(0), 0x1_0000, 0x8000, 0x2000] {
        apic.put(Offset.lint0, mode << 8 | flags | 0x31)
        #expect(apic.acceptsExtINT == (mode == 7 && flags != 0x1_0000), "mode \(mode) \(flags)")
      }
    }
    apic.put(Offset.lint0, 0x700)
    apic.set(0xFEE0_0D00)
    #expect(apic.acceptsExtINT, "x2APIC mode")
    apic.resetForINIT()
    #expect(!apic.acceptsExtINT)
    apic.set(0xFEE0_0100)
    #expect(apic.acceptsExtINT, "globally disabled")
  }

  @Test("Globally disabled: LINT0 is INTR, LINT1 is NMI, nothing else is there") func disabled() {
    var apic = LocalAPIC.enabled()
    apic.put(Offset.lint1, 0x41)
    apic.set(0xFEE0_0000)
    for entry in LVTEntry.allCases {
      let delivery = apic.assertLVT(entry, now: 0)
      #expect(delivery == (entry == .lint0 ? .extINT : entry == .lint1 ? .nmi : .masked))
    }
    #expect(apic.pendingVector() == nil)
  }
}

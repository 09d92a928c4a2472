import Interrupts
import Testing

/// SDM vol. 3, "x2APIC Register Address Space" and "Reserved Bit Checking".
@Suite("x2APIC registers") struct X2APICRegisterTests {
  enum Access { case none, readOnly, writeOnly, readWrite }

  static func access(_ index: UInt32) -> Access {
    switch index {
    case 0x802, 0x803, 0x80A, 0x80D, 0x810...0x827, 0x839: .readOnly
    case 0x80B, 0x83F: .writeOnly
    case 0x808, 0x80F, 0x828, 0x82F, 0x830, 0x832...0x838, 0x83E: .readWrite
    default: .none
    }
  }

  /// The bits of a writable register that can be set without #GP.
  static func allowed(_ index: UInt32) -> UInt64 {
    switch index {
    case 0x808, 0x83F: 0xFF
    case 0x80B, 0x828: 0
    case 0x80F: 0x13FF
    case 0x82F, 0x833, 0x834: 0x1_17FF
    // Bit 12 is reserved, and ignored.
    case 0x830: 0xFFFF_FFFF_000C_DFFF
    case 0x832: 0x7_10FF
    case 0x835, 0x836: 0x1_F7FF
    case 0x837: 0x1_10FF
    case 0x838: 0xFFFF_FFFF
    case 0x83E: 0xB
    default: 0
    }
  }

  static func extended(id: UInt32 = 0) -> LocalAPIC {
    var apic = LocalAPIC.enabled(id: id)
    apic.set(0xFEE0_0D00)
    return apic
  }

  @Test("Every MSR of the range: which read, which write") func accesses() {
    for index in UInt32(0x7F0)...0x910 {
      let access = Self.access(index)
      var apic = Self.extended()
      let isRead = apic.readMSR(index, now: 0) != nil
      #expect(isRead == (access == .readOnly || access == .readWrite), "\(index)")
      let effect = apic.writeMSR(index, 0, now: 0)
      #expect((effect != nil) == (access == .writeOnly || access == .readWrite), "\(index)")
    }
    for index in [UInt32(0), 0x1B, 0x6E0, .max, .max - 0x7FF] {
      var apic = Self.extended()
      let effect = apic.writeMSR(index, 0, now: 0)
      #expect(effect == nil && apic.readMSR(index, now: 0) == nil)
    }
  }

  @Test("Outside x2APIC mode every MSR is #GP", arguments: [UInt64(0xFEE0_0100), 0xFEE0_0900])
  func otherModes(base: UInt64) {
    var apic = LocalAPIC.enabled()
    apic.set(base)
    for index in UInt32(0x800)...0x8FF {
      let effect = apic.writeMSR(index, 0, now: 0)
      #expect(effect == nil && apic.readMSR(index, now: 0) == nil)
    }
  }

  @Test("Every bit of every writable register: reserved ones are #GP and change nothing")
  func reservedBits() {
    var wrong = Mismatches()
    for index in UInt32(0x800)...0x8FF {
      let access = Self.access(index)
      guard access == .writeOnly || access == .readWrite else { continue }
      for bit in UInt64(0)..<64 {
        var apic = Self.extended()
        let before = apic.values
        let effect = apic.writeMSR(index, 1 << bit, now: 0)
        let isAllowed = Self.allowed(index) >> bit & 1 == 1
        wrong.check((effect != nil) == isAllowed, "\(String(index, radix: 16)) bit \(bit)")
        if !isAllowed {
          wrong.check(apic.values == before, "\(index) bit \(bit) changed something")
        }
      }
    }
    #expect(wrong.first.isEmpty)
  }

  /// kvm-unit-tests' x86/msr.c, test_x2apic_msrs.
  @Test(
    "Bits 63:32 set are #GP but for ICR; what reads has none but ICR; a value read can be written")
  func halves() {
    for index in UInt32(0x800)...0x8FF where index != 0x830 {
      var apic = Self.extended()
      let all = apic.writeMSR(index, .max, now: 0)
      let high = apic.writeMSR(index, 1 << 32, now: 0)
      #expect(all == nil && high == nil)
      guard let value = apic.readMSR(index, now: 0) else { continue }
      #expect(value >> 32 == 0)
      guard Self.access(index) == .readWrite else { continue }
      let effect = apic.writeMSR(index, value, now: 0)
      #expect(effect != nil && apic.readMSR(index, now: 0) == value, "\(index)")
    }
  }

  @Test("Writable bits keep what is written") func values() {
    for (index, value, read) in [
      (0x808, 0x5A, 0x5A), (0x80F, 0x13EE, 0x13EE), (0x82F, 0x1_0431, 0x1_0431),
      // Delivery status and remote IRR are read-only.
      (0x832, 0x3_10EE, 0x3_00EE), (0x835, 0xF731, 0xA731), (0x836, 0x1_2431, 0x1_2431),
      (0x837, 0x31, 0x31), (0x838, 0xFFFF_FFFF, 0xFFFF_FFFF), (0x83E, 0xB, 0xB),
    ] as [(UInt32, UInt64, UInt64)] {
      var apic = Self.extended()
      let effect = apic.writeMSR(index, value, now: 0)
      #expect(effect != nil && apic.readMSR(index, now: 0) == read, "\(String(index, radix: 16))")
    }
  }

  @Test("The effects are those of the page") func effects() {
    var apic = Self.extended()
    _ = apic.accept(vector: 0x51, trigger: .level)
    _ = apic.acknowledge()
    for (index, value, expected) in [
      (0x808, 0x20, .priorityChanged), (0x80B, 0, .endOfInterrupt(vector: 0x51, broadcast: true)),
      (0x80F, 0x1FF, .routingChanged), (0x828, 0, .none), (0x832, 0x31, .timerChanged),
      (0x838, 5, .timerChanged), (0x83E, 3, .timerChanged),
      (0x835, 0x31, .localVectorChanged(.lint0)),
    ] as [(UInt32, UInt64, LocalAPICEffect)] {
      let effect = apic.writeMSR(index, value, now: 0)
      #expect(effect == expected, "\(String(index, radix: 16))")
    }
  }

  @Test("ICR: 64 bits, a destination of 32, no delivery status") func command() {
    for mode in UInt64(0)..<8 {
      for shorthand in UInt64(0)..<4 {
        var apic = Self.extended(id: 3)
        let value = 0x0001_2345 << 32 | shorthand << 18 | 0x4000 | mode << 8 | 0x41
        let effect = apic.writeMSR(0x830, value | 0x1000, now: 0)
        let command = InterruptCommand(value: value)
        #expect(command.destination == 0x0001_2345 && command.value == value)
        #expect(effect == (command.validity.isSent ? .sendIPI(command) : LocalAPICEffect.none))
        #expect(apic.readMSR(0x830, now: 0) == value)
        #expect(apic.interruptCommand == command)
      }
    }
  }

  @Test(
    "SELF IPI: a fixed edge interrupt to the sender; ICR stays; an illegal vector sets ESR 5 and 6")
  func selfIPI() {
    for vector in UInt64(0)...255 {
      var apic = Self.extended()
      _ = apic.writeMSR(0x830, 0x7_0000_0000 | 0x4444, now: 0)
      let effect = apic.writeMSR(0x83F, vector, now: 0)
      let command = InterruptCommand(vector: UInt8(vector), shorthand: .selfOnly)
      #expect(effect == (vector < 16 ? LocalAPICEffect.none : .sendIPI(command)))
      #expect(apic.readMSR(0x830, now: 0) == 0x7_0000_0000 | 0x4444)
      _ = apic.writeMSR(0x828, 0, now: 0)
      #expect(apic.readMSR(0x828, now: 0) == (vector < 16 ? 0x60 : 0))
    }
    #expect(InterruptCommand(vector: 0x41, shorthand: .selfOnly).message.trigger == .edge)
  }

  @Test("LDR: cluster and member of every id to 1023") func logicalID() {
    for id in UInt32(0)..<1024 {
      let value = Self.extended(id: id).readMSR(0x80D, now: 0)
      #expect(value == UInt64(id / 16) * 0x10000 + UInt64(1 << Int(id % 16)))
    }
  }

  @Test("ISR, TMR and IRR read as in the page") func vectors() {
    var apic = Self.extended()
    for vector in stride(from: 0xFE, through: 0x10, by: -3) {
      _ = apic.accept(vector: UInt8(vector), trigger: vector % 2 == 0 ? .level : .edge)
    }
    _ = apic.acknowledge()
    for index in 0..<8 {
      let registers = [UInt32(0x810), 0x818, 0x820].map { apic.readMSR($0 + UInt32(index), now: 0) }
      #expect(
        registers
          == [apic.inService, apic.triggerMode, apic.interruptRequest].map {
            UInt64($0.register(index))
          })
    }
  }

  @Test("An access to what is not there sets no ESR bit") func noIllegalAddress() {
    var apic = Self.extended()
    for index in UInt32(0x800)...0x8FF where Self.access(index) == .none {
      _ = apic.readMSR(index, now: 0)
      _ = apic.writeMSR(index, 1, now: 0)
    }
    _ = apic.writeMSR(0x828, 0, now: 0)
    #expect(apic.readMSR(0x828, now: 0) == 0)
  }

  @Test("The timer counts, and its registers tell, as in the page") func timer() {
    var apic = Self.extended()
    _ = apic.writeMSR(0x832, 0x2_0041, now: 0)
    _ = apic.writeMSR(0x83E, 0xB, now: 0)
    _ = apic.writeMSR(0x838, 100, now: 0)
    #expect(apic.readMSR(0x839, now: 30) == 70)
    #expect(apic.nextDeadline() == 100)
    apic.advance(to: 100)
    #expect(apic.deliverableVector() == 0x41)
    #expect(apic.readMSR(0x822, now: 100) == 1 << 1)
  }
}

extension LocalAPIC {
  /// Every register's value at time 0, and what the registers do not show.
  var values: [UInt32] {
    LocalAPICRegister.all.map { value(of: $0, now: 0) } + [UInt32(taskPriority)]
  }
}

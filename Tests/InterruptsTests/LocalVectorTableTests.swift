import Interrupts
import Testing

/// SDM vol. 3, "Local Vector Table" and "Error Handling".
@Suite("Local vector table") struct LocalVectorTableTests {
  static let vector: UInt8 = 0x61

  @Test("Every entry in every delivery mode") func deliveryModes() {
    for (entry, offset) in zip(LVTEntry.allCases, Offset.localVectors) {
      for mode in UInt32(0)..<8 {
        var apic = LocalAPIC.enabled()
        apic.put(offset, mode << 8 | UInt32(Self.vector))
        let hasModeField = entry != .timer && entry != .error
        let isPin = entry == .lint0 || entry == .lint1
        let expected: LVTDelivery =
          switch hasModeField ? mode : 0 {
          case 0: .fixed(.accepted)
          case 2: .smi
          case 4: .nmi
          case 5: isPin ? .initialize : .reserved
          case 7: isPin ? .extINT : .reserved
          default: .reserved
          }
        let delivery = apic.assertLVT(entry, now: 0)
        #expect(delivery == expected, "\(entry) mode \(mode)")
        #expect(apic.deliverableVector() == (expected == .fixed(.accepted) ? Self.vector : nil))
        let masksItself = entry == .performance && expected != .reserved
        #expect((apic.get(offset) >> 16 & 1 == 1) == masksItself, "\(entry) mode \(mode)")

        apic.put(offset, 1 << 16 | mode << 8 | UInt32(Self.vector))
        let masked = apic.assertLVT(entry, now: 0)
        #expect(masked == .masked)
      }
    }
  }

  @Test("Software disable masks every entry, and they stay masked until enabled and written")
  func softwareDisable() {
    var apic = LocalAPIC.enabled()
    for offset in Offset.localVectors { apic.put(offset, 0x31) }
    for offset in Offset.localVectors { #expect(apic.get(offset) == 0x31) }
    apic.put(Offset.spurious, 0xFF)
    for (entry, offset) in zip(LVTEntry.allCases, Offset.localVectors) {
      #expect(apic.get(offset) == 0x1_0031)
      apic.put(offset, 0x42)
      #expect(apic.get(offset) == 0x1_0042)
      let delivery = apic.assertLVT(entry, now: 0)
      #expect(delivery == .masked)
    }
    apic.put(Offset.spurious, 0x1FF)
    for offset in Offset.localVectors {
      #expect(apic.get(offset) == 0x1_0042)
      apic.put(offset, 0x42)
      #expect(apic.get(offset) == 0x42)
    }
  }

  @Test("A level-sensitive LINT0 waits for the EOI of its vector") func levelLINT0() {
    var apic = LocalAPIC.enabled()
    apic.put(Offset.lint0, 1 << 15 | UInt32(Self.vector))
    let first = apic.assertLVT(.lint0, now: 0)
    #expect(first == .fixed(.accepted))
    #expect(apic.get(Offset.lint0) == 0xC061)
    #expect(apic.triggerMode.contains(Self.vector))
    let second = apic.assertLVT(.lint0, now: 0)
    #expect(second == .remoteIRRSet)
    // A write keeps the read-only bit.
    apic.put(Offset.lint0, 1 << 16 | 1 << 15 | UInt32(Self.vector))
    #expect(apic.get(Offset.lint0) == 0x1_C061)
    apic.put(Offset.lint0, 1 << 15 | UInt32(Self.vector))
    _ = apic.accept(vector: 0xF0, trigger: .edge)
    _ = apic.acknowledge()
    apic.put(Offset.endOfInterrupt, 0)
    #expect(apic.get(Offset.lint0) == 0xC061, "the EOI of another vector")
    _ = apic.acknowledge()
    apic.put(Offset.endOfInterrupt, 0)
    #expect(apic.get(Offset.lint0) == 0x8061)
    let third = apic.assertLVT(.lint0, now: 0)
    #expect(third == .fixed(.accepted))
    // Becoming edge-triggered clears remote IRR.
    apic.put(Offset.lint0, UInt32(Self.vector))
    #expect(apic.get(Offset.lint0) == 0x61)
  }

  @Test("LINT1 and non-fixed modes are edge whatever bit 15 says") func edgeOnly() {
    var apic = LocalAPIC.enabled()
    apic.put(Offset.lint1, 1 << 15 | UInt32(Self.vector))
    let first = apic.assertLVT(.lint1, now: 0)
    let second = apic.assertLVT(.lint1, now: 0)
    #expect(first == .fixed(.accepted))
    #expect(second == .fixed(.coalesced))
    #expect(!apic.triggerMode.contains(Self.vector))
    apic.put(Offset.lint0, 1 << 15 | 4 << 8)
    let nmis = [apic.assertLVT(.lint0, now: 0), apic.assertLVT(.lint0, now: 0)]
    #expect(nmis == [.nmi, .nmi])
  }

  @Test("A local source with an illegal vector sets ESR bit 6") func illegalLocalVector() {
    for value in UInt32(0)..<16 {
      var apic = LocalAPIC.enabled()
      apic.put(Offset.thermal, value)
      let delivery = apic.assertLVT(.thermal, now: 0)
      #expect(delivery == .fixed(.illegalVector))
      #expect(apic.errors() == 1 << 6)
    }
  }

  @Test("ESR: a write latches what came since the last one") func latch() {
    var apic = LocalAPIC.enabled()
    _ = apic.get(0)
    #expect(apic.get(Offset.errorStatus) == 0)
    #expect(apic.errors() == 0x80)
    #expect(apic.get(Offset.errorStatus) == 0x80)
    apic.put(Offset.commandLow, 0x4000)
    _ = apic.accept(vector: 3, trigger: .edge)
    #expect(apic.get(Offset.errorStatus) == 0x80)
    // The written value does not count.
    apic.put(Offset.errorStatus, .max)
    #expect(apic.get(Offset.errorStatus) == 0x60)
    #expect(apic.errors() == 0)
  }

  @Test("The error interrupt comes once, and again after a write of ESR") func rearm() {
    var apic = LocalAPIC.enabled()
    apic.put(Offset.error, 0xE1)
    _ = apic.get(0x400)
    #expect(apic.deliverableVector() == 0xE1)
    _ = apic.acknowledge()
    apic.put(Offset.endOfInterrupt, 0)
    _ = apic.get(0x400)
    #expect(apic.deliverableVector() == nil)
    apic.put(Offset.errorStatus, 0)
    _ = apic.get(0x400)
    #expect(apic.deliverableVector() == 0xE1)
  }

  @Test("An error while the entry is masked does not use up the interrupt") func maskedError() {
    var apic = LocalAPIC.enabled()
    _ = apic.get(0x400)
    apic.put(Offset.error, 0xE1)
    #expect(apic.deliverableVector() == nil)
    _ = apic.get(0x400)
    #expect(apic.deliverableVector() == 0xE1)
  }

  @Test("An error interrupt with an illegal vector is one more error and no recursion")
  func illegalErrorVector() {
    var apic = LocalAPIC.enabled()
    apic.put(Offset.error, 0x05)
    _ = apic.get(0x400)
    #expect(apic.pendingVector() == nil)
    #expect(apic.errors() == 0xC0)
  }
}

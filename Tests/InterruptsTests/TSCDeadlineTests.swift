import Interrupts
import Testing

/// SDM vol. 3, "TSC-Deadline Mode".
@Suite("TSC-deadline timer") struct TSCDeadlineTests {
  static let vector: UInt8 = 0x51
  static let entry: UInt32 = 2 << 17 | 0x51
  static let masked: UInt32 = 1 << 16

  /// An APIC in deadline mode; a tick of the counter is half a nanosecond here.
  static func armed(_ deadline: UInt64, at now: UInt64 = 0) -> LocalAPIC {
    var apic = LocalAPIC.enabled()
    apic.put(Offset.timer, entry, at: now)
    let effect = apic.writeTSCDeadline(deadline, expiresAt: deadline / 2, now: now)
    #expect(effect == .timerChanged)
    return apic
  }

  @Test("Arms, waits, fires once and reads 0 after it") func fires() {
    var apic = Self.armed(2000)
    #expect(apic.tscDeadline == 2000 && apic.nextDeadline() == 1000)
    apic.advance(to: 999)
    #expect(apic.tscDeadline == 2000 && apic.pendingVector() == nil)
    apic.advance(to: 1000)
    #expect(apic.tscDeadline == 0 && apic.nextDeadline() == nil)
    #expect(apic.deliverableVector() == Self.vector)
    _ = apic.acknowledge()
    apic.advance(to: 5000)
    #expect(apic.pendingVector() == nil)
  }

  @Test("A deadline in the past fires at once, inside the write") func past() {
    let apic = Self.armed(2000, at: 1000)
    #expect(apic.tscDeadline == 0 && apic.pendingVector() == Self.vector)
  }

  @Test("A second write arms anew; 0 disarms") func rearms() {
    var apic = Self.armed(2000)
    _ = apic.writeTSCDeadline(6000, expiresAt: 3000, now: 500)
    apic.advance(to: 1000)
    #expect(apic.pendingVector() == nil)
    #expect(apic.tscDeadline == 6000 && apic.nextDeadline() == 3000)
    let effect = apic.writeTSCDeadline(0, expiresAt: 0, now: 1000)
    #expect(effect == .timerChanged)
    #expect(apic.tscDeadline == 0 && apic.nextDeadline() == nil)
    apic.advance(to: 10_000)
    #expect(apic.pendingVector() == nil)
  }

  @Test("A deadline that came before the next write counts") func settlesFirst() {
    var apic = Self.armed(2000)
    _ = apic.writeTSCDeadline(8000, expiresAt: 4000, now: 1500)
    #expect(apic.pendingVector() == Self.vector)
    #expect(apic.tscDeadline == 8000)
  }

  @Test("TMICT is ignored, TMCCT reads 0") func counters() {
    var apic = Self.armed(2000)
    apic.put(Offset.initialCount, 100, at: 10)
    #expect(apic.get(Offset.initialCount, at: 20) == 0)
    #expect(apic.get(Offset.currentCount, at: 20) == 0)
    #expect(apic.tscDeadline == 2000 && apic.nextDeadline() == 1000)
    apic.put(Offset.divide, 0xB, at: 20)
    #expect(apic.nextDeadline() == 1000, "the divider is the counter's affair")
  }

  @Test("Writes in other modes are ignored, and reads give 0", arguments: [UInt32(0), 1, 3])
  func otherModes(mode: UInt32) {
    var apic = LocalAPIC.enabled()
    apic.put(Offset.timer, mode << 17 | 0x51)
    apic.put(Offset.initialCount, mode == 3 ? 0 : 100)
    let effect = apic.writeTSCDeadline(2000, expiresAt: 50, now: 0)
    #expect(effect == .none)
    #expect(apic.tscDeadline == 0)
    #expect(apic.nextDeadline() == (mode == 3 ? nil : 200))
    apic.put(Offset.timer, Self.entry, at: 10)
    #expect(apic.tscDeadline == 0 && apic.nextDeadline() == nil, "nothing was kept")
  }

  @Test("Changing the mode disarms, either way", arguments: [UInt32(0), 1, 3])
  func modeChange(mode: UInt32) {
    var apic = Self.armed(2000)
    apic.put(Offset.timer, mode << 17 | 0x51, at: 10)
    #expect(apic.tscDeadline == 0 && apic.nextDeadline() == nil)
    apic.put(Offset.timer, Self.entry, at: 20)
    apic.advance(to: 5000)
    #expect(apic.tscDeadline == 0 && apic.pendingVector() == nil)

    apic.put(Offset.timer, 0x51, at: 5000)
    apic.put(Offset.initialCount, 1000, at: 5000)
    apic.put(Offset.timer, Self.entry, at: 5010)
    apic.put(Offset.timer, 0x51, at: 5020)
    apic.advance(to: 100_000)
    #expect(apic.pendingVector() == nil)
    #expect(apic.get(Offset.currentCount, at: 100_000) == 0)
  }

  @Test("Masking and a new vector do not disarm; an expiry while masked is lost") func masking() {
    var apic = Self.armed(2000)
    apic.put(Offset.timer, Self.entry | Self.masked, at: 10)
    #expect(apic.tscDeadline == 2000 && apic.nextDeadline() == nil)
    apic.put(Offset.timer, 2 << 17 | 0x61, at: 20)
    #expect(apic.nextDeadline() == 1000)
    apic.advance(to: 1000)
    #expect(apic.pendingVector() == 0x61)

    apic = Self.armed(2000)
    apic.put(Offset.timer, Self.entry | Self.masked, at: 10)
    apic.put(Offset.timer, Self.entry, at: 1500)
    #expect(apic.tscDeadline == 0 && apic.pendingVector() == nil)
  }

  @Test("INIT, software disable and global disable") func resets() {
    var apic = Self.armed(2000)
    apic.resetForINIT()
    #expect(apic.tscDeadline == 0 && apic.nextDeadline() == nil)

    apic = Self.armed(2000)
    apic.put(Offset.spurious, 0xFF, at: 10)
    #expect(apic.tscDeadline == 2000 && apic.nextDeadline() == nil, "masked only")

    apic = Self.armed(2000)
    apic.set(0xFEE0_0100)
    #expect(apic.tscDeadline == 0)
    let effect = apic.writeTSCDeadline(2000, expiresAt: 5, now: 0)
    #expect(effect == .none)
    #expect(apic.tscDeadline == 0)
  }

  @Test("Where CPUID does not offer it, bit 18 is reserved") func notOffered() {
    var apic = LocalAPIC(id: 0, isBootstrap: true, offersTSCDeadline: false)
    apic.put(Offset.spurious, 0x1FF)
    apic.put(Offset.timer, 0x6_0051)
    #expect(apic.get(Offset.timer) == 0x2_0051)
    #expect(apic.timerMode == .periodic)
    let effect = apic.writeTSCDeadline(2000, expiresAt: 5, now: 0)
    #expect(effect == .none)
    apic.set(0xFEE0_0D00)
    let refused = apic.writeMSR(0x832, 0x4_0051, now: 0)
    #expect(refused == nil)
    apic.resetForINIT()
    let still = apic.writeMSR(0x832, 0x4_0051, now: 0)
    #expect(still == nil)
  }

  @Test("Extreme values and clocks do not trap") func extremes() {
    for deadline in [UInt64(1), .max] {
      for time in [UInt64(0), 1, .max] {
        for now in [UInt64(0), .max] {
          var apic = LocalAPIC.enabled()
          apic.put(Offset.timer, Self.entry)
          _ = apic.writeTSCDeadline(deadline, expiresAt: time, now: now)
          #expect((apic.tscDeadline == 0) == (now >= time))
          #expect(apic.nextDeadline() == (now >= time ? nil : time))
          apic.advance(to: .max)
          #expect(apic.pendingVector() == Self.vector)
        }
      }
    }
  }
}

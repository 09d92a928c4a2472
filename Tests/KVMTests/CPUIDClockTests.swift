import Testing

@testable import KVM

/// Leaf 0x15 (SDM vol. 3, "Time-Stamp Counter" and "APIC Timer"): right or not there.
@Suite struct CPUIDClockTests {
  @Test("the ratio is exact, and small enough for arithmetic in 32 bits")
  func ratio() throws {
    for kilohertz: UInt32 in [1, 1000, 999_999, 1_000_000, 2_300_000, 2_995_200, 4_200_000] {
      guard let (denominator, numerator) = CPUIDClock.ratio(kilohertz: kilohertz) else {
        #expect(kilohertz == 999_999)
        continue
      }
      // As Linux does it (native_calibrate_tsc): kHz, in 32 bits.
      let (product, overflow) = CPUIDClock.crystalKilohertz.multipliedReportingOverflow(
        by: numerator)
      #expect(!overflow)
      #expect(product / denominator == kilohertz && product % denominator == 0)
    }
    #expect(CPUIDClock.ratio(kilohertz: 2_299_998) == nil)
    #expect(CPUIDClock.ratio(kilohertz: 5_000_001) == nil)
    #expect(CPUIDClock.ratio(kilohertz: 0) == nil)
    #expect(CPUIDClock.ratio(kilohertz: .max) == nil)
  }

  @Test("the crystal is the local APIC timer's clock, 1 GHz, whatever the host's leaf says")
  func leaf() {
    let seen = CPUIDLeaves.seen(CPUIDLeaves.intel, kilohertz: 2_300_000)
    #expect(seen[leaf: 0x15] == [10, 23, 1_000_000_000, 0])
    #expect(CPUIDLeaves.seen(CPUIDLeaves.intel, kilohertz: 2_299_998)[leaf: 0x15] == nil)
    #expect(CPUIDLeaves.seen(CPUIDLeaves.intel, kilohertz: 0)[leaf: 0x15] == nil)
  }

  @Test("AMD's leaf is reserved; a host whose leaves end before it gets none")
  func absent() {
    #expect(CPUIDLeaves.seen(CPUIDLeaves.amd(), kilohertz: 2_300_000)[leaf: 0x15] == nil)
    let old = [CPUIDLeaves.leaf(0, 0, [0xD] + CPUIDLeaves.intelName)]
    #expect(CPUIDLeaves.seen(old, kilohertz: 2_300_000)[leaf: 0x15] == nil)
  }
}

import Commands
import Rendezvous
import Telemetry
import Testing

@testable import Monitor

/// What exactly asked for a rendezvous, decoded (82093AA, 3.2.4; SDM vol. 3, "Interrupt Command Register").
@Suite struct OriginWordsTests {
  private func details(_ origin: RendezvousOrigin) -> [String] {
    let record = Fixture.record(
      7, .redirectionEntry, by: 0, [0], microseconds: 1, slowest: 0, origin: origin)
    return OriginWords.details(record, vcpus: 4).map { "\($0.name) \($0.value)" }
  }

  private func deed(_ origin: RendezvousOrigin, _ cause: RendezvousCause = .initIPI) -> String {
    let record = Fixture.record(7, cause, by: 2, [0], microseconds: 1, slowest: 0, origin: origin)
    return OriginWords.deed(record, injection: nil)
  }

  @Test func everyFieldOfAnEntryThatChanged() {
    #expect(
      details(
        .redirectionEntry(pin: 2, before: 0x0100_0000_0001_0030, after: 0x0200_0000_0000_a831)) == [
          "old 0x100000000010030 fixed 0x30 to vcpu 1, edge, high, masked",
          "new 0x20000000000a831 fixed 0x31 to bits 1, level, low, open",
          "63:56 destination: 0x01 → 0x02", "bit 16 mask: masked → open",
          "bit 15 trigger mode: edge → level", "bit 13 polarity: active high → active low",
          "bit 11 destination mode: physical → logical", "7:0 vector: 0x30 → 0x31",
        ])
    #expect(details(.redirectionEntry(pin: 2, before: 5, after: 5)).last == "bits none changed")
    // Each bit has a name, and one line each.
    for bit in 0..<64 as Range<UInt64> {
      #expect(
        details(.redirectionEntry(pin: 255, before: 0, after: 1 << bit)).count == 3, "bit \(bit)")
    }
    #expect(
      deed(.redirectionEntry(pin: 4, before: 0, after: 1))
        == "vcpu 2 rewrote the redirection entry of pin 4 (COM1)")
    #expect(
      deed(.redirectionEntry(pin: 200, before: 0, after: 1))
        == "vcpu 2 rewrote the redirection entry of pin 200")
  }

  @Test func theCommandOfBothModes() {
    #expect(
      details(.interruptCommand(0x0300_0000_0000_4500)) == [
        "mode INIT, level assert, trigger edge",
        "target physical APIC id 3, xAPIC, no shorthand",
      ])
    #expect(
      details(.interruptCommand(0x0000_0103_0000_4500)).last
        == "target physical APIC id 259, x2APIC, no shorthand")
    #expect(
      details(.interruptCommand(0x000c_4608)) == [
        "mode SIPI, level assert, trigger edge", "vector 0x08", "target shorthand: all but self",
      ])
    #expect(
      deed(.interruptCommand(0x0300_0000_0000_4500))
        == "vcpu 2 wrote ICR 0x300000000004500: INIT → APIC id 3")
  }

  @Test func othersAreSaidAsFarAsTheyAreKnown() {
    #expect(deed(.injection(9)) == "the operator's injection #9")
    let report = Fixture.report(9, .initIPI(targets: CPUSet([3])), [])
    let record = Fixture.record(
      7, .initIPI, by: nil, [3], microseconds: 1, slowest: 3, origin: .injection(9))
    #expect(
      OriginWords.deed(record, injection: report) == "the operator's injection #9: INIT → 3")
    #expect(deed(.unspecified).hasPrefix("vcpu 2 sent an INIT; by which"))
    #expect(deed(.unspecified, .operatorRequest) == "vcpu 2 asked for a bare rendezvous")
    #expect(details(.unspecified).isEmpty && details(.injection(1)).isEmpty)
  }
}

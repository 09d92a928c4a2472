import Boot
import Testing

/// Images of Debian's packages, where they are installed.
@Suite("Real images") struct RealImageTests {
  private func image(_ path: String, mebibytes: UInt64 = 64) -> BootRequest? {
    contents(of: path).map { makeRequest($0, mebibytes: mebibytes) }
  }

  @Test("memtest86+: 64-bit and 32-bit entries at 1 MiB", arguments: [true, false])
  func memtest(is64Bit: Bool) throws {
    guard let request = image("/boot/memtest86+\(is64Bit ? "x64" : "ia32").bin") else { return }
    let plan = try makePlan(request)
    guard case .linux(let version, _, let mode) = plan.kind else {
      Issue.record("\(plan.kind)")
      return
    }
    #expect(version.hasPrefix("Memtest86+ v"))
    #expect(mode == (is64Bit ? .long64 : .protected32))
    // Its 32-bit code finds itself by code32_start of the zero page.
    #expect(plan.number(UInt32.self, at: information + 0x214) == 0x10_0000)
    if !is64Bit {
      guard case .protected32(0x10_0000, _, _, UInt32(information), _, _, _) = plan.entry else {
        Issue.record("\(plan.entry)")
        return
      }
    }
  }

  @Test("iPXE: real mode")
  func ipxe() throws {
    guard let request = image("/boot/ipxe.lkrn") else { return }
    let plan = try makePlan(request)
    #expect(
      plan.entry
        == .realMode(
          segment: 0x1020, offset: 0, dataSegment: 0x1000, stackPointer: 0xE000))
    // XOR AX, AX: the code behind the header, where the jump at 0x200 goes.
    #expect(plan.segment(at: 0x10_0000).map { $0.bytes.count > 100_000 } == true)
  }
}

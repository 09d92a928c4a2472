import Boot
import Testing

/// boot.rst, "Loading The Rest of The Kernel" and "Running the Kernel".
@Suite("Linux's format by real mode") struct LinuxRealModeTests {
  @Test("An image without a 32-bit entry starts with its setup code at 0x10200")
  func movable() throws {
    var request = makeRequest(LinuxImage.ipxe.bytes)
    request.commandLine = "dhcp"
    request.initialRAMDisk = [7]
    let plan = try makePlan(request)
    #expect(plan.kind.description == "Linux bzImage 1.0.0+git, real-mode entry")
    #expect(
      plan.entry
        == .realMode(
          segment: 0x1020, offset: 0, dataSegment: 0x1000, stackPointer: 0xE000))
    #expect(plan.segment(at: 0x10_0000)?.bytes == LinuxImage.ipxe.bytes[3072...])
    let setup = try #require(plan.segment(at: 0x1_0000))
    #expect(setup.bytes.count == 3072)
    #expect(plan.byte(at: 0x1_0210) == 0xFF)
    // LOADED_HIGH and CAN_USE_HEAP.
    #expect(plan.byte(at: 0x1_0211) == 0x81)
    #expect(plan.number(UInt16.self, at: 0x1_0224) == 0xDE00)
    #expect(plan.number(UInt32.self, at: 0x1_0228) == 0x2_0000)
    #expect(plan.text(at: 0x2_0000) == "dhcp")
    #expect(plan.number(UInt32.self, at: 0x1_0218) == 0x7FF_F000)
    #expect(plan.number(UInt32.self, at: 0x1_021C) == 1)
    // Nothing else is put into conventional memory.
    #expect(plan.segments.count == 4)
  }

  @Test("A kernel below 640 KiB has its setup code at 0x90000, the command line behind its heap")
  func low() throws {
    var request = makeRequest(LinuxImage(loadFlags: 0).bytes)
    request.commandLine = "root=/dev/fd0"
    // 64-bit code runs where xloadflags offers it, whatever loadflags says.
    #expect(
      try makePlan(request).entry
        != .realMode(segment: 0, offset: 0, dataSegment: 0, stackPointer: 0))
    request.file = LinuxImage(version: 0x0203, loadFlags: 0).bytes
    let plan = try makePlan(request)
    #expect(
      plan.entry
        == .realMode(segment: 0x9020, offset: 0, dataSegment: 0x9000, stackPointer: 0x9800))
    #expect(plan.segment(at: 0x1_0000)?.bytes.count == 0x1234)
    #expect(plan.number(UInt32.self, at: 0x9_0228) == 0x9_9800)
    #expect(plan.text(at: 0x9_9800) == "root=/dev/fd0")
    #expect(plan.number(UInt16.self, at: 0x9_0020) == 0)
  }

  @Test("Before 2.02 the boot sector names the command line", arguments: [0x0200, 0x0201])
  func oldCommandLine(version: UInt16) throws {
    var request = makeRequest(LinuxImage(version: version).bytes)
    request.commandLine = "mem=4M"
    let plan = try makePlan(request)
    #expect(
      plan.entry
        == .realMode(segment: 0x9020, offset: 0, dataSegment: 0x9000, stackPointer: 0x9800))
    #expect(plan.number(UInt16.self, at: 0x9_0020) == 0xA33F)
    #expect(plan.number(UInt16.self, at: 0x9_0022) == 0x9800)
    #expect(plan.number(UInt16.self, at: 0x9_0212) == 0x9807)
    #expect(plan.number(UInt16.self, at: 0x9_0224) == (version == 0x0200 ? 0 : 0x9600))
    #expect(plan.segment(at: 0x10_0000) != nil)
  }

  @Test("Setup code larger than its room, and a low kernel larger than its own, are refused")
  func room() throws {
    guard
      case .invalid(.linuxHeader, 0x1F1, _) = try failure(
        makeRequest(LinuxImage(version: 0x0207, setupSectors: 64, entry: 0).bytes))
    else {
      Issue.record("not refused")
      return
    }
    let large = LinuxImage(version: 0x0203, loadFlags: 0, kernelBytes: 0x8_0001)
    let error = try failure(makeRequest(large.bytes))
    #expect(
      error
        == .overlap(
          .linuxSetup, start: 0x9_0000, end: 0x9_9800, .linuxKernel, otherStart: 0x1_0000,
          otherEnd: 0x9_0001))
    #expect(
      error.description
        == "Linux setup code at 0x90000..0x99800 of memory overlaps the Linux kernel at "
        + "0x10000..0x90001; link the image elsewhere")
  }
}

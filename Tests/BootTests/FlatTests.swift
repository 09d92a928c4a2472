import Boot
import Testing

@Suite("Flat binaries") struct FlatTests {
  private func request(at address: UInt64, _ bytes: [UInt8] = [0xF4, 0xEB, 0xFD]) -> BootRequest {
    var request = makeRequest(bytes)
    request.flatAddress = address
    return request
  }

  @Test("Below 1 MiB: real mode, the address is segment and offset")
  func realMode() throws {
    for (address, segment, offset) in [
      (UInt64(0x7C00), UInt16(0), UInt16(0x7C00)), (0x8000, 0, 0x8000), (0x1_2345, 0x1000, 0x2345),
      (0xF_FFF0, 0xF000, 0xFFF0), (0, 0, 0),
    ] {
      let plan = try makePlan(request(at: address))
      #expect(
        plan.entry
          == .realMode(
            segment: segment, offset: offset, dataSegment: segment, stackPointer: offset & ~1))
      #expect(plan.segments == [BootSegment(address: address, bytes: [0xF4, 0xEB, 0xFD])])
    }
    #expect(
      try makePlan(request(at: 0x7C00)).kind.description
        == "flat binary at 0x7c00, real-mode entry")
  }

  @Test("From 1 MiB on: 32-bit mode")
  func protected32() throws {
    let plan = try makePlan(request(at: 0x10_0000))
    #expect(
      plan.entry
        == .protected32(
          entry: 0x10_0000, eax: 0, ebx: 0, esi: 0, edi: 0, ebp: 0,
          esp: UInt32(BootLayout.stackTop)))
    #expect(plan.kind.description == "flat binary at 0x100000, 32-bit entry")
  }

  @Test("An address makes any file flat")
  func anyFile() throws {
    let plan = try makePlan(request(at: 0x10_0000, ELFFile().bytes))
    #expect(plan.segment(at: 0x10_0000)?.bytes == ELFFile().bytes[...])
  }

  @Test("Nothing but the file can be given, and it has to lie in RAM")
  func refused() throws {
    var told = request(at: 0x7C00)
    told.commandLine = "x"
    #expect(try failure(told) == .notForFlat(.commandLine))
    told.commandLine = nil
    told.initialRAMDisk = []
    #expect(try failure(told) == .notForFlat(.initialRAMDisk))
    for address in [UInt64(0xA_0000), 0x9_FFFE, 0x7FF_FFFE, 3 << 30, .max] {
      guard case .outsideMemory(.file, address, _, _) = try failure(request(at: address)) else {
        Issue.record("\(address) not refused")
        continue
      }
    }
    var high = request(at: 4 << 30)
    high.memory = MemoryMap(bytes: 4 << 30)
    guard case .invalid(.file, 0, _) = try failure(high) else {
      Issue.record("4 GiB not refused")
      return
    }
  }

  @Test("What no loader knows is an error that says what was looked for")
  func unknown() throws {
    #expect(try failure(makeRequest([])) == .empty)
    let error = try failure(makeRequest([UInt8](repeating: 0x90, count: 600)))
    #expect(error == .unknownFormat(fileBytes: 600))
    for word in ["HdrS", "ELF", "multiboot", "--at"] { #expect(error.description.contains(word)) }
  }
}

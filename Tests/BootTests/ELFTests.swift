import Boot
import Testing

/// System V ABI, chapters 4 and 5.
@Suite("Static ELF") struct ELFTests {
  @Test("ELF64: 64-bit entry with a zero page in RSI")
  func elf64() throws {
    var request = makeRequest(ELFFile().bytes)
    request.commandLine = "quiet"
    request.initialRAMDisk = [1, 2]
    let plan = try makePlan(request)
    #expect(plan.kind.description == "static ELF64, 64-bit entry")
    #expect(
      plan.entry
        == .long64(entry: 0x10_0000, rsi: information, pageTable: BootLayout.pageTables))
    #expect(plan.segment(at: 0x10_0000)?.bytes == [0xF4, 0xEB, 0xFD, 0x90])
    #expect(plan.number(UInt32.self, at: information + 0x202) == 0x5372_6448)
    #expect(plan.number(UInt16.self, at: information + 0x1FE) == 0xAA55)
    #expect(plan.number(UInt32.self, at: information + 0x228) == UInt32(BootLayout.commandLine))
    #expect(plan.text(at: BootLayout.commandLine) == "quiet")
    #expect(plan.number(UInt32.self, at: information + 0x218) == 0x7FF_F000)
  }

  @Test("ELF32: 32-bit entry with a zero page in ESI; x86-64 code in ELF32 too")
  func elf32() throws {
    for machine in [UInt16(3), 62] {
      let plan = try makePlan(makeRequest(ELFFile(bits: 32, machine: machine).bytes))
      #expect(
        plan.entry
          == .protected32(
            entry: 0x10_0000, eax: 0, ebx: 0, esi: UInt32(information), edi: 0, ebp: 0,
            esp: UInt32(BootLayout.stackTop)))
      #expect(plan.kind == .elf(bits: 32))
    }
  }

  @Test("Segments go to physical addresses; the entry point is virtual, or physical as in vmlinux")
  func virtualAddresses() throws {
    let base: UInt64 = 0xFFFF_FFFF_8000_0000
    for entry in [base + 0x100_0002, 0x100_0002] {
      let file = ELFFile(
        entry: entry,
        loads: [.init(physical: 0x100_0000, virtual: base + 0x100_0000, bytes: [1, 2, 3, 4])])
      #expect(
        try makePlan(makeRequest(file.bytes)).entry
          == .long64(entry: 0x100_0002, rsi: information, pageTable: BootLayout.pageTables))
    }
  }

  @Test("Code above 4 GiB runs, as far as the identity map goes")
  func high() throws {
    let file = ELFFile(entry: 5 << 30, loads: [.init(physical: 5 << 30, bytes: [0xF4])])
    var request = makeRequest(file.bytes, mebibytes: 8192)
    #expect(
      try makePlan(request).entry
        == .long64(entry: 5 << 30, rsi: information, pageTable: BootLayout.pageTables))
    request.file = ELFFile(entry: 40 << 30, loads: [.init(physical: 40 << 30, bytes: [1])]).bytes
    request.memory = MemoryMap(bytes: 64 << 30)
    guard case .invalid(.elfHeader, 0x18, _) = try failure(request) else {
      Issue.record("not refused")
      return
    }
  }

  @Test("What is zero in memory has no bytes but keeps its place")
  func zeroMemory() throws {
    var file = ELFFile()
    file.loads.append(.init(physical: 0x20_0000, bytes: [], memoryBytes: 126 << 20))
    var request = makeRequest(file.bytes)
    #expect(try makePlan(request).segment(at: 0x20_0000) == nil)
    request.initialRAMDisk = [UInt8](repeating: 0, count: 0xF_E000)
    #expect(
      try failure(request) == .noRoom(.initialRAMDisk, bytes: 0xF_E000, limit: 128 << 20))
    request.initialRAMDisk?.removeLast(0x1000)
    #expect(try makePlan(request).segment(at: 0x10_3000)?.bytes.count == 0xF_D000)
  }

  @Test("A file range beyond the file names header, offsets and size")
  func truncated() throws {
    var bytes = ELFFile(loads: [
      .init(physical: 0x10_0000, bytes: [1]), .init(physical: 0x20_0000, bytes: [2, 3]),
    ]).bytes
    // p_filesz and p_memsz of the second header.
    bytes[120 + 33] = 0x80
    bytes[120 + 41] = 0x80
    #expect(
      try failure(makeRequest(bytes)).description
        == "ELF program header 1 at 0x78: file range 0xc0..0x80c2 ends beyond the file's 0xd0 "
        + "bytes; the file is truncated")
  }

  @Test("Places that are not free, or not RAM")
  func places() throws {
    func error(_ loads: ELFFile.Load..., mebibytes: UInt64 = 4096) throws -> BootError {
      let file = ELFFile(entry: loads[0].physical, loads: loads)
      var request = makeRequest(file.bytes, mebibytes: mebibytes)
      request.reserved = [0x9_FC00...0x9_FFFF, 0xE_0000...0xF_FFFF]
      return try failure(request)
    }
    let memory = MemoryMap(bytes: 4 << 30)
    #expect(
      try error(
        .init(physical: 0x10_0000, bytes: [1], memoryBytes: 0x1001),
        .init(physical: 0x10_1000, bytes: [1]))
        == .overlap(
          .programHeader(1), start: 0x10_1000, end: 0x10_1001, .programHeader(0),
          otherStart: 0x10_0000, otherEnd: 0x10_1001))
    #expect(
      try error(.init(physical: 0xF_FFFF, bytes: [1]))
        == .overlap(
          .programHeader(0), start: 0xF_FFFF, end: 0x10_0000, .systemTables, otherStart: 0xE_0000,
          otherEnd: 0x10_0000))
    #expect(
      try error(.init(physical: 0x7FFF, bytes: [1]))
        == .overlap(
          .information, start: 0x7000, end: 0x8000, .programHeader(0), otherStart: 0x7FFF,
          otherEnd: 0x8000))
    // The pages that small images are linked to stay free.
    let low = ELFFile(
      bits: 32, machine: 3, entry: 0x8000,
      loads: [.init(physical: 0x8000, bytes: [1], memoryBytes: 0x1_8000)])
    _ = try makePlan(makeRequest(low.bytes))
    let first = ELFFile(
      bits: 32, machine: 3, entry: 0, loads: [.init(physical: 0, bytes: [1], memoryBytes: 0x6000)])
    _ = try makePlan(makeRequest(first.bytes))
    for (address, advice) in [
      (UInt64(0xB_8000), "a PC has no RAM at 0xa0000..0xc0000"),
      (0x9_FBFF, "a PC has no RAM at 0xa0000..0xc0000"),
      (3 << 30, "there is no RAM from 3 to 4 GiB"),
      (5 << 30, "RAM ends at 0x140000000; give the guest 4097 MiB of memory or more"),
      (.max - 5, "RAM ends at 0x140000000"),
    ] {
      let load = ELFFile.Load(physical: address, bytes: [1], memoryBytes: 0x402)
      let found = try error(load)
      #expect(
        found
          == .outsideMemory(
            .programHeader(0), start: address,
            end: address > .max - 0x402 ? .max : address + 0x402, memory: memory))
      #expect(found.description.contains(advice), "\(found)")
    }
    #expect(
      try error(.init(physical: 0x100_0000, bytes: [1]), mebibytes: 16).description
        .contains("give the guest 17 MiB of memory or more"))
  }

  @Test("What no static x86 program is")
  func refused() throws {
    func offset(_ bytes: [UInt8]) throws -> UInt64? {
      guard case .invalid(_, let offset, _) = try failure(makeRequest(bytes)) else { return nil }
      return offset
    }
    var classless = ELFFile().bytes
    classless[4] = 3
    #expect(try offset(classless) == 4)
    var bigEndian = ELFFile().bytes
    bigEndian[5] = 2
    #expect(try offset(bigEndian) == 5)
    #expect(try offset(ELFFile(type: 3).bytes) == 0x10)
    #expect(try offset(ELFFile(machine: 183).bytes) == 0x12)
    #expect(try offset(ELFFile(machine: 3).bytes) == 0x12)
    #expect(try offset(ELFFile(loads: []).bytes) == 0x38)
    #expect(try offset(ELFFile(bits: 32, machine: 3, loads: []).bytes) == 0x2C)
    #expect(try offset(ELFFile(loads: [], extraType: 6).bytes) == 0x20)
    #expect(try offset(ELFFile(extraType: 3).bytes) == 120)
    #expect(try offset(ELFFile(entry: 0x10_3000).bytes) == 0x18)
    #expect(try offset(ELFFile(entry: 0xF_FFFF).bytes) == 0x18)
    var entrySize = ELFFile().bytes
    entrySize[0x36] = 32
    #expect(try offset(entrySize) == 0x36)
    let many = ELFFile(loads: (0..<1025).map { .init(physical: 0x10_0000 + $0, bytes: []) })
    #expect(try offset(many.bytes) == 0x38)
    let oversize = ELFFile(loads: [.init(physical: 0x10_0000, bytes: [1, 2], memoryBytes: 1)])
    #expect(try offset(oversize.bytes) == 64)
  }

  @Test("Headers that load the file's bytes over and over are refused")
  func repeated() throws {
    let payload = [UInt8](repeating: 1, count: 4096)
    var file = ELFFile(
      loads: (0..<20).map { .init(physical: 0x10_0000 + $0 << 12, bytes: payload) })
    _ = try makePlan(makeRequest(file.bytes))
    file.loads = [file.loads[0]] + (1..<20).map { .init(physical: 0x10_0000 + $0 << 12, bytes: []) }
    var bytes = file.bytes
    // Each header gets the first one's offset and sizes.
    for index in 1..<20 {
      let base = file.position(index)
      bytes.replaceSubrange(base + 8..<base + 16, with: bytes[72..<80])
      bytes.replaceSubrange(base + 32..<base + 48, with: bytes[96..<112])
    }
    guard case .invalid(.programHeader(1), _, _) = try failure(makeRequest(bytes)) else {
      Issue.record("not refused")
      return
    }
  }
}

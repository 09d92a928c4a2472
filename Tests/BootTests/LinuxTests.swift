import Boot
import Testing

/// Documentation/arch/x86/boot.rst and zero-page.rst.
@Suite("Linux bzImage") struct LinuxTests {
  @Test("64-bit entry: kernel at its preferred address, entry 0x200 behind it, RSI the zero page")
  func long64() throws {
    let plan = try makePlan(makeRequest(LinuxImage().bytes))
    #expect(plan.kind.description == "Linux bzImage 6.1.0-56-test, 64-bit entry")
    #expect(
      plan.entry
        == .long64(entry: 0x100_0200, rsi: information, pageTable: BootLayout.pageTables))
    let kernel = try #require(plan.segment(at: 0x100_0000))
    #expect(kernel.bytes == LinuxImage().bytes[1536...])
    #expect(plan.number(UInt32.self, at: information + 0x214) == 0x100_0000)
  }

  @Test("64-bit entry: the page tables map each address to itself")
  func identityMap() throws {
    for (memory, mapped) in [(128 * mebibyte, 4), (9 * gibibyte, 10), (64 * gibibyte, 21)] {
      var request = makeRequest(LinuxImage().bytes)
      request.memory = MemoryMap(bytes: memory)
      let plan = try makePlan(request)
      guard case .long64(_, _, let root) = plan.entry else {
        Issue.record("no 64-bit entry")
        return
      }
      let directories = plan.number(UInt64.self, at: root)
      #expect(directories & 0xFFF == 3)
      for gibibytes in UInt64(0)..<32 {
        let directory = plan.number(UInt64.self, at: (directories & ~0xFFF) + 8 * gibibytes)
        guard gibibytes < mapped else {
          #expect(directory == 0)
          continue
        }
        for entry in UInt64(0)..<512 where entry % 73 == 0 {
          let page = plan.number(UInt64.self, at: (directory & ~0xFFF) + 8 * entry)
          #expect(page == gibibytes << 30 | entry << 21 | 0x83)
        }
      }
    }
  }

  @Test("The descriptor table has the selectors that the registers get", arguments: [true, false])
  func descriptors(is64Bit: Bool) throws {
    let plan = try makePlan(makeRequest(LinuxImage(extendedFlags: is64Bit ? 1 : 0).bytes))
    let table = BootDescriptors.gdtAddress
    let code = plan.number(UInt64.self, at: table + UInt64(BootDescriptors.codeSelector))
    #expect(BootDescriptors.codeSelector == 0x10 && BootDescriptors.dataSelector == 0x18)
    #expect(code == (is64Bit ? BootDescriptors.code64 : BootDescriptors.code32))
    // L (bit 53) and D (bit 54) say which: SDM volume 3A, 5.2.1.
    #expect(code >> 53 & 3 == (is64Bit ? 1 : 2))
    #expect(
      plan.number(UInt64.self, at: table + UInt64(BootDescriptors.dataSelector))
        == BootDescriptors.data)
    let size = plan.segment(at: table)?.bytes.count
    #expect(size == Int(BootDescriptors.gdtLimit) + 1)
  }

  @Test("Zero page: screen, memory map, root pointer, loader, command line, initial RAM disk")
  func zeroPage() throws {
    var request = makeRequest(LinuxImage().bytes)
    request.memory = MemoryMap(bytes: 4 * gibibyte)
    request.commandLine = "console=ttyS0 quiet"
    request.initialRAMDisk = [UInt8](repeating: 0xAB, count: 5000)
    request.rsdpAddress = 0xE_0000
    request.reserved = [0x9_FC00...0x9_FFFF, 0xE_0000...0xF_FFFF]
    let plan = try makePlan(request)
    let map = request.memory.e820(reserving: request.reserved)
    #expect(plan.byte(at: information + 0x1E8) == UInt8(map.count))
    for (index, range) in map.enumerated() {
      let entry = information + 0x2D0 + 20 * UInt64(index)
      #expect(plan.number(UInt64.self, at: entry) == range.address)
      #expect(plan.number(UInt64.self, at: entry + 8) == range.length)
      #expect(plan.number(UInt32.self, at: entry + 16) == range.type.rawValue)
    }
    #expect(plan.byte(at: information + 0x06) == 3)
    #expect(plan.byte(at: information + 0x07) == 80 && plan.byte(at: information + 0x0E) == 25)
    #expect(plan.number(UInt64.self, at: information + 0x70) == 0xE_0000)
    #expect(plan.byte(at: information + 0x210) == 0xFF)
    #expect(plan.byte(at: information + 0x211) == 1)
    let header = LinuxImage().bytes[0x1F1..<0x210]
    #expect((0x1F1..<0x210).map { plan.byte(at: information + $0) } == Array(header))
    #expect(plan.number(UInt32.self, at: information + 0x238) == 2047)
    let line = plan.number(UInt32.self, at: information + 0x228)
    #expect(plan.text(at: UInt64(line)) == "console=ttyS0 quiet")
    let disk = UInt64(plan.number(UInt32.self, at: information + 0x218))
    #expect(plan.number(UInt32.self, at: information + 0x21C) == 5000)
    // initrd_addr_max is the highest byte it may have.
    #expect(disk == 0x8000_0000 - 8192)
    #expect(plan.segment(at: disk)?.bytes.count == 5000)
  }

  @Test("No command line is an empty one, no RAM disk none")
  func nothingExtra() throws {
    let plan = try makePlan(makeRequest(LinuxImage().bytes))
    #expect(plan.number(UInt32.self, at: information + 0x228) == UInt32(BootLayout.commandLine))
    #expect(plan.text(at: BootLayout.commandLine) == "")
    #expect(plan.number(UInt64.self, at: information + 0x218) == 0)
  }

  @Test("32-bit entry where the header does not offer 64-bit: ESI the zero page, the rest 0")
  func protected32() throws {
    let registers = { (entry: UInt32) in
      BootEntry.protected32(
        entry: entry, eax: 0, ebx: 0, esi: UInt32(information), edi: 0, ebp: 0,
        esp: UInt32(BootLayout.stackTop))
    }
    #expect(
      try makePlan(makeRequest(LinuxImage(extendedFlags: 4).bytes)).entry == registers(0x100_0000))
    // Before 2.12 there is no xloadflags; before 2.10 no pref_address.
    #expect(
      try makePlan(makeRequest(LinuxImage(version: 0x020B).bytes)).entry == registers(0x100_0000))
    #expect(
      try makePlan(makeRequest(LinuxImage(version: 0x0209).bytes)).entry == registers(0x10_0000))
    #expect(
      try makePlan(makeRequest(LinuxImage(version: 0x0202, entry: 0x10_0040).bytes)).entry
        == registers(0x10_0040))
  }

  @Test("A kernel that cannot move is loaded at 1 MiB; where it moves itself is kept free")
  func fixed() throws {
    var image = LinuxImage(isRelocatable: 0)
    #expect(
      try makePlan(makeRequest(image.bytes)).entry
        == .long64(entry: 0x10_0200, rsi: information, pageTable: BootLayout.pageTables))
    image.preferredAddress = 8 << 20
    image.initialBytes = 120 << 20
    var request = makeRequest(image.bytes)
    request.initialRAMDisk = [1]
    #expect(try makePlan(request).segment(at: 0x7F_F000)?.bytes == [1])
    image.initialBytes += 1
    let memory = request.memory
    let error = try failure(makeRequest(image.bytes))
    #expect(
      error
        == .outsideMemory(.linuxKernel, start: 0x80_0000, end: 0x800_0001, memory: memory))
    #expect(
      error.description
        == "Linux kernel needs memory at 0x800000..0x8000001; RAM ends at 0x8000000; "
        + "give the guest 129 MiB of memory or more")
  }

  @Test("init_size counts from where the kernel runs, and nothing else goes there")
  func initialBytes() throws {
    var request = makeRequest(LinuxImage(initialBytes: 100 << 20).bytes)
    request.initialRAMDisk = [UInt8](repeating: 1, count: 12 << 20)
    #expect(try makePlan(request).segment(at: 116 << 20) != nil)
    request.initialRAMDisk = [UInt8](repeating: 1, count: 12 << 20 | 1)
    // There is room below the kernel.
    #expect(try makePlan(request).segment(at: 0x3F_F000) != nil)
    request.initialRAMDisk = [UInt8](repeating: 1, count: 16 << 20)
    #expect(
      try failure(request)
        == .noRoom(.initialRAMDisk, bytes: 16 << 20, limit: 128 << 20))
  }

  @Test("The initial RAM disk goes below initrd_addr_max, or what older protocols say")
  func diskLimit() throws {
    for (version, limit) in [(UInt16(0x0202), UInt64(0x3800_0000)), (0x020F, 0x2000_0000)] {
      var request = makeRequest(
        LinuxImage(version: version, initialRAMDiskMax: 0x1FFF_FFFF).bytes, mebibytes: 2048)
      request.initialRAMDisk = [1, 2, 3]
      #expect(try makePlan(request).segment(at: limit - 0x1000)?.bytes == [1, 2, 3])
    }
  }

  @Test("A command line as long as the kernel reads, and one byte longer")
  func commandLine() throws {
    for (image, limit) in [(LinuxImage(), 2047), (LinuxImage(version: 0x0205), 255)] {
      var request = makeRequest(image.bytes)
      request.commandLine = String(repeating: "x", count: limit)
      #expect(try makePlan(request).text(at: BootLayout.commandLine).count == limit)
      request.commandLine?.append("x")
      #expect(try failure(request) == .commandLineTooLong(bytes: limit + 1, limit: limit))
    }
    var request = makeRequest(LinuxImage().bytes)
    request.commandLine = "a\0b"
    #expect(try failure(request) == .commandLineHasZero(position: 1))
  }

  @Test("setup_sects 0 means 4")
  func setupSectors() throws {
    let image = LinuxImage(setupSectors: 0).bytes
    #expect(try makePlan(makeRequest(image)).segment(at: 0x100_0000)?.bytes == image[2560...])
  }

  @Test("Version texts hold only printable ASCII, and not the builder")
  func versionText() throws {
    for (text, expected) in [
      ("6.1 (a@b)", "6.1"), ("", "of boot protocol 2.15"), ("x\u{1B}[2Jy", "x"),
      (String(repeating: "v", count: 200), String(repeating: "v", count: 64)),
    ] {
      let plan = try makePlan(makeRequest(LinuxImage(text: text).bytes))
      #expect(plan.kind.description == "Linux bzImage \(expected), 64-bit entry")
    }
    var image = LinuxImage().bytes
    image[0x20F] = 0xFF
    #expect(
      try makePlan(makeRequest(image)).kind
        == .linux(version: "", protocolVersion: 0x020F, entry: .long64))
  }

  @Test("What a damaged header says is refused at its offset")
  func damage() throws {
    func offset(_ image: LinuxImage) throws -> UInt64? {
      switch try failure(makeRequest(image.bytes)) {
      case .invalid(.linuxHeader, let offset, _): offset
      case .truncated(_, let offset, _, _, _): offset
      default: nil
      }
    }
    #expect(try offset(LinuxImage(version: 0x0109)) == 0x206)
    #expect(try offset(LinuxImage(alignment: 0)) == 0x230)
    #expect(try offset(LinuxImage(alignment: 0x3000)) == 0x230)
    #expect(try offset(LinuxImage(preferredAddress: 0xFFFFF)) == 0x258)
    #expect(try offset(LinuxImage(preferredAddress: 3 << 30)) == 0x258)
    #expect(try offset(LinuxImage(preferredAddress: .max)) == 0x258)
    #expect(try offset(LinuxImage(alignment: 1 << 31, preferredAddress: .max - 5)) == 0x258)
    #expect(try offset(LinuxImage(version: 0x0204, entry: 0xF_FFFF)) == 0x214)
    #expect(try offset(LinuxImage(version: 0x0204, entry: 0x10_1234)) == 0x214)
    #expect(try offset(LinuxImage(kernelBytes: 0x200)) == 0x236)
    #expect(try offset(LinuxImage(kernelBytes: 0)) == 0x1F1)
    #expect(try offset(LinuxImage(paragraphs: 0x125)) == 0x1F4)
    #expect(
      try failure(makeRequest(LinuxImage(paragraphs: 0x0FFF_FFFF).bytes)).description
        == "Linux setup header at 0x1f4: file range 0x600..0x1000005e1 ends beyond the file's "
        + "0x1834 bytes; the file is truncated")
  }
}

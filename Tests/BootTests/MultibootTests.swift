import Boot
import Testing

/// Multiboot Specification 0.6.96.
@Suite("Multiboot") struct MultibootTests {
  /// As kvm-unit-tests are: ELF32 at 4 MiB, header first in the first segment, no flags.
  static func elf(bits: Int = 32, flags: UInt32 = 0) -> ELFFile {
    ELFFile(
      bits: bits, machine: bits == 64 ? 62 : 3, entry: 0x40_0020,
      loads: [
        .init(physical: 0x40_0000, bytes: MultibootImage(flags: flags).bytes, memoryBytes: 0x1_0000)
      ])
  }

  private func registers(_ entry: UInt32) -> BootEntry {
    .protected32(
      entry: entry, eax: 0x2BAD_B002, ebx: UInt32(information), esi: 0, edi: 0, ebp: 0,
      esp: UInt32(BootLayout.stackTop))
  }

  @Test("3.2: an ELF image; EAX the magic number, EBX the information", arguments: [32, 64])
  func elfImage(bits: Int) throws {
    let plan = try makePlan(makeRequest(Self.elf(bits: bits).bytes))
    #expect(plan.entry == registers(0x40_0020))
    #expect(plan.kind.description == "ELF\(bits) kernel, multiboot entry")
  }

  @Test("3.3: the information")
  func bootInformation() throws {
    var request = makeRequest(Self.elf(flags: 7).bytes, mebibytes: 32)
    request.commandLine = "a=1 b"
    request.imageName = "smptest.flat"
    request.initialRAMDisk = Array("NR_CPUS=4\n".utf8)
    request.reserved = [0x9_FC00...0x9_FFFF, 0xE_0000...0xF_FFFF]
    let plan = try makePlan(request)
    let base = BootLayout.information
    func word(_ offset: UInt64) -> UInt64 { UInt64(plan.number(UInt32.self, at: base + offset)) }
    // Memory, command line, modules, map, loader's name; nothing of video, symbols, drives, APM.
    #expect(word(0) == 0x24D)
    #expect(word(4) == 639)
    #expect(word(8) == 31 * 1024)
    #expect(plan.text(at: word(16)) == "smptest.flat a=1 b")
    #expect(word(20) == 1)
    let module = word(24)
    let start = UInt64(plan.number(UInt32.self, at: module))
    let end = UInt64(plan.number(UInt32.self, at: module + 4))
    #expect(start % 4096 == 0 && end - start == 10)
    #expect(plan.segment(at: start)?.bytes == request.initialRAMDisk?[...])
    #expect(plan.text(at: UInt64(plan.number(UInt32.self, at: module + 8))) == "initrd")
    #expect(plan.text(at: word(64)) == "tryst")
    let map = request.memory.e820(reserving: request.reserved)
    #expect(word(44) == UInt64(24 * map.count))
    for (index, range) in map.enumerated() {
      let entry = word(48) + 24 * UInt64(index)
      #expect(plan.number(UInt32.self, at: entry) == 20)
      #expect(plan.number(UInt64.self, at: entry + 4) == range.address)
      #expect(plan.number(UInt64.self, at: entry + 12) == range.length)
      #expect(plan.number(UInt32.self, at: entry + 20) == range.type.rawValue)
    }
  }

  @Test("The command line begins with the image's name, even alone; upper memory ends at a hole")
  func alone() throws {
    var request = makeRequest(Self.elf().bytes, mebibytes: 4096)
    request.reserved = [0x800_0000...0x800_0FFF]
    let plan = try makePlan(request)
    #expect(plan.text(at: BootLayout.commandLine) == "kernel")
    #expect(plan.number(UInt32.self, at: BootLayout.information + 20) == 0)
    #expect(plan.number(UInt32.self, at: BootLayout.information + 8) == 127 * 1024)
  }

  @Test("3.1.3: addresses in the header say what goes where, and win over ELF")
  func addresses() throws {
    let image = MultibootImage.raw.bytes
    let plan = try makePlan(makeRequest(image))
    #expect(plan.entry == registers(0x10_0030))
    #expect(plan.kind.description == "multiboot kernel loaded by its header's addresses")
    #expect(plan.segment(at: 0x10_0000)?.bytes == image[...])
    var later = MultibootImage.raw
    // 64 bytes of the file come before the image; 40 bytes are loaded.
    later.before = 80
    later.addresses?.loadEnd = 0x10_0028
    later.addresses?.bssEnd = 0
    later.addresses?.entry = 0x10_0027
    #expect(
      try makePlan(makeRequest(later.bytes)).segment(at: 0x10_0000)?.bytes == later.bytes[64..<104])
    var wrapped = Self.elf()
    wrapped.loads[0].bytes =
      MultibootImage(
        addresses: .init(header: 0x60_0000, load: 0x60_0000, entry: 0x60_0020)
      ).bytes
    #expect(try makePlan(makeRequest(wrapped.bytes)).entry == registers(0x60_0020))
    #expect(try makePlan(makeRequest(wrapped.bytes)).kind == .multiboot(bits: nil))
  }

  @Test("Addresses that contradict one another are refused at their field")
  func contradictions() throws {
    func offset(_ change: (inout MultibootImage.Addresses) -> Void) throws -> UInt64? {
      var image = MultibootImage.raw
      if image.addresses != nil { change(&image.addresses!) }
      switch try failure(makeRequest(image.bytes)) {
      case .invalid(.multibootHeader, let offset, _): return offset - 16
      case .truncated(.multibootImage, _, _, _, _): return 99
      default: return nil
      }
    }
    #expect(try offset { $0.header = 0xF_FFFF } == 12)
    #expect(try offset { $0.header = 0x10_0011 } == 12)
    #expect(try offset { $0.loadEnd = 0xF_FFFF } == 20)
    #expect(try offset { $0.loadEnd = .max } == 99)
    #expect(try offset { $0.bssEnd = 0x10_003F } == 24)
    #expect(try offset { $0.entry = 0x10_2000 } == 28)
    #expect(try offset { $0.entry = 0xF_FFFF } == 28)
  }

  @Test("3.1.2: demands that nobody knows are refused; the header is in the first 8192 bytes")
  func demands() throws {
    guard
      case .invalid(.multibootHeader, 0x60, _) = try failure(
        makeRequest(Self.elf(flags: 8).bytes))
    else {
      Issue.record("not refused")
      return
    }
    // Flags 31:17 are not demands.
    #expect(
      try makePlan(makeRequest(Self.elf(flags: 0xFFFE_0000).bytes)).kind == .multiboot(bits: 32))
    var image = MultibootImage.raw
    image.before = 8192 - 12
    image.addresses?.load = 0x10_0010
    #expect(try makePlan(makeRequest(image.bytes)).kind == .multiboot(bits: nil))
    image.before += 4
    #expect(
      try failure(makeRequest(image.bytes)) == .unknownFormat(fileBytes: image.bytes.count))
    image.before = 2
    #expect(
      try failure(makeRequest(image.bytes)) == .unknownFormat(fileBytes: image.bytes.count))
    var checksum = MultibootImage.raw.bytes
    checksum[16 + 8] ^= 1
    #expect(try failure(makeRequest(checksum)) == .unknownFormat(fileBytes: checksum.count))
  }

  @Test("A header without addresses needs ELF; PVH comes before it")
  func precedence() throws {
    guard
      case .invalid(.multibootHeader, 0, _) = try failure(makeRequest(MultibootImage().bytes))
    else {
      Issue.record("not refused")
      return
    }
    var file = Self.elf(bits: 64)
    file.notes = ELFFile.pvhNotes(entry: 0x40_0020)
    #expect(try makePlan(makeRequest(file.bytes)).kind == .pvh(bits: 64))
  }
}

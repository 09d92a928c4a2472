import Boot
import Testing

/// Xen's docs/misc/pvh.pandoc and public/arch-x86/hvm/start_info.h.
@Suite("PVH") struct PVHTests {
  private func kernel(_ notes: [UInt8], bits: Int = 64) -> ELFFile {
    ELFFile(
      bits: bits, machine: bits == 64 ? 62 : 3, entry: 0x10_0001,
      loads: [.init(physical: 0x10_0000, bytes: [0xF4, 0xF4, 0xEB, 0xFD], memoryBytes: 0x4000)],
      notes: notes)
  }

  @Test("The note's entry, EBX the start info", arguments: [4, 8], [32, 64])
  func entry(width: Int, bits: Int) throws {
    let file = kernel(ELFFile.pvhNotes(entry: 0x10_0002, width: width), bits: bits)
    let plan = try makePlan(makeRequest(file.bytes))
    #expect(plan.kind.description == "ELF\(bits) kernel, PVH entry")
    #expect(
      plan.entry
        == .protected32(
          entry: 0x10_0002, eax: 0, ebx: UInt32(information), esi: 0, edi: 0, ebp: 0,
          esp: UInt32(BootLayout.stackTop)))
  }

  @Test("Start info: version 1 with command line, root pointer, module and memory map")
  func startInfo() throws {
    var request = makeRequest(kernel(ELFFile.pvhNotes(entry: 0x10_0000)).bytes, mebibytes: 5120)
    request.commandLine = "console=ttyS0"
    request.initialRAMDisk = [UInt8](repeating: 5, count: 70_000)
    request.rsdpAddress = 0xE_0000
    request.reserved = [0xE_0000...0xF_FFFF]
    let plan = try makePlan(request)
    #expect(plan.number(UInt32.self, at: information) == 0x336E_C578)
    #expect(plan.number(UInt32.self, at: information + 4) == 1)
    #expect(plan.number(UInt32.self, at: information + 8) == 0)
    #expect(plan.number(UInt32.self, at: information + 12) == 1)
    let modules = plan.number(UInt64.self, at: information + 16)
    let disk = plan.number(UInt64.self, at: modules)
    #expect(disk == (3 << 30) - 0x1_2000)
    #expect(plan.number(UInt64.self, at: modules + 8) == 70_000)
    #expect(plan.segment(at: disk)?.bytes.count == 70_000)
    #expect(plan.text(at: plan.number(UInt64.self, at: information + 24)) == "console=ttyS0")
    #expect(plan.number(UInt64.self, at: information + 32) == 0xE_0000)
    let map = request.memory.e820(reserving: request.reserved)
    let entries = plan.number(UInt64.self, at: information + 40)
    #expect(plan.number(UInt32.self, at: information + 48) == UInt32(map.count))
    for (index, range) in map.enumerated() {
      let entry = entries + 24 * UInt64(index)
      #expect(plan.number(UInt64.self, at: entry) == range.address)
      #expect(plan.number(UInt64.self, at: entry + 8) == range.length)
      #expect(plan.number(UInt32.self, at: entry + 16) == range.type.rawValue)
    }
  }

  @Test("Without RAM disk, command line and tables the start info says so")
  func bare() throws {
    let plan = try makePlan(makeRequest(kernel(ELFFile.pvhNotes(entry: 0x10_0000)).bytes))
    #expect(plan.number(UInt32.self, at: information + 12) == 0)
    #expect(plan.number(UInt64.self, at: information + 16) == 0)
    #expect(plan.text(at: plan.number(UInt64.self, at: information + 24)) == "")
    #expect(plan.number(UInt64.self, at: information + 32) == 0)
  }

  @Test("More ranges than a page holds are refused")
  func ranges() throws {
    var request = makeRequest(kernel(ELFFile.pvhNotes(entry: 0x10_0000)).bytes)
    request.reserved = (0..<100).map { (0x20_0000 + $0 << 13)...(0x20_0FFF + $0 << 13) }
    #expect(try failure(request) == .tooManyRanges(count: 203, limit: 165))
  }

  @Test("Other notes are passed over, in notes aligned to 8 as well")
  func otherNotes() throws {
    var file = kernel(
      ELFFile.note(name: "GNU\0", type: 18, [1, 2, 3, 4], alignment: 8)
        + ELFFile.note(name: "Xen\0", type: 18, [0, 0, 0x10, 0], alignment: 8))
    file.noteAlignment = 8
    #expect(try makePlan(makeRequest(file.bytes)).kind == .pvh(bits: 64))
    file.notes = ELFFile.note(name: "", type: 18, []) + ELFFile.note(name: "Xen\0", type: 17, [])
    file.noteAlignment = 4
    #expect(try makePlan(makeRequest(file.bytes)).kind == .elf(bits: 64))
  }

  @Test("Damaged notes are refused where they lie")
  func damage() throws {
    let position = UInt64(ELFFile(notes: []).bytes.count + 0)
    func error(_ notes: [UInt8]) throws -> BootError {
      try failure(makeRequest(kernel(notes).bytes))
    }
    for offset in [0, 4] {
      var notes = ELFFile.pvhNotes(entry: 0x10_0000)
      notes.replaceSubrange(offset..<offset + 4, with: [0xFF, 0xFF, 0xFF, 0xFF])
      guard case .invalid(.elfNote, let found, _) = try error(notes) else {
        Issue.record("not refused")
        continue
      }
      #expect(found == position)
    }
    for width in [0, 3, 5, 16] {
      guard case .invalid(.elfNote, _, _) = try error(ELFFile.pvhNotes(entry: 1, width: width))
      else {
        Issue.record("width \(width) not refused")
        continue
      }
    }
    for entry in [UInt64(0), 0xF_FFFF, 0x10_4000, 1 << 32 | 0x10_0000, .max] {
      guard case .invalid(.elfNote, _, _) = try error(ELFFile.pvhNotes(entry: entry)) else {
        Issue.record("entry \(entry) not refused")
        continue
      }
    }
  }
}

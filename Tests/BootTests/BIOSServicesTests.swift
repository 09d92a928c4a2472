import Testing

@testable import Boot

@Suite("BIOS services") struct BIOSServicesTests {
  @Test("INT 15h E820 gives the map, one range a call (ACPI section 15.1)")
  func map() {
    var caller = BIOSTestCaller(reserving: [0xE_0000...0xF_FFFF])
    caller.registers.es = 0x1000
    caller.registers.edi = 0xFFFF_0020
    var found: [MemoryRange] = []
    caller.registers.ebx = 0
    repeat {
      caller.registers.edx = 0x534D_4150
      caller.registers.ecx = 24
      caller.call(0x15, 0xE820)
      #expect(caller.registers.carry == false)
      #expect(caller.registers.eax == 0x534D_4150)
      #expect(caller.registers.ecx == 20)
      let type = caller.board.number(at: 0x1_0030, count: 4)
      found.append(
        MemoryRange(
          address: caller.board.number(at: 0x1_0020, count: 8),
          length: caller.board.number(at: 0x1_0028, count: 8), type: type == 1 ? .ram : .reserved))
    } while caller.registers.ebx != 0 && found.count < 16
    #expect(found == MemoryMap(bytes: 64 << 20).e820(reserving: [0xE_0000...0xF_FFFF]))
  }

  @Test("INT 15h E820 refuses what it does not know")
  func mapRefused() {
    for (signature, count, index) in [
      (0x534D_4151 as UInt32, 20 as UInt32, 0 as UInt32), (0x534D_4150, 19, 0),
      (0x534D_4150, 20, 3), (0x534D_4150, 20, .max),
    ] {
      var caller = BIOSTestCaller()
      (caller.registers.edx, caller.registers.ecx, caller.registers.ebx) = (signature, count, index)
      caller.call(0x15, 0xE820)
      #expect(caller.registers.carry == true)
      #expect(caller.registers.ah == 0x86)
      #expect(caller.board.memory.isEmpty)
    }
  }

  @Test(
    "INT 15h E801 and 88h: KiB above 1 MiB, 64 KiB above 16 MiB",
    arguments: [
      (1, 0, 0, 0), (16, 0x3C00, 0, 0x3C00), (64, 0x3C00, 0x300, 0xFC00),
      (4096, 0x3C00, 0xBF00, 0xFC00),
    ] as [(UInt64, UInt16, UInt16, UInt16)])
  func sizes(mebibytes: UInt64, low: UInt16, high: UInt16, old: UInt16) {
    var caller = BIOSTestCaller(mebibytes: mebibytes)
    caller.call(0x15, 0xE801)
    #expect((caller.registers.ax, caller.registers.bx) == (low, high))
    #expect((caller.registers.cx, caller.registers.dx) == (low, high))
    #expect(caller.registers.carry == false)
    caller.call(0x15, 0x8800)
    #expect(caller.registers.ax == old)
    #expect(caller.registers.carry == false)
  }

  @Test("INT 15h 2400h to 2403h: the A20 gate is port 92h's")
  func gate() {
    var caller = BIOSTestCaller()
    // Bit 0 resets the machine: never written back.
    caller.board.ports[0x92] = 0x83
    caller.call(0x15, 0x2400)
    #expect(caller.board.ports[0x92] == 0x80)
    caller.call(0x15, 0x2402)
    #expect(caller.registers.ax == 0)
    caller.call(0x15, 0x2401)
    #expect(caller.board.ports[0x92] == 0x82)
    caller.call(0x15, 0x2402)
    #expect(caller.registers.ax == 1)
    caller.call(0x15, 0x2403)
    #expect(caller.registers.bx == 3)
    #expect(caller.registers.carry == false)
  }

  @Test("INT 15h 86h waits: by halting while there is time for a tick, then by asking again")
  func wait() {
    var caller = BIOSTestCaller()
    caller.board.now = 5
    // 0x186A0 us: 100 ms.
    (caller.registers.ecx, caller.registers.edx) = (1, 0x86A0)
    #expect(caller.call(0x15, 0x8600) == .waits)
    caller.board.now += 50_000_000
    #expect(caller.call(0x15, 0x8600) == .asksAgain)
    caller.board.now += 49_999_999
    #expect(caller.call(0x15, 0x8600) == .asksAgain)
    caller.board.now += 1
    #expect(caller.call(0x15, 0x8600) == .returned)
    #expect(caller.registers.carry == false)
    // The next one is another.
    #expect(caller.call(0x15, 0x8600) == .waits)
  }

  @Test("INT 15h C0h: a table of ours")
  func configuration() {
    var caller = BIOSTestCaller()
    caller.call(0x15, 0xC000)
    #expect(caller.registers.es == 0xF000)
    #expect(
      BIOSImage.segments.contains { $0.address == 0xF_0000 + UInt64(caller.registers.bx) })
  }

  @Test("what is not there is refused with CF", arguments: [0x5300, 0x8300, 0xE980, 0x2404])
  func refused(ax: Int) {
    var caller = BIOSTestCaller()
    #expect(caller.call(0x15, UInt16(ax)) == .returned)
    #expect(caller.registers.carry == true)
    #expect(caller.registers.ah == 0x86)
  }

  @Test("INT 11h and 12h: the data area's words, which a guest may change")
  func words() {
    var caller = BIOSTestCaller()
    caller.board.write([0x22, 0x02, 0, 0x70, 0x02], at: 0x410)
    caller.call(0x11, 0)
    #expect(caller.registers.ax == 0x222)
    caller.call(0x12, 0)
    #expect(caller.registers.ax == 0x270)
  }

  @Test("no drives, and nothing to boot from")
  func drives() {
    var caller = BIOSTestCaller()
    caller.call(0x13, 0x0800)
    #expect(caller.registers.carry == true)
    #expect(caller.registers.ah == 1)
    for vector in [0x18, 0x19] {
      guard case .ended = caller.call(vector, 0) else {
        Issue.record("INT \(vector) returned")
        continue
      }
    }
    #expect(caller.call(BIOSImage.restart, 0) == .restarts)
  }

  @Test("INT 1Ah: ticks, and midnights once")
  func ticks() {
    var caller = BIOSTestCaller()
    caller.board.write([0x78, 0x56, 0x34, 0x12, 2], at: 0x46C)
    caller.call(0x1A, 0)
    #expect((caller.registers.cx, caller.registers.dx) == (0x1234, 0x5678))
    #expect(caller.registers.al == 2)
    caller.call(0x1A, 0)
    #expect(caller.registers.al == 0)
    (caller.registers.ecx, caller.registers.edx) = (0x0A, 0x0B0C)
    caller.call(0x1A, 0x0100)
    #expect(caller.board.number(at: 0x46C, count: 4) == 0xA_0B0C)
  }

  @Test("INT 1Ah: the clock, in its own BCD; no PCI BIOS")
  func clock() {
    var caller = BIOSTestCaller()
    caller.board.clock = [
      0: 0x59, 2: 0x58, 4: 0x23, 7: 0x31, 8: 0x12, 9: 0x26, 11: 2, 0x32: 0x20,
    ]
    caller.call(0x1A, 0x0200)
    #expect((caller.registers.cx, caller.registers.dx) == (0x2358, 0x5900))
    caller.call(0x1A, 0x0400)
    #expect((caller.registers.cx, caller.registers.dx) == (0x2026, 0x1231))
    caller.call(0x1A, 0xB101)
    #expect(caller.registers.carry == true)
  }

  @Test("where the vcpu goes on")
  func offsets() {
    #expect(BIOSServices.offset(for: .returned) == 0)
    #expect(BIOSServices.offset(for: .waits) == 1)
    #expect(BIOSServices.offset(for: .asksAgain) == -2)
  }
}

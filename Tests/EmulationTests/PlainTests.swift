import Emulation
import Testing

/// CMPXCHG16B, FWAIT, MOVBE, and what decides whether an instruction is there at all.
@Suite struct PlainTests {
  // MARK: CMPXCHG16B (SDM vol. 2)

  /// lock cmpxchg16b [rsi]
  private static let exchange: [UInt8] = [0xF0, 0x48, 0x0F, 0xC7, 0x0E]

  private func exchangeMachine(_ code: [UInt8] = exchange) -> TestMachine {
    var machine = TestMachine.long(code)
    machine.state.gprs[6] = TestMachine.data
    machine.state.gprs[0] = 0x1111
    machine.state.gprs[2] = 0x2222
    machine.state.gprs[3] = 0x3333
    machine.state.gprs[1] = 0x4444
    machine[TestMachine.data, 8] = 0x1111
    machine[TestMachine.data + 8, 8] = 0x2222
    return machine
  }

  @Test("equal: RCX:RBX is stored and ZF set; with LOCK and without", arguments: [0, 1])
  func exchanged(skipped: Int) {
    var machine = exchangeMachine(Array(Self.exchange.dropFirst(skipped)))
    #expect(machine.repair() == (.cmpxchg16b, .resumed))
    #expect(machine[TestMachine.data, 8] == 0x3333 && machine[TestMachine.data + 8, 8] == 0x4444)
    #expect(machine.state.rflags == 0x42 && machine.state.gprs[0] == 0x1111)
    #expect(machine.state.rip == TestMachine.code + UInt64(5 - skipped))
  }

  @Test("different: memory goes to RDX:RAX and ZF is cleared, the other flags kept")
  func notExchanged() {
    var machine = exchangeMachine()
    machine[TestMachine.data + 8, 8] = 0x9999
    machine.state.rflags = 0x8D7
    #expect(machine.outcome() == .resumed)
    #expect(machine.state.gprs[0] == 0x1111 && machine.state.gprs[2] == 0x9999)
    #expect(machine.state.rflags == 0x897)
    #expect(machine[TestMachine.data, 8] == 0x1111)
  }

  @Test("not aligned is #GP, not canonical too or #SS, a read-only page #PF, no feature #UD")
  func exchangeFaults() {
    var machine = exchangeMachine()
    machine.state.gprs[6] += 8
    #expect(machine.outcome() == .fault(13, 0))
    machine = exchangeMachine()
    machine.state.gprs[6] = 1 << 47
    #expect(machine.outcome() == .fault(13, 0))
    // [rsp+disp8] is of the stack segment.
    machine = exchangeMachine([0x48, 0x0F, 0xC7, 0x4C, 0x24, 0x10])
    machine.state.rsp = 0x7FFF_FFFF_FFF0
    #expect(machine.outcome() == .fault(12, 0))
    machine = exchangeMachine()
    machine.readOnly = [TestMachine.data >> 12]
    #expect(
      machine.outcome()
        == .exception(vector: 14, errorCode: 3, faultAddress: TestMachine.data))
    machine = exchangeMachine()
    machine.state.features.remove(.cmpxchg16b)
    #expect(machine.outcome() == .undefined)
  }

  // MARK: FWAIT (SDM vol. 2 "WAIT/FWAIT"; vol. 3, 2.5)

  @Test("FWAIT: nothing pending goes on, a pending exception is #MF, TS with MP #NM")
  func fwait() {
    var machine = TestMachine.long([0x9B])
    #expect(machine.repair() == (.fwait, .resumed))
    #expect(machine.state.rip == TestMachine.code + 1)
    machine = TestMachine.long([0x9B])
    machine.image?[512] = 1
    machine.image?[2] = 0x81
    #expect(machine.outcome() == .exception(vector: 16, errorCode: nil, faultAddress: nil))
    machine.state.cr0 &= ~0x20
    #expect(machine.outcome() == .notRepairable)
    machine.state.cr0 |= 0xA
    #expect(machine.outcome() == .exception(vector: 7, errorCode: nil, faultAddress: nil))
  }

  @Test("the status word of an image that calls x87 initial does not count")
  func initialStatus() {
    var machine = TestMachine.long([0x9B])
    machine.image?[2] = 0x81
    #expect(machine.outcome() == .resumed)
  }

  // MARK: MOVBE (SDM vol. 2)

  @Test("MOVBE swaps the bytes of 16, 32 and 64 bits")
  func movbe() {
    var machine = TestMachine.long([0x0F, 0x38, 0xF0, 0x06])
    machine.state.gprs[6] = TestMachine.data
    machine.state.gprs[0] = .max
    machine[TestMachine.data, 8] = 0x0102_0304_0506_0708
    #expect(machine.outcome() == .resumed)
    #expect(machine.state.gprs[0] == 0x0807_0605)
    machine.place([0x66, 0x0F, 0x38, 0xF0, 0x06], at: TestMachine.code + 4)
    #expect(machine.outcome() == .resumed)
    #expect(machine.state.gprs[0] == 0x0807_0807)
    machine.place([0x48, 0x0F, 0x38, 0xF1, 0x46, 0x10], at: TestMachine.code + 9)
    machine.state.gprs[0] = 0x1122_3344_5566_7788
    #expect(machine.outcome() == .resumed)
    #expect(machine[TestMachine.data + 16, 8] == 0x8877_6655_4433_2211)
    #expect(machine.state.rflags == 2)
  }

  // MARK: Who is ours

  @Test("an instruction without its feature is #UD; LOCK where it is not taken too")
  func undefined() {
    for (bytes, feature): ([UInt8], ProcessorFeatures) in [
      ([0xF3, 0x0F, 0xB8, 0xC3], .popcnt), ([0xF2, 0x0F, 0x38, 0xF0, 0xC3], .sse42),
      ([0xC4, 0xE2, 0x60, 0xF2, 0xC1], .bmi1), ([0xC4, 0xE2, 0x71, 0xF7, 0xC3], .bmi2),
      ([0x66, 0x0F, 0x38, 0xF6, 0xC3], .adx),
    ] {
      var machine = TestMachine.long(bytes)
      machine.state.features.remove(feature)
      #expect(machine.outcome() == .undefined)
      machine = TestMachine.long([0xF0] + bytes)
      #expect(machine.outcome() == .undefined)
    }
  }

  @Test("what is not ours is left alone: nop, mov, jumps, ud2, EVEX")
  func others() {
    for bytes: [UInt8] in [
      [0x90], [0x48, 0x89, 0xC3], [0xEB, 0xFE], [0x0F, 0x0B], [0x62, 0xF1, 0x7D, 0x48, 0xEF, 0xC0],
      [0xF4], [0x0F, 0x05],
    ] {
      var machine = TestMachine.long(bytes)
      let before = machine.state
      #expect(machine.repair() == (nil, .notRepairable))
      #expect(machine.state == before)
    }
  }

  @Test("the resume flag ends with the instruction")
  func resumeFlag() {
    var machine = TestMachine.long([0xF3, 0x0F, 0xB8, 0xC3])
    machine.state.rflags = 0x1_0202
    #expect(machine.outcome() == .resumed)
    #expect(machine.state.rflags == 0x242)
  }

  @Test("each kind has a name of its own, and is one bit of the set")
  func names() {
    #expect(Set(RepairKind.allCases.map(\.name)).count == RepairKind.allCases.count)
    for kind in RepairKind.allCases {
      #expect(RepairKind(name: kind.name) == kind)
      #expect(RepairKinds.all.contains(kind))
      #expect(!RepairKinds.all.subtracting(RepairKinds(kind)).contains(kind))
    }
    #expect(RepairKind(name: "hlt") == nil)
  }
}

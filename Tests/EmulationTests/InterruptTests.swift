import Emulation
import Testing

/// INT n, INT3, INTO, INT1 and the gates behind them (SDM vol. 2 "INT n", vol. 3 6.11 to 6.14, 20.1.4).
@Suite struct InterruptTests {
  // MARK: Real mode

  @Test(
    "real mode: FLAGS, CS and IP are pushed, the IVT's entry is entered",
    arguments: [3, 0x40, 0xFF])
  func real(vector: Int) {
    var machine = TestMachine.real(vector == 3 ? [0xCC] : [0xCD, UInt8(vector)])
    machine.state.rflags = 0x4_0302
    machine[UInt64(vector) * 4, 4] = 0x1234_5678
    #expect(machine.outcome() == .resumed)
    #expect(machine.state.rip == 0x5678)
    #expect(machine.state.cs.selector == 0x1234 && machine.state.cs.base == 0x12340)
    #expect(machine.state.rflags == 2)
    #expect(machine.state.rsp == TestMachine.stack - 6)
    #expect(machine[machine.state.rsp, 2] == TestMachine.code + (vector == 3 ? 1 : 2))
    #expect(machine[machine.state.rsp + 2, 2] == 0)
    #expect(machine[machine.state.rsp + 4, 2] == 0x302)
  }

  @Test("real mode: a vector outside the IDT's limit is #GP, without an error code")
  func realLimit() {
    var machine = TestMachine.real([0xCD, 0x40])
    machine.state.idt.limit = 0x102
    let before = machine.state
    #expect(machine.outcome() == .exception(vector: 13, errorCode: nil, faultAddress: nil))
    #expect(machine.state == before)
  }

  @Test("real mode: the stack wraps at 64 KiB and keeps what is above SP")
  func realStackWraps() {
    var machine = TestMachine.real([0xCC])
    machine.state.rsp = 0xABCD_0002
    #expect(machine.outcome() == .resumed)
    #expect(machine.state.rsp == 0xABCD_FFFC)
    #expect(machine[0xFFFC, 2] == TestMachine.code + 1 && machine[0, 2] == 2)
  }

  // MARK: Protected mode

  @Test("32-bit gates of the same privilege", arguments: [14, 15] as [UInt64])
  func protectedGate(type: UInt64) {
    var machine = TestMachine.protected([0xCD, 0x21])
    machine.setGate32(0x21, 0x1_2345, type: type)
    machine.state.rflags = 0x1_4246
    #expect(machine.outcome() == .resumed)
    #expect(machine.state.rip == 0x1_2345 && machine.state.cs.selector == 8)
    #expect(machine.state.rflags == (type == 14 ? 0x46 : 0x246))
    #expect(machine.state.rsp == TestMachine.stack - 12)
    #expect(machine[machine.state.rsp, 4] == TestMachine.code + 2)
    #expect(machine[machine.state.rsp + 4, 4] == 8)
    #expect(machine[machine.state.rsp + 8, 4] == 0x1_4246)
  }

  @Test("16-bit gates push 16-bit words", arguments: [6, 7] as [UInt64])
  func gate16(type: UInt64) {
    var machine = TestMachine.protected([0xCC])
    machine.setGate32(3, 0xFFFF_4321, type: type)
    #expect(machine.outcome() == .resumed)
    #expect(machine.state.rip == 0x4321)
    #expect(machine.state.rsp == TestMachine.stack - 6)
  }

  @Test("to an inner privilege: the TSS's stack, SS and ESP pushed first")
  func inner() {
    var machine = TestMachine.protected([0xCD, 0x80], user: true)
    machine.setGate32(0x80, 0xC800, dpl: 3)
    machine[TestMachine.tss + 4, 4] = 0x7800
    machine[TestMachine.tss + 8, 4] = 0x10
    machine.state.rflags = 0x202
    #expect(machine.outcome() == .resumed)
    #expect(machine.state.privilege == 0 && machine.state.cs.selector == 8)
    #expect(machine.state.ss.selector == 0x10 && machine.state.rsp == 0x7800 - 20)
    let frame = (0..<5).map { machine[0x7800 - 20 + UInt64($0) * 4, 4] }
    #expect(frame == [TestMachine.code + 2, 0x2B, 0x202, TestMachine.stack, 0x33])
    #expect(machine.accesses.last == LinearAccess(kind: .write))
  }

  @Test("faults of protected delivery have the right vector and error code")
  func protectedFaults() {
    func after(_ user: Bool = false, _ change: (inout TestMachine) -> Void) -> RepairOutcome {
      var machine = TestMachine.protected([0xCD, 0x21], user: user)
      machine[TestMachine.tss + 4, 4] = 0x7800
      machine[TestMachine.tss + 8, 4] = 0x10
      change(&machine)
      let before = machine.state
      let outcome = machine.outcome()
      #expect(machine.state == before)
      return outcome
    }
    let code: UInt32 = 0x21 * 8 + 2
    #expect(after { $0.state.idt.limit = 0x21 * 8 + 6 } == .fault(13, code))
    #expect(after { $0.setGate32(0x21, 0, type: 12) } == .fault(13, code))
    #expect(after(true) { _ in } == .fault(13, code))
    #expect(after { $0[TestMachine.idt + 0x21 * 8 + 5, 1] = 0x0E } == .fault(11, code))
    #expect(after { $0.setGate32(0x21, 0, selector: 0) } == .fault(13, 0))
    #expect(after { $0.setGate32(0x21, 0, selector: 0x88) } == .fault(13, 0x88))
    #expect(after { $0.setGate32(0x21, 0, selector: 0x10) } == .fault(13, 0x10))
    #expect(after { $0.setGate32(0x21, 0, selector: 0x28) } == .fault(13, 0x28))
    #expect(after { $0[TestMachine.gdt + 8 + 5, 1] = 0x1B } == .fault(11, 8))
    #expect(after { $0.setGate32(0x21, 0, type: 5) } == .notRepairable)
    #expect(after { $0.state.ss.limit = 0x100 } == .fault(12, 0))
    func inner(_ change: (inout TestMachine) -> Void) -> RepairOutcome {
      after(true) {
        $0.setGate32(0x21, 0, dpl: 3)
        change(&$0)
      }
    }
    #expect(inner { $0.state.tr.limit = 8 } == .fault(10, 0x18))
    #expect(inner { $0[TestMachine.tss + 8, 2] = 0 } == .fault(10, 0))
    #expect(inner { $0[TestMachine.tss + 8, 2] = 0x13 } == .fault(10, 0x10))
    #expect(inner { $0[TestMachine.tss + 8, 2] = 0x30 } == .fault(10, 0x30))
    #expect(inner { $0[TestMachine.gdt + 0x10 + 5, 1] = 0x13 } == .fault(12, 0x10))
    #expect(
      inner { $0.missing = [7] }
        == .exception(vector: 14, errorCode: 2, faultAddress: 0x7800 - 20))
  }

  @Test("an unused code segment becomes accessed")
  func accessed() {
    var machine = TestMachine.protected([0xCC])
    machine[TestMachine.gdt + 8 + 5, 1] = 0x9A
    #expect(machine.outcome() == .resumed)
    #expect(machine[TestMachine.gdt + 8 + 5, 1] == 0x9B)
    #expect(machine.state.cs.type == 11)
  }

  // MARK: IA-32e mode

  @Test("64-bit gate: the stack is aligned, SS and RSP are always pushed")
  func long() {
    var machine = TestMachine.long([0xCC])
    machine.state.rsp = 0x7F0B
    machine.state.rflags = 0x4_4302
    #expect(machine.outcome() == .resumed)
    #expect(machine.state.rip == 0xC030 && machine.state.rsp == 0x7F00 - 40)
    let frame = (0..<5).map { machine[0x7F00 - 40 + UInt64($0) * 8, 8] }
    #expect(frame == [TestMachine.code + 1, 0x40, 0x4_4302, 0x7F0B, 0x10])
    #expect(machine.state.ss.selector == 0x10)
    #expect(machine.state.rflags == 0x4_0002)
  }

  @Test("64-bit gate from ring 3: RSP0 of the TSS, SS null")
  func longInner() {
    var machine = TestMachine.long([0xCD, 0x40], user: true)
    machine.setGate64(0x40, 0xFFFF_8000_1234_5678, dpl: 3)
    machine[TestMachine.tss + 4, 8] = 0x7808
    #expect(machine.outcome() == .resumed)
    #expect(machine.state.rip == 0xFFFF_8000_1234_5678)
    #expect(machine.state.privilege == 0 && machine.state.ss.selector == 0)
    #expect(machine.state.ss.unusable && machine.state.rsp == 0x7800 - 40)
    #expect(machine[0x7800 - 8, 8] == 0x33 && machine[0x7800 - 16, 8] == TestMachine.stack)
  }

  @Test("an IST stack is taken at the same privilege too")
  func interruptStackTable() {
    var machine = TestMachine.long([0xCC])
    machine.setGate64(3, 0xC030, stack: 7)
    machine[TestMachine.tss + 0x54, 8] = 0x7400
    #expect(machine.outcome() == .resumed)
    #expect(machine.state.rsp == 0x7400 - 40 && machine.state.ss.selector == 0x10)
  }

  @Test("faults of 64-bit delivery have the right vector and error code")
  func longFaults() {
    func after(_ change: (inout TestMachine) -> Void) -> RepairOutcome {
      var machine = TestMachine.long([0xCD, 0x21])
      change(&machine)
      let before = machine.state
      let outcome = machine.outcome()
      #expect(machine.state == before)
      return outcome
    }
    let code: UInt32 = 0x21 * 8 + 2
    #expect(after { $0.state.idt.limit = 0x21 * 16 + 14 } == .fault(13, code))
    #expect(after { $0.setGate64(0x21, 0, type: 6) } == .fault(13, code))
    #expect(after { $0.setGate64(0x21, 0, selector: 8) } == .fault(13, 8))
    #expect(after { $0.setGate64(0x21, 1 << 47) } == .fault(13, 0))
    #expect(after { $0.state.rsp = 1 << 47 | 0x100 } == .fault(12, 0))
    #expect(
      after {
        $0.setGate64(0x21, 0, stack: 7)
        $0.state.tr.limit = 0x5A
      } == .fault(10, 0x18))
    #expect(
      after {
        $0.setGate64(0x21, 0, stack: 1)
        $0[TestMachine.tss + 0x24, 8] = 1 << 63
      } == .fault(12, 0))
    #expect(after { $0.state.cr4 |= 1 << 23 } == .notRepairable)
  }

  // MARK: INTO, INT1, TF

  @Test("INTO interrupts if OF is set and does nothing otherwise; in 64-bit mode it is #UD")
  func into() {
    var machine = TestMachine.protected([0xCE])
    #expect(machine.outcome() == .resumed)
    #expect(machine.state.rip == TestMachine.code + 1)
    machine = TestMachine.protected([0xCE])
    machine.state.rflags |= 0x800
    #expect(machine.outcome() == .resumed)
    #expect(machine.state.rip == 0xC040)
    machine = TestMachine.long([0xCE])
    #expect(machine.outcome() == .undefined)
  }

  @Test("INT1 does not look at the gate's DPL, and its faults are external")
  func int1() {
    var machine = TestMachine.protected([0xF1], user: true)
    machine[TestMachine.tss + 4, 4] = 0x7800
    machine[TestMachine.tss + 8, 4] = 0x10
    #expect(machine.repair() == (.int1, .resumed))
    #expect(machine.state.rip == 0xC010)
    machine = TestMachine.long([0xF1])
    machine.state.idt.limit = 15
    #expect(machine.outcome() == .fault(13, 8 + 3))
  }

  @Test("a single step is due after what did not interrupt")
  func singleStep() {
    var machine = TestMachine.protected([0xCE])
    machine.state.rflags = 0x102
    #expect(machine.outcome() == .resumedWithSingleStep)
    machine = TestMachine.protected([0xCC])
    machine.state.rflags = 0x102
    #expect(machine.outcome() == .resumed)
    #expect(machine[machine.state.rsp + 8, 4] == 0x102)
  }

  @Test("what is switched off is named and left alone")
  func switchedOff() {
    var machine = TestMachine.long([0xCC])
    let before = machine.state
    #expect(machine.repair(.all.subtracting(RepairKinds(.int3))) == (.int3, .notRepairable))
    #expect(machine.state == before)
  }
}

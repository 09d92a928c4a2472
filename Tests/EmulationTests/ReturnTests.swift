import Emulation
import Testing

/// IRET, IRETD and IRETQ (SDM vol. 2, "IRET/IRETD/IRETQ").
@Suite struct ReturnTests {
  private func push(_ values: [UInt64], _ size: Int, on machine: inout TestMachine) {
    for (index, value) in values.enumerated() {
      machine[TestMachine.stack + UInt64(index * size), size] = value
    }
  }

  @Test("real mode, both sizes", arguments: [2, 4])
  func real(size: Int) {
    var machine = TestMachine.real(size == 2 ? [0xCF] : [0x66, 0xCF])
    push([0x1234, 0x300, 0xFFFF_FFFF], size, on: &machine)
    machine.state.rflags = 0x1A_0002
    #expect(machine.outcome() == .resumed)
    #expect(machine.state.rip == 0x1234 && machine.state.cs.base == 0x3000)
    #expect(machine.state.rsp == TestMachine.stack + UInt64(3 * size))
    #expect(machine.state.rflags == (size == 2 ? 0x1A_7FD7 : 0x3F_7FD7))
  }

  @Test("32 bits, same privilege: three words; all flags but VM at privilege 0", arguments: [2, 4])
  func same(size: Int) {
    var machine = TestMachine.protected(size == 4 ? [0xCF] : [0x66, 0xCF])
    push([0x1234, 8, 0xFFFD_BFFF], size, on: &machine)
    #expect(machine.repair() == (.iret, .resumed))
    #expect(machine.state.rip == 0x1234 && machine.state.cs.selector == 8)
    #expect(machine.state.rsp == TestMachine.stack + UInt64(3 * size))
    #expect(machine.state.rflags == (size == 4 ? 0x3D_3FD7 : 0x3FD7))
  }

  @Test("32 bits, to ring 3: ESP and SS too, and inner data segments become null")
  func outer() {
    var machine = TestMachine.protected([0xCF])
    push([0x1234, 0x2B, 0x202, 0x9000, 0x33], 4, on: &machine)
    machine.state.es = SegmentRegister(
      selector: 0x33, limit: 0xFFFF_FFFF, dpl: 3, db: true, g: true)
    #expect(machine.outcome() == .resumed)
    #expect(machine.state.privilege == 3 && machine.state.rsp == 0x9000)
    #expect(machine.state.ss.selector == 0x33 && machine.state.es.selector == 0x33)
    #expect(machine.state.ds.selector == 0 && machine.state.ds.unusable)
  }

  @Test("to a 16-bit stack only SP is loaded")
  func narrowStack() {
    var machine = TestMachine.long([0x48, 0xCF])
    push([0x1234, 8, 2, 0xAAAA_5678, 0x48], 8, on: &machine)
    machine.state.rsp = TestMachine.stack
    #expect(machine.outcome() == .resumed)
    #expect(machine.state.rsp == 0x5678)
  }

  @Test("ring 3 may change neither IF nor IOPL")
  func userFlags() {
    var machine = TestMachine.protected([0xCF], user: true)
    push([0x1234, 0x2B, 0x3102], 4, on: &machine)
    machine.state.rflags = 0x202
    #expect(machine.outcome() == .resumed)
    #expect(machine.state.rflags == 0x302)
  }

  @Test("64 bits: IRETD and IRETQ pop five words, at the same privilege too", arguments: [4, 8])
  func long(size: Int) {
    var machine = TestMachine.long(size == 8 ? [0x48, 0xCF] : [0xCF])
    push([0x1234, 0x40, 0x202, 0x9001, 0x10], size, on: &machine)
    #expect(machine.outcome() == .resumed)
    #expect(machine.state.rip == 0x1234 && machine.state.rsp == 0x9001)
    #expect(machine.state.ss.selector == 0x10 && machine.state.rflags == 0x202)
  }

  @Test("64 bits: a null SS is for inner 64-bit code only")
  func nullStack() {
    var machine = TestMachine.long([0x48, 0xCF])
    push([0x1234, 0x40, 2, 0x9000, 0], 8, on: &machine)
    #expect(machine.outcome() == .resumed)
    #expect(machine.state.ss.unusable && machine.state.privilege == 0)
    machine = TestMachine.long([0x48, 0xCF])
    push([0x1234, 0x3B, 2, 0x9000, 3], 8, on: &machine)
    #expect(machine.outcome() == .fault(13, 0))
    machine = TestMachine.long([0x48, 0xCF])
    push([0x1234, 8, 2, 0x9000, 0], 8, on: &machine)
    #expect(machine.outcome() == .fault(13, 0))
  }

  @Test("faults have the right vector and error code")
  func faults() {
    func after(_ frame: [UInt64], _ change: (inout TestMachine) -> Void = { _ in }) -> RepairOutcome
    {
      var machine = TestMachine.long([0x48, 0xCF])
      push(frame, 8, on: &machine)
      change(&machine)
      let before = machine.state
      let outcome = machine.outcome()
      #expect(machine.state == before)
      return outcome
    }
    #expect(after([0, 0, 2, 0, 0x10]) == .fault(13, 0))
    #expect(after([0, 0x88, 2, 0, 0x10]) == .fault(13, 0x88))
    #expect(after([0, 0x10, 2, 0, 0x10]) == .fault(13, 0x10))
    #expect(after([0, 0x38, 2, 0, 0x10]) == .fault(13, 0x38))
    #expect(after([0, 0x43, 2, 0, 0x33]) == .fault(13, 0x40))
    #expect(after([0, 0x40, 2, 0, 0x33]) == .fault(13, 0x30))
    #expect(after([0, 0x40, 2, 0, 8]) == .fault(13, 8))
    #expect(after([1 << 47, 0x40, 2, 0, 0x10]) == .fault(13, 0))
    #expect(after([1 << 32, 8, 2, 0, 0x10]) == .fault(13, 0))
    #expect(
      after([0, 0x40, 2, 0, 0x10]) { $0[TestMachine.gdt + 0x45, 1] = 0x1B } == .fault(11, 0x40))
    #expect(
      after([0, 0x40, 2, 0, 0x10]) { $0[TestMachine.gdt + 0x15, 1] = 0x13 } == .fault(12, 0x10))
    #expect(after([0, 0x40, 2, 0, 0x10]) { $0.state.rflags = 0x4002 } == .fault(13, 0))
    #expect(after([0, 0x40, 2, 0, 0x10]) { $0.state.rsp = 1 << 47 } == .fault(12, 0))
    #expect(
      after([0, 0x40, 2, 0, 0x10]) { $0.missing = [7] }
        == .exception(vector: 14, errorCode: 0, faultAddress: TestMachine.stack))
  }

  @Test("what would switch tasks or enter virtual-8086 mode is left alone")
  func notRepaired() {
    var machine = TestMachine.protected([0xCF])
    machine.state.rflags = 0x4002
    #expect(machine.outcome() == .notRepairable)
    machine = TestMachine.protected([0xCF])
    push([0, 8, 0x2_0002], 4, on: &machine)
    #expect(machine.outcome() == .notRepairable)
  }
}

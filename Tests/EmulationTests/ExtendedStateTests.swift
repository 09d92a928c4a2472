import Emulation
import Testing

/// When x87, SSE, AVX and XSAVE are not to be had, and what XRSTOR refuses (SDM vol. 1, 13.5 to 13.12;
/// vol. 2, 2.4; vol. 3, 2.5 and 13.1).
@Suite struct ExtendedStateTests {
  private static let notAvailable = RepairOutcome.exception(
    vector: 7, errorCode: nil, faultAddress: nil)

  private func outcome(
    _ code: [UInt8], _ change: (inout TestMachine) -> Void = { _ in }
  ) -> RepairOutcome {
    var machine = TestMachine.long(code)
    machine.state.gprs[0] = 0xE7
    machine.state.gprs[6] = TestMachine.data
    machine[TestMachine.data + 24, 4] = 0x1F80
    change(&machine)
    let image = machine.image
    let outcome = machine.outcome()
    if outcome != .resumed { #expect(machine.image == image) }
    return outcome
  }

  @Test("CR0.TS: #NM, from x87, SSE, AVX and XSAVE; CR0.EM: #NM from x87, #UD from SSE")
  func taskSwitched() {
    let fld: [UInt8] = [0xD9, 0xE8]
    let movd: [UInt8] = [0x66, 0x0F, 0x6E, 0xD0]
    let pxor: [UInt8] = [0xC5, 0xE9, 0xEF, 0xD2]
    let xsave: [UInt8] = [0x0F, 0xAE, 0x26]
    for code in [fld, movd, pxor, xsave] {
      #expect(outcome(code) == .resumed)
      #expect(outcome(code) { $0.state.cr0 |= 8 } == Self.notAvailable)
    }
    #expect(outcome(fld) { $0.state.cr0 |= 4 } == Self.notAvailable)
    #expect(outcome(movd) { $0.state.cr0 |= 4 } == .undefined)
    #expect(outcome(movd) { $0.state.cr4 &= ~0x200 } == .undefined)
    for code in [pxor, xsave, [0x0F, 0x01, 0xD0]] {
      #expect(outcome(code) { $0.state.cr4 &= ~(1 << 18) } == .undefined)
    }
    #expect(outcome(pxor) { $0.state.xcr0 = 3 } == .undefined)
  }

  @Test("nothing is fetched for an instruction that needs no vector register")
  func lazy() {
    var machine = TestMachine.long([0xCC])
    #expect(machine.outcome() == .resumed)
    #expect(machine.imageFetches == 0)
    machine = TestMachine.long([0x66, 0x0F, 0xEF, 0xC0])
    #expect(machine.outcome() == .resumed)
    #expect(machine.imageFetches == 1)
    machine.image = nil
    machine.state.rip = TestMachine.code
    #expect(machine.outcome() == .notRepairable)
  }

  @Test("misaligned operands: #GP where alignment is asked for, nothing where it is not")
  func alignment() {
    func misaligned(_ code: [UInt8]) -> RepairOutcome { outcome(code) { $0.state.gprs[6] += 8 } }
    for code: [UInt8] in [
      [0x0F, 0xAE, 0x26], [0x0F, 0xAE, 0x2E], [0x0F, 0xC7, 0x26], [0x0F, 0x28, 0x16],
      [0x66, 0x0F, 0xEF, 0x16], [0xC5, 0xFC, 0x28, 0x16],
    ] { #expect(misaligned(code) == .fault(13, 0)) }
    for code: [UInt8] in [[0x0F, 0x10, 0x16], [0xC5, 0xE9, 0xEF, 0x16], [0xDD, 0x06]] {
      #expect(misaligned(code) == .resumed)
    }
  }

  @Test("XRSTOR refuses a header with what is reserved, and MXCSR's reserved bits")
  func header() {
    let restore: [UInt8] = [0x0F, 0xAE, 0x2E]
    func restored(_ change: (inout TestMachine) -> Void) -> RepairOutcome {
      outcome(restore, change)
    }
    let data = TestMachine.data
    #expect(restored { _ in } == .resumed)
    #expect(restored { $0[data + 512, 8] = 0x200 } == .fault(13, 0))
    #expect(restored { $0[data + 520, 8] = 1 } == .fault(13, 0))
    #expect(restored { $0[data + 528, 1] = 1 } == .fault(13, 0))
    #expect(restored { $0[data + 536, 1] = 1 } == .resumed)
    #expect(restored { $0[data + 24, 4] = 0x1_1F80 } == .fault(13, 0))
    func compacted(_ change: (inout TestMachine) -> Void) -> RepairOutcome {
      restored {
        $0[data + 520, 8] = 1 << 63 | 3
        $0[data + 512, 8] = 2
        change(&$0)
      }
    }
    #expect(compacted { _ in } == .resumed)
    #expect(compacted { $0[data + 512, 8] = 4 } == .fault(13, 0))
    #expect(compacted { $0[data + 520, 8] = 1 << 63 | 0x203 } == .fault(13, 0))
    #expect(compacted { $0[data + 536, 1] = 1 } == .fault(13, 0))
    #expect(compacted { $0.state.features.remove(.xsavec) } == .fault(13, 0))
  }

  @Test("XRSTORS is for supervisors and the compacted form only; XSAVES the same")
  func supervisor() {
    let restore: [UInt8] = [0x0F, 0xC7, 0x1E]
    #expect(outcome(restore) == .fault(13, 0))
    #expect(outcome(restore) { $0[TestMachine.data + 520, 8] = 1 << 63 } == .resumed)
    #expect(outcome(restore) { $0.state.features.remove(.xsaves) } == .undefined)
    var machine = TestMachine.long([0x0F, 0xC7, 0x2E], user: true)
    machine.state.gprs[6] = TestMachine.data
    #expect(machine.outcome() == .fault(13, 0))
  }

  @Test("a state component that is not known here is left alone")
  func unknownComponent() {
    #expect(outcome([0x0F, 0xAE, 0x26]) { $0.state.xcr0 |= 0x200 } == .notRepairable)
  }

  @Test("XGETBV: ECX 0 and 1, else #GP")
  func extendedControl() {
    let code: [UInt8] = [0x0F, 0x01, 0xD0]
    var machine = TestMachine.long(code)
    machine.state.gprs[0] = .max
    machine.state.gprs[2] = .max
    #expect(machine.outcome() == .resumed)
    #expect(machine.state.gprs[0] == 0xE7 && machine.state.gprs[2] == 0)
    #expect(outcome(code) { $0.state.gprs[1] = 2 } == .fault(13, 0))
    #expect(
      outcome(code) {
        $0.state.gprs[1] = 1
        $0.state.features.remove(.xgetbv1)
      } == .fault(13, 0))
  }

  @Test("the x87 stack: overflow, underflow, rounding, NaNs and denormals are left alone")
  func inexact() {
    func x87(_ code: [UInt8], tags: UInt8, value: UInt64 = 0) -> RepairOutcome {
      outcome(code) {
        $0.image?[512] = 1
        $0.image?[4] = tags
        $0[TestMachine.data, 8] = value
      }
    }
    #expect(x87([0xD9, 0xE8], tags: 0x80) == .notRepairable)
    #expect(x87([0xDD, 0xD8], tags: 0) == .notRepairable)
    #expect(x87([0xD9, 0x06], tags: 0, value: 1) == .notRepairable)
    #expect(x87([0xD9, 0x06], tags: 0, value: 0x7F80_0001) == .notRepairable)
    #expect(x87([0xD9, 0x06], tags: 0, value: 0x7FC0_0001) == .resumed)
    // 1/3 rounds in 32 bits; what was loaded from 64 bits does not go back into 32.
    var machine = TestMachine.long([0xDD, 0x06, 0xD9, 0x1E])
    machine.state.gprs[6] = TestMachine.data
    machine[TestMachine.data, 8] = (1.0 / 3.0).bitPattern
    #expect(machine.outcome() == .resumed)
    #expect(machine.outcome() == .notRepairable)
  }
}

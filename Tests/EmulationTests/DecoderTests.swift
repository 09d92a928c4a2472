import Emulation
import Testing

/// Prefixes, ModRM, SIB, displacements and segments (SDM vol. 2, chapter 2; vol. 1, 3.7): MOVBE reads the
/// address that the encoding makes.
@Suite struct DecoderTests {
  /// Where MOVBE EAX, m reads: the number there tells.
  private func address(_ machine: TestMachine, bytes: Int = 4) -> UInt64? {
    var machine = machine
    for index in 0..<UInt64(0x8000) { machine[0x10000 + index * 2, 2] = index }
    guard machine.outcome() == .resumed else { return nil }
    return 0x10000 + UInt64(UInt16(truncatingIfNeeded: machine.state.gprs[0] >> 16).byteSwapped) * 2
  }

  private func long(_ tail: [UInt8], _ change: (inout TestMachine) -> Void = { _ in }) -> UInt64? {
    var machine = TestMachine.long(tail)
    machine.state.gprs[0] = 0x1_0000
    machine.state.gprs[3] = 0x1_0300
    machine.state.gprs[5] = 0x1_0500
    machine.state.gprs[12] = 0x1_0C00
    machine.state.gprs[13] = 0x1_0D00
    machine.state.gprs[1] = 0x10
    machine.state.rsp = 0x1_0400
    change(&machine)
    return address(machine)
  }

  @Test("64-bit addressing: base, SIB, displacements, RIP, REX, address size")
  func addressing64() {
    let op: [UInt8] = [0x0F, 0x38, 0xF0]
    #expect(long(op + [0x03]) == 0x1_0300)
    #expect(long(op + [0x43, 0xF0]) == 0x1_02F0)
    #expect(long(op + [0x83, 0x00, 0x01, 0x00, 0x00]) == 0x1_0400)
    #expect(long(op + [0x04, 0x24]) == 0x1_0400)
    #expect(long(op + [0x04, 0x8B]) == 0x1_0340)
    #expect(long(op + [0x44, 0xCD, 0x10]) == 0x1_0590)
    #expect(long(op + [0x04, 0x25, 0x20, 0x00, 0x01, 0x00]) == 0x1_0020)
    #expect(long(op + [0x05, 0x00, 0xF0, 0x00, 0x00]) == 0x1_0008)
    #expect(long([0x41] + op + [0x04, 0x24]) == 0x1_0C00)
    #expect(long([0x41] + op + [0x45, 0x00]) == 0x1_0D00)
    #expect(long([0x42] + op + [0x04, 0x20]) == nil)
    #expect(
      long([0x67] + op + [0x03]) { $0.state.gprs[3] = 0xFFFF_FFFF_0001_0300 } == 0x1_0300)
    // A REX that is not the last prefix does not count.
    #expect(long([0x41, 0x2E] + op + [0x03]) == 0x1_0300)
  }

  @Test("64-bit mode: bases of FS and GS only")
  func segments64() {
    let op: [UInt8] = [0x0F, 0x38, 0xF0, 0x03]
    #expect(long([0x64] + op) { $0.state.fs.base = 0x800 } == 0x1_0B00)
    #expect(long([0x65] + op) { $0.state.gs.base = 0 &- 0x100 } == 0x1_0200)
    #expect(long([0x2E] + op) { $0.state.cs.base = 0x800 } == 0x1_0300)
    #expect(long(op) { $0.state.ds.limit = 0 } == 0x1_0300)
  }

  @Test("16-bit addressing: the eight pairs, SS behind BP, wrapping at 64 KiB")
  func addressing16() {
    func real(_ modRM: [UInt8], _ prefix: [UInt8] = []) -> UInt64? {
      var machine = TestMachine.real(prefix + [0x66, 0x0F, 0x38, 0xF0] + modRM)
      machine.state.gprs[3] = 0x100
      machine.state.gprs[5] = 0x200
      machine.state.gprs[6] = 0x10
      machine.state.gprs[7] = 0x20
      machine.state.ds.base = 0x1_0000
      machine.state.ss.base = 0x1_1000
      machine.state.es.base = 0x1_4000
      return address(machine)
    }
    let found = (0..<8).map { real([UInt8($0) | 0x40, 2]) }
    #expect(
      found == [0x1_0112, 0x1_0122, 0x1_1212, 0x1_1222, 0x1_0012, 0x1_0022, 0x1_1202, 0x1_0102])
    #expect(real([0x06, 0x34, 0x12]) == 0x1_1234)
    #expect(real([0x87, 0x00, 0xFF]) == 0x1_0000)
    #expect(real([0x07], [0x26]) == 0x1_4100)
    #expect(real([0x03], [0x67]) == 0x1_0100)
  }

  @Test("limits: normal, expand-down, null and unreadable segments; SS has its own fault")
  func limits() {
    func outcome(_ change: (inout TestMachine) -> Void) -> RepairOutcome {
      var machine = TestMachine.protected([0x0F, 0x38, 0xF0, 0x03])
      machine.state.gprs[3] = TestMachine.data
      change(&machine)
      return machine.outcome()
    }
    #expect(outcome { $0.state.ds.limit = 0x8003 } == .resumed)
    #expect(outcome { $0.state.ds.limit = 0x8002 } == .fault(13, 0))
    #expect(outcome { $0.state.ds.unusable = true } == .fault(13, 0))
    #expect(outcome { $0.state.ds.type = 9 } == .fault(13, 0))
    #expect(
      outcome {
        $0.state.ds.type = 7
        $0.state.ds.limit = 0x7FFF
      } == .resumed)
    #expect(
      outcome {
        $0.state.ds.type = 7
        $0.state.ds.limit = 0x8000
      } == .fault(13, 0))
    #expect(outcome { $0.state.gprs[3] = 0xFFFF_FFFE } == .fault(13, 0))
    var machine = TestMachine.protected([0x0F, 0x38, 0xF0, 0x45, 0x00])
    machine.state.gprs[5] = 0x9000
    machine.state.ss.limit = 0x8FFF
    #expect(machine.outcome() == .fault(12, 0))
    machine = TestMachine.protected([0x0F, 0x38, 0xF1, 0x03])
    machine.state.ds.type = 1
    machine.state.gprs[3] = TestMachine.data
    #expect(machine.outcome() == .fault(13, 0))
  }

  @Test("the fetch stops at the page's end unless the instruction goes on, and at CS's limit")
  func fetch() {
    var machine = TestMachine.long([])
    machine.state.rip = 0x1FFF
    machine.memory[0x1FFF] = 0x9B
    machine.missing = [2]
    #expect(machine.outcome() == .resumed)
    machine.state.rip = 0x1FFF
    machine.memory[0x1FFF] = 0xCD
    #expect(
      machine.outcome() == .exception(vector: 14, errorCode: 16, faultAddress: 0x2000))
    machine = TestMachine.protected([0xCD, 0x21])
    machine.state.cs.limit = UInt32(TestMachine.code)
    #expect(machine.outcome() == .fault(13, 0))
    machine = TestMachine.long([UInt8](repeating: 0x66, count: 15) + [0x9B])
    #expect(machine.outcome() == .fault(13, 0))
  }

  @Test("arbitrary bytes and state never trap, and a repair changes memory only through the access")
  func arbitrary() {
    var random = Numbers(seed: 0xC0FF_EE00_1234_5678)
    let starts: [UInt8] = [0x0F, 0xC4, 0xC5, 0xCF, 0xCD, 0xD9, 0xDB, 0xDD, 0xDF, 0xC8, 0x62, 0x63]
    for round in 0..<6000 {
      var code = (0..<15).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      if round % 4 != 0 { code[0] = starts[Int(random.next() % UInt64(starts.count))] }
      var machine =
        switch round % 3 {
        case 0: TestMachine.real(code)
        case 1: TestMachine.protected(code, user: round % 2 == 0)
        default: TestMachine.long(code, user: round % 2 == 0)
        }
      for index in 0..<16 { machine.state.gprs[index] = random.interesting() }
      machine.state.rflags = random.next() & 0x3F_7FD7 | 2
      if round % 5 == 0 {
        machine.state.gdt.limit = UInt16(truncatingIfNeeded: random.next())
        machine.state.tr.limit = UInt32(truncatingIfNeeded: random.next() & 0xFF)
        machine.state.ss.limit = UInt32(truncatingIfNeeded: random.interesting())
        machine.state.cs.db = random.next() & 1 == 0
        machine.image = round % 2 == 0 ? nil : [UInt8](repeating: 0xFF, count: 600)
      }
      let before = machine.state
      switch machine.outcome() {
      case .resumed, .resumedWithSingleStep: continue
      default: #expect(machine.state == before)
      }
    }
  }
}

import Emulation
import Testing

/// Decimal adjustment, BOUND, descriptor queries, CLAC/STAC, RDTSCP, RDRAND, ENTER (SDM vol. 2, by name).
@Suite struct RareTests {
  private static let status: UInt64 = 0x8D5

  /// Runs one instruction in 16-bit code with AX and flags; gives AX and CF, AF, ZF, SF, PF.
  private func adjusted(_ code: [UInt8], ax: UInt64, flags: UInt64 = 0) -> (UInt64, UInt64) {
    var machine = TestMachine.real(code)
    machine.state.gprs[0] = 0xABCD_0000 | ax
    machine.state.rflags = 2 | flags
    #expect(machine.outcome() == .resumed)
    #expect(machine.state.gprs[0] >> 16 == 0xABCD)
    return (machine.state.gprs[0] & 0xFFFF, machine.state.rflags & Self.status)
  }

  @Test("DAA and DAS: the SDM's examples, and every sum and difference of two decimal bytes")
  func decimal() {
    // ADD AL, BL with AL = 79h, BL = 35h gives AEh; DAA makes 14h with CF. SUB gives 44h of 35h - 47h.
    #expect(adjusted([0x27], ax: 0xAE) == (0x14, 0x15))
    #expect(adjusted([0x2F], ax: 0xEE, flags: 0x11) == (0x88, 0x95))
    for a in 0..<100 {
      for b in stride(from: 0, to: 100, by: 7) {
        let first = UInt64(a / 10 * 16 + a % 10)
        let second = UInt64(b / 10 * 16 + b % 10)
        let sum = first + second
        var flags: UInt64 = sum > 0xFF ? 1 : 0
        if (first & 15) + (second & 15) > 15 { flags |= 16 }
        let total = (a + b) % 100
        let plus = adjusted([0x27], ax: sum & 0xFF, flags: flags)
        #expect(plus.0 == UInt64(total / 10 * 16 + total % 10))
        #expect(plus.1 & 1 == (a + b > 99 ? 1 : 0))
        flags = first < second ? 1 : 0
        if first & 15 < second & 15 { flags |= 16 }
        let rest = (a - b + 100) % 100
        let minus = adjusted([0x2F], ax: (first &- second) & 0xFF, flags: flags)
        #expect(minus.0 == UInt64(rest / 10 * 16 + rest % 10))
        #expect(minus.1 & 1 == (a < b ? 1 : 0))
      }
    }
  }

  @Test("AAA, AAS, AAM and AAD")
  func ascii() {
    #expect(adjusted([0x37], ax: 0x000B) == (0x0101, 0x11))
    #expect(adjusted([0x37], ax: 0x0105) == (0x0105, 0))
    #expect(adjusted([0x3F], ax: 0x02FF, flags: 16) == (0x0109, 0x11))
    #expect(adjusted([0xD4, 10], ax: 0xFF3F) == (0x0603, 4))
    #expect(adjusted([0xD5, 10], ax: 0x0603) == (0x003F, 4))
    #expect(adjusted([0xD4, 16], ax: 0) == (0, 0x44))
    var machine = TestMachine.real([0xD4, 0])
    #expect(machine.outcome() == .exception(vector: 0, errorCode: nil, faultAddress: nil))
    for code: [UInt8] in [[0x27], [0x2F], [0x37], [0x3F], [0xD4, 10], [0xD5, 10]] {
      machine = TestMachine.long(code)
      #expect(machine.outcome() == .undefined)
    }
  }

  @Test("BOUND compares signed numbers and raises #BR outside")
  func bound() {
    func outcome(_ index: Int32) -> RepairOutcome {
      var machine = TestMachine.protected([0x62, 0x06])
      machine.state.gprs[6] = TestMachine.data
      machine.state.gprs[0] = UInt64(UInt32(bitPattern: index))
      machine[TestMachine.data, 4] = 0xFFFF_FFFE
      machine[TestMachine.data + 4, 4] = 5
      return machine.outcome()
    }
    let range = RepairOutcome.exception(vector: 5, errorCode: nil, faultAddress: nil)
    #expect([-3, -2, 5, 6].map(outcome) == [range, .resumed, .resumed, range])
  }

  @Test("LAR and LSL give rights and limit where the descriptor may be seen")
  func rights() {
    /// EAX and ZF after `lar eax, ebx` or `lsl eax, ebx`.
    func ask(_ code: UInt8, _ selector: UInt64, user: Bool = false) -> (UInt64, Bool) {
      var machine = TestMachine.long([0x0F, code, 0xC3], user: user)
      machine.state.gprs[3] = selector
      machine.state.gprs[0] = 0x55
      #expect(machine.outcome() == .resumed)
      return (machine.state.gprs[0], machine.state.rflags & 64 != 0)
    }
    #expect(ask(2, 8) == (0xC0_9B00, true))
    #expect(ask(3, 8) == (0xFFFF_FFFF, true))
    #expect(ask(2, 0x18) == (0x8B00, true))
    #expect(ask(3, 0x18) == (0x67, true))
    #expect(ask(2, 0) == (0x55, false))
    #expect(ask(3, 0x50) == (0x55, false))
    #expect(ask(2, 8, user: true) == (0x55, false))
    #expect(ask(2, 0xB) == (0x55, false))
  }

  @Test("VERR, VERW and ARPL tell by ZF; in real mode they are #UD")
  func verify() {
    func ask(_ code: [UInt8], _ selector: UInt64) -> Bool {
      var machine = TestMachine.protected(code)
      machine.state.gprs[0] = selector
      #expect(machine.outcome() == .resumed)
      return machine.state.rflags & 64 != 0
    }
    #expect(
      [8, 0x10, 0x18, 0, 0x88].map { ask([0x0F, 0x00, 0xE0], $0) } == [
        true, true, false, false, false,
      ])
    #expect([8, 0x10, 0x13].map { ask([0x0F, 0x00, 0xE8], $0) } == [false, true, false])
    var machine = TestMachine.protected([0x63, 0xD8])
    machine.state.gprs[0] = 0x10
    machine.state.gprs[3] = 3
    #expect(machine.outcome() == .resumed)
    #expect(machine.state.gprs[0] == 0x13 && machine.state.rflags == 0x42)
    machine = TestMachine.real([0x63, 0xD8])
    #expect(machine.outcome() == .undefined)
    machine = TestMachine.real([0x0F, 0x02, 0xC3])
    #expect(machine.outcome() == .undefined)
  }

  @Test("STAC and CLAC change AC alone, for a supervisor with SMAP")
  func accessFlag() {
    var machine = TestMachine.long([0x0F, 0x01, 0xCB, 0x0F, 0x01, 0xCA])
    #expect(machine.outcome() == .resumed)
    #expect(machine.state.rflags == 0x4_0002)
    #expect(machine.outcome() == .resumed)
    #expect(machine.state.rflags == 2)
    machine = TestMachine.long([0x0F, 0x01, 0xCB], user: true)
    #expect(machine.outcome() == .undefined)
    machine = TestMachine.long([0x0F, 0x01, 0xCB])
    machine.state.features.remove(.smap)
    #expect(machine.outcome() == .undefined)
  }

  @Test("RDRAND gives a number with CF, or zero without")
  func random() {
    var machine = TestMachine.protected([0x66, 0x0F, 0xC7, 0xF0, 0x0F, 0xC7, 0xF8])
    machine.randomNumber = 0x1122_3344_5566_7788
    machine.state.gprs[0] = 0xFFFF_0000
    #expect(machine.outcome() == .resumed)
    #expect(machine.state.gprs[0] == 0xFFFF_7788 && machine.state.rflags == 3)
    machine.randomNumber = nil
    machine.state.rflags = 0x8D7
    #expect(machine.outcome() == .resumed)
    #expect(machine.state.gprs[0] == 0 && machine.state.rflags == 2)
  }

  @Test("RDTSCP needs the caller's clock; TSD keeps ring 3 out")
  func timestamp() {
    var machine = TestMachine.long([0x0F, 0x01, 0xF9])
    #expect(machine.repair() == (.rdtscp, .notRepairable))
    machine.clock = (0x1_0000_0002, 7)
    machine.state.gprs[1] = .max
    #expect(machine.outcome() == .resumed)
    #expect([0, 1, 2].map { machine.state.gprs[$0] } == [2, 7, 1])
    machine = TestMachine.long([0x0F, 0x01, 0xF9], user: true)
    machine.state.cr4 |= 4
    #expect(machine.outcome() == .fault(13, 0))
  }

  @Test("ENTER with nesting copies the outer frames' pointers")
  func enter() {
    var machine = TestMachine.long([0xC8, 0x10, 0x00, 0x03])
    machine.state.gprs[5] = 0x7E00
    machine[0x7DF8, 8] = 0x1111
    machine[0x7DF0, 8] = 0x2222
    #expect(machine.outcome() == .resumed)
    let frame = TestMachine.stack - 8
    #expect(machine.state.gprs[5] == frame)
    #expect(machine.state.rsp == frame - 24 - 0x10)
    #expect((0..<4).map { machine[frame - UInt64($0) * 8, 8] } == [0x7E00, 0x1111, 0x2222, frame])
    machine = TestMachine.real([0xC8, 0x04, 0x00, 0x01])
    machine.state.gprs[5] = 0xAAAA_1234
    #expect(machine.outcome() == .resumed)
    #expect(machine.state.gprs[5] == 0xAAAA_7EFE && machine.state.rsp == 0x7EFE - 2 - 4)
  }

  @Test("what no processor has is #UD: UD0, UD1, MONITOR without the feature")
  func undefined() {
    for code: [UInt8] in [
      [0x0F, 0xFF, 0xC0], [0x0F, 0xB9, 0xC0], [0x0F, 0x01, 0xC8], [0x0F, 0x01, 0xC9],
    ] {
      var machine = TestMachine.long(code)
      #expect(machine.repair() == (.undefined, .undefined))
      #expect(
        machine.repair(.all.subtracting(RepairKinds(.undefined))) == (.undefined, .notRepairable))
    }
    var machine = TestMachine.long([0x0F, 0x01, 0xC8])
    machine.state.features.insert(.monitor)
    #expect(machine.repair() == (nil, .notRepairable))
  }
}

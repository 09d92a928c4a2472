import Emulation
import Testing

/// Exceptions of an instruction, and what may fault while they are delivered (SDM vol. 3, 6.12 to 6.15).
@Suite struct ExceptionDeliveryTests {
  /// The machine with the exception delivered to it, or nil.
  private func delivered(
    _ exception: UInt8, code: UInt32?, address: UInt64? = nil, to machine: TestMachine
  ) -> TestMachine? {
    var machine = machine
    var state = machine.state
    guard
      InterruptDelivery.deliver(
        exception: exception, errorCode: code, address: address, to: &state, access: &machine)
    else {
      #expect(state == machine.state)
      return nil
    }
    machine.state = state
    return machine
  }

  /// 64-bit code of a user whose handlers' stack (RSP0) lies at `stack`; #PF and #DF have one of their own.
  private func user(stack: UInt64) -> TestMachine {
    var machine = TestMachine.long([0x90], user: true)
    machine[TestMachine.tss + 4, 8] = stack
    machine[TestMachine.tss + 36, 8] = 0xB000
    machine.setGate64(14, 0xC0E0, stack: 1)
    machine.setGate64(8, 0xC080, stack: 1)
    machine.state.rflags = 0x202
    return machine
  }

  @Test(
    "64-bit mode: the error code lies on top, RFLAGS have RF, the return address is the instruction's"
  )
  func long() throws {
    let after = try #require(delivered(13, code: 0x18, to: user(stack: 0xA000)))
    #expect(after.state.rip == 0xC0D0 && after.state.privilege == 0)
    #expect(after.state.rflags == 2)
    #expect(after.state.rsp == 0xA000 - 48)
    let frame = (0..<6).map { after[after.state.rsp + UInt64($0) * 8, 8] }
    #expect(frame == [0x18, TestMachine.code, 0x3B, 0x1_0202, TestMachine.stack, 0x33])
  }

  @Test("32-bit mode, with and without an error code")
  func protected() throws {
    let machine = TestMachine.protected([0x90])
    let first = try #require(delivered(6, code: nil, to: machine))
    #expect(first.state.rip == 0xC060 && first.state.rsp == TestMachine.stack - 12)
    #expect(first[first.state.rsp, 4] == TestMachine.code)
    let second = try #require(delivered(11, code: 0x40, to: machine))
    #expect(second.state.rip == 0xC0B0 && second.state.rsp == TestMachine.stack - 16)
    #expect(second[second.state.rsp, 4] == 0x40)
  }

  @Test("real mode pushes no error code")
  func real() throws {
    let after = try #require(delivered(13, code: nil, to: TestMachine.real([0x90])))
    #expect(after.state.rip == 0xC0D0 && after.state.rsp == TestMachine.stack - 6)
  }

  @Test("a page fault brings CR2")
  func pageFault() throws {
    let after = try #require(delivered(14, code: 6, address: 0x1234, to: user(stack: 0xA000)))
    #expect(after.state.cr2 == 0x1234 && after.state.rip == 0xC0E0)
    #expect(after[after.state.rsp, 8] == 6)
  }

  @Test("#NP, then a page fault on the handler's stack: the page fault comes instead")
  func serially() throws {
    var machine = user(stack: 0xA000)
    machine.readOnly = [9]
    let after = try #require(delivered(11, code: 0x40, to: machine))
    #expect(after.state.rip == 0xC0E0)
    #expect(after.state.cr2 == 0x9FD0)
    #expect(after[after.state.rsp, 8] == 3)
    #expect(after[after.state.rsp + 8, 8] == TestMachine.code)
  }

  @Test("two contributory ones, or a page fault and another: a double fault, with code 0")
  func doubleFault() throws {
    var machine = user(stack: 0xA000)
    // The handler's segment is null: #GP.
    machine.setGate64(11, 0xC0B0, selector: 0)
    let first = try #require(delivered(11, code: 0x40, to: machine))
    #expect(first.state.rip == 0xC080)
    #expect(first[first.state.rsp, 8] == 0)
    #expect(first[first.state.rsp + 24, 8] == 0x202)
    machine.setGate64(14, 0xC0E0, selector: 0)
    let second = try #require(delivered(14, code: 4, address: 0x5678, to: machine))
    #expect(second.state.rip == 0xC080 && second.state.cr2 == 0x5678)
    // #UD is benign: what its delivery meets comes instead.
    machine.setGate64(6, 0xC060, selector: 0)
    let third = try #require(delivered(6, code: nil, to: machine))
    #expect(third.state.rip == 0xC0D0)
    // EXT: not the instruction asked for the segment.
    #expect(third[third.state.rsp, 8] == 1)
  }

  @Test("a fault while a double fault is delivered is left to KVM: shutdown")
  func shutdown() {
    var machine = user(stack: 0xA000)
    for vector: UInt8 in [8, 11] { machine.setGate64(vector, 0xC000, selector: 0) }
    let isDelivered = delivered(11, code: 0x40, to: machine) != nil
    #expect(!isDelivered)
  }
}

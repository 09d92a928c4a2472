import Emulation
import Testing

/// External interrupts (SDM vol. 3, 6.12 and 6.14), which only differ from INT n's in what returns where, and
/// in whose gate may be used.
@Suite struct InterruptDeliveryTests {
  /// The machine with `vector` delivered to it, or nil.
  private func delivered(_ vector: UInt8, to machine: TestMachine) -> TestMachine? {
    var machine = machine
    var state = machine.state
    guard InterruptDelivery.deliver(vector, to: &state, access: &machine) else {
      #expect(state == machine.state)
      return nil
    }
    machine.state = state
    return machine
  }

  @Test("32-bit mode: the frame lies at SS's base and ESP, the return address is EIP")
  func segmentedStack() throws {
    var machine = TestMachine.protected([0x90])
    machine.setGate32(8, 0x1_2345, type: 14)
    machine.state.ss.base = 0x8000
    machine.state.rflags = 0x246
    let after = try #require(delivered(8, to: machine))
    #expect(after.state.rip == 0x1_2345 && after.state.cs.selector == 8)
    #expect(after.state.rflags == 0x46)
    #expect(after.state.rsp == TestMachine.stack - 12)
    let frame = 0x8000 + after.state.rsp
    #expect(after[frame, 4] == TestMachine.code)
    #expect(after[frame + 4, 4] == 8)
    #expect(after[frame + 8, 4] == 0x246)
    #expect(after[after.state.rsp, 4] == 0)
  }

  @Test("real mode")
  func real() throws {
    var machine = TestMachine.real([0x90])
    machine.state.rflags = 0x202
    machine[8 * 4, 4] = 0x1234_5678
    let after = try #require(delivered(8, to: machine))
    #expect(after.state.rip == 0x5678 && after.state.cs.selector == 0x1234)
    #expect(after[after.state.rsp, 2] == TestMachine.code)
    #expect(after.state.rflags == 2)
  }

  @Test("a task gate, or one behind the IDT's limit: nothing is changed")
  func noGate() {
    var machine = TestMachine.protected([0x90])
    machine.setGate32(8, 0, type: 5)
    let hasSwitchedTasks = delivered(8, to: machine) != nil
    #expect(!hasSwitchedTasks)
    machine.setGate32(8, 0x1_2345, type: 14)
    machine.state.idt.limit = 8 * 8 + 6
    let isDelivered = delivered(8, to: machine) != nil
    #expect(!isDelivered)
  }
}

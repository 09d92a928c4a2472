import CKVM
import Testing

@testable import KVM

/// Vectors put into a vcpu.
@Suite(.enabled(if: hasKVM, "SKIPPED: no /dev/kvm")) struct InjectionTests {
  @Test("one vector at a time: a second one would take the place of the first")
  func oneAtATime() throws {
    let memory = try GuestMemory(size: 0x10000)
    // Page 1: sti; hlt; hlt. The vectors' handler: incw 0x500; iret.
    memory.write([0xfb, 0xf4, 0xf4], at: 0x1000)
    memory.write([0xff, 0x06, 0x00, 0x05, 0xcf], at: 0x1010)
    memory.write([0x10, 0x00, 0x00, 0x01], at: 0x40 * 4)
    let machine = try KVMSystem().makeMachine(vcpus: 1)
    try machine.map(memory)
    let vcpu = try machine.makeVCPU(id: 0)
    try vcpu.start(atPage: 1)
    let first = vcpu.enter()
    #expect(first == .hlt)
    let before = vcpu.canInjectInterrupt
    #expect(before)
    try vcpu.inject(vector: 0x40)
    let meanwhile = vcpu.canInjectInterrupt
    #expect(!meanwhile)
    // Nor is there room after an entry that did not get as far as the guest.
    vcpu.runArea.latchImmediateExit()
    let kicked = vcpu.enter()
    #expect(kicked == .interrupted)
    vcpu.runArea.clearImmediateExit()
    let stillWaiting = vcpu.canInjectInterrupt
    #expect(!stillWaiting)
    let second = vcpu.enter()
    #expect(second == .hlt)
    let after = vcpu.canInjectInterrupt
    #expect(after)
    #expect(memory.read(at: 0x500, count: 1) == [1])
  }

  @Test("an NMI in the shadow of STI: a HLT that comes first exits, and the NMI is known to be due")
  func haltBeforeNMI() throws {
    let memory = try GuestMemory(size: 0x10000)
    // Page 1: hlt; hlt. The NMI's handler: incw 0x500; iret.
    memory.write([0xf4, 0xf4, 0xf4], at: 0x1000)
    memory.write([0xff, 0x06, 0x00, 0x05, 0xcf], at: 0x1010)
    memory.write([0x10, 0x00, 0x00, 0x01], at: 2 * 4)
    let machine = try KVMSystem().makeMachine(vcpus: 1)
    try machine.map(memory)
    let vcpu = try machine.makeVCPU(id: 0)
    try vcpu.start(atPage: 1)
    // What is in flight is known from an entry on.
    vcpu.runArea.latchImmediateExit()
    _ = vcpu.enter()
    vcpu.runArea.clearImmediateExit()
    try vcpu.updateEvents { events in
      // KVM_X86_SHADOW_INT_STI.
      events.interrupt.shadow = 2
      events.nmi.pending = 1
      events.flags = UInt32(KVM_VCPUEVENT_VALID_NMI_PENDING | KVM_VCPUEVENT_VALID_SHADOW)
    }
    let exit = vcpu.enter()
    #expect(exit == .hlt)
    // Either it came first after all, or the vcpu must not sleep.
    let isDelivered = memory.read(at: 0x500, count: 1) == [1]
    let isDue = vcpu.isNMIDue
    #expect(isDelivered != isDue)
    let next = vcpu.enter()
    #expect(next == .hlt)
    let isOver = !vcpu.isNMIDue
    #expect(isOver)
    #expect(memory.read(at: 0x500, count: 1) == [1])
  }
}

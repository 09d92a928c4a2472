import Testing

@testable import KVM

/// Instructions that KVM has not finished when their vcpu is reset.
@Suite(.enabled(if: hasKVM, "SKIPPED: no /dev/kvm")) struct PendingAccessTests {
  @Test("a pending MMIO read is completed before a reset, and then leaves nothing behind")
  func completion() throws {
    let memory = try GuestMemory(size: 0x10000)
    // Page 1: mov $0x8000,%ax; mov %ax,%ds; mov 0,%ax (no memory there); hlt. Page 2: out %al,$0x80.
    memory.write([0xb8, 0x00, 0x80, 0x8e, 0xd8, 0xa1, 0, 0, 0xf4], at: 0x1000)
    memory.write([0xe6, 0x80, 0xf4], at: 0x2000)
    let machine = try KVMSystem().makeMachine(vcpus: 1)
    try machine.map(memory)
    let vcpu = try machine.makeVCPU(id: 0)
    for _ in 0..<3 {
      try vcpu.start(atPage: 1)
      let read = vcpu.enter()
      #expect(read == .mmio(MMIOAccess(address: 0x80000, size: 2, isWrite: false, value: 0)))
      vcpu.setMMIOValue(0x1234)
      vcpu.completePendingAccess()
      // The instruction is over: its register is written, and the next is where the vcpu stands.
      let registers = try vcpu.registers()
      #expect(registers.rax == 0x1234)
      #expect(registers.rip == 8)
      try vcpu.resetForINIT()
      try vcpu.start(atPage: 2)
      let write = vcpu.enter()
      guard case .io(let access) = write else {
        Issue.record("\(write)")
        return
      }
      #expect(access.port == 0x80 && access.isOut && access.size == 1)
      let value = vcpu.value(of: access, element: 0)
      #expect(value == 0)
      vcpu.completePendingAccess()
      try vcpu.resetForINIT()
    }
  }
}

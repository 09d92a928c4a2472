import CKVM
import Testing

@testable import KVM

/// What a guest of this host is told of its processors.
@Suite(.enabled(if: hasKVM, "SKIPPED: no /dev/kvm")) struct CPUIDTableTests {
  private func entries(_ id: UInt32, of count: Int) throws -> [kvm_cpuid_entry2] {
    let system = try KVMSystem()
    return CPUIDTable(
      supported: try CPUIDTable.supported(by: system.descriptor),
      policy: CPUIDPolicy(vcpus: count, interpretsKernelCode: KVMSystem.flavour == "kvm_pvm")
    ).entries(apicID: id, timestampKilohertz: 2_000_000)
  }

  @Test("the host's leaves become a table without doubles", arguments: [1, 2, 255, 1024])
  func host(count: Int) throws {
    let entries = try entries(UInt32(count - 1), of: count)
    #expect(
      Set(entries.map { UInt64($0.function) << 32 | UInt64($0.index) }).count == entries.count)
    #expect(entries.count <= 256)
    #expect(entries.bits(1, 2).isSuperset(of: [21, 24, 31]))
    #expect(entries.bits(1, 2).isDisjoint(with: [3, 5]))
    #expect(entries.bits(1, 2).contains(13) == false || KVMSystem.flavour != "kvm_pvm")
    #expect(entries[leaf: 0xB, 1]?[1] == UInt32(count))
    #expect((entries[leaf: 0x4000_0001]?[0] ?? 0) & ~0x0100_000B == 0)
  }

  @Test("the kernel takes the table")
  func accepted() throws {
    let system = try KVMSystem()
    let count = min(1024, system.maximumVCPUs)
    let machine = try system.makeMachine(vcpus: count)
    for id in Set([0, 1, 254, 255, 1023]) where id < count {
      // KVM_SET_CPUID2 refuses what it does not like: no error is the answer.
      let vcpu = try machine.makeVCPU(id: id)
      let base = try vcpu.systemRegisters().apic_base
      #expect(base & 0xffff_f000 == 0xfee0_0000)
    }
    let again = failure(machine, id: 1)
    #expect(again == .ioctl(name: "KVM_CREATE_VCPU", errno: EEXIST))
    let large = failure(machine, id: 4_000_000)
    #expect(large == .ioctl(name: "KVM_CREATE_VCPU", errno: EINVAL))
  }

  private func failure(_ machine: borrowing KVMMachine, id: Int) -> KVMError? {
    do throws(KVMError) {
      _ = try machine.makeVCPU(id: id)
      return nil
    } catch { return error }
  }

  @Test("the CPUID instruction says in the guest what the table says")
  func executed() throws {
    let memory = try GuestMemory(size: 0x10000)
    let machine = try KVMSystem().makeMachine(vcpus: 300)
    try machine.map(memory)
    // A vcpu with each kind of id: one that 8 bits hold, and one that they do not.
    for id: UInt32 in [3, 299] {
      let vcpu = try machine.makeVCPU(id: Int(id))
      let kilohertz = vcpu.timestampKilohertz
      let first = try execute(1, 0, vcpu, memory)
      #expect(first[1] >> 16 == (id & 0xFF) << 8 | 255)
      // x2APIC and the deadline; not MONITOR.
      #expect(first[2] >> 21 & 1 == 1 && first[2] >> 3 & 1 == 0)
      #expect(first[2] >> 24 & 1 == (kilohertz > 0 ? 1 : 0))
      #expect(try execute(0xB, 0, vcpu, memory) == [0, 1, 0x100, id])
      #expect(try execute(0xB, 1, vcpu, memory) == [9, 300, 0x201, id])
      #expect(try execute(0xB, 2, vcpu, memory) == [0, 0, 2, id])
      // Past the end KVM goes on as the SDM says: no level, and the id.
      #expect(try execute(0xB, 3, vcpu, memory) == [0, 0, 3, id])
      #expect(try execute(0xA, 0, vcpu, memory) == [0, 0, 0, 0])
      #expect(try execute(0x4000_0000, 0, vcpu, memory)[0] == 0x4000_0001)
      #expect(try execute(0x4000_0001, 0, vcpu, memory)[0] & ~0x0100_000B == 0)
    }
  }

  /// Runs CPUID in real mode.
  private func execute(
    _ function: UInt32, _ index: UInt32, _ vcpu: borrowing VCPU, _ memory: GuestMemory
  ) throws -> [UInt32] {
    func bytes(_ value: UInt32) -> [UInt8] {
      (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
    // Page 1: mov $function,%eax; mov $index,%ecx; cpuid; hlt.
    memory.write(
      [0x66, 0xB8] + bytes(function) + [0x66, 0xB9] + bytes(index) + [0x0F, 0xA2, 0xF4], at: 0x1000)
    try vcpu.start(atPage: 1)
    let exit = vcpu.enter()
    #expect(exit == .hlt)
    let registers = try vcpu.registers()
    return [registers.rax, registers.rbx, registers.rcx, registers.rdx].map {
      UInt32(truncatingIfNeeded: $0)
    }
  }
}

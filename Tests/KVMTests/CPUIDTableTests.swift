import CKVM
import Testing

@testable import KVM

/// What a guest is told of its processors.
@Suite(.enabled(if: hasKVM, "SKIPPED: no /dev/kvm")) struct CPUIDTableTests {
  private func table(_ id: UInt32, of count: Int) throws -> [kvm_cpuid_entry2] {
    let system = try KVMSystem()
    return try CPUIDTable(system: system.descriptor).table(apicID: id, count: count)
  }

  private func leaf(
    _ entries: [kvm_cpuid_entry2], _ function: UInt32, _ index: UInt32 = 0
  ) -> kvm_cpuid_entry2? {
    entries.first { $0.function == function && $0.index == index }
  }

  @Test("each vcpu has its own APIC id", arguments: [1, 2, 3, 4, 8, 64, 255])
  func identifiers(count: Int) throws {
    for id in Set([0, 1, count / 2, count - 1]) where id < count {
      let entries = try table(UInt32(id), of: count)
      let first = try #require(leaf(entries, 1))
      #expect(first.ebx >> 24 == UInt32(id))
      #expect(first.ebx >> 16 & 0xff == UInt32(count))
      #expect(first.edx >> 28 & 1 == (count > 1 ? 1 : 0))
      #expect(first.edx >> 9 & 1 == 1)
      for function: UInt32 in [0xb, 0x1f] {
        for entry in entries where entry.function == function { #expect(entry.edx == UInt32(id)) }
        guard let core = leaf(entries, function, 1) else { continue }
        #expect(1 << core.eax >= count)
        #expect(core.eax == 0 || 1 << (core.eax - 1) < count)
        #expect(core.ebx == UInt32(count))
        #expect(core.ecx == 0x201)
        #expect(leaf(entries, function, 0)?.ecx == 0x100)
      }
    }
  }

  @Test(
    "what needs an APIC in the kernel is masked; the hypervisor bit is not", arguments: [1, 2, 255])
  func masks(count: Int) throws {
    let entries = try table(0, of: count)
    let first = try #require(leaf(entries, 1))
    for (bit, name) in [(3, "MONITOR"), (13, "CX16"), (21, "x2APIC"), (24, "TSC deadline")] {
      #expect(first.ecx >> UInt32(bit) & 1 == 0, "\(name)")
    }
    #expect(first.ecx >> 31 == 1)
    let paravirtual = try #require(leaf(entries, 0x4000_0001))
    #expect(paravirtual.eax & ~0x0100_000b == 0)
    #expect(
      Set(entries.map { UInt64($0.function) << 32 | UInt64($0.index) }).count == entries.count)
  }

  @Test("the kernel takes the table")
  func accepted() throws {
    let system = try KVMSystem()
    let machine = try system.makeMachine()
    for id in [0, 1, 254] {
      // KVM_SET_CPUID2 refuses what it does not like: no error is the answer.
      let vcpu = try machine.makeVCPU(id: id, count: 255)
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
      _ = try machine.makeVCPU(id: id, count: 255)
      return nil
    } catch { return error }
  }
}

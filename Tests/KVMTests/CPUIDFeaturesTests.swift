import CKVM
import Testing

@testable import KVM

/// Which features pass (machine.md, "CPUID masks").
@Suite struct CPUIDFeaturesTests {
  private let hosts = [CPUIDLeaves.intel, CPUIDLeaves.amd()]

  @Test("leaf 1: what a local APIC in user space cannot serve is gone, x2APIC is there")
  func features() {
    for host in hosts {
      let all = Set(0..<32)
      let seen = CPUIDLeaves.seen(host, of: 2)
      // DTES64, MONITOR, VMX, SMX, PDCM, and the deadline of a TSC whose frequency nobody knows.
      #expect(seen.bits(1, 2) == all.subtracting([2, 3, 5, 6, 15, 24]))
      // Debug store.
      #expect(seen.bits(1, 3) == all.subtracting([21]))
      let timed = CPUIDLeaves.seen(host, of: 2, kilohertz: 2_300_000)
      #expect(timed.bits(1, 2) == all.subtracting([2, 3, 5, 6, 15]))
    }
  }

  @Test("x2APIC, hypervisor and APIC are set where the host lists none")
  func forced() {
    let host = [
      CPUIDLeaves.leaf(0, 0, [0xD] + CPUIDLeaves.intelName), CPUIDLeaves.leaf(1, 0, [0, 0, 0, 0]),
    ]
    let seen = CPUIDLeaves.seen(host, kilohertz: 1)
    #expect(seen.bits(1, 2) == [21, 24, 31])
    #expect(seen.bits(1, 3) == [9])
  }

  @Test("CMPXCHG16B is masked where KVM interprets the guest's kernel, and only there")
  func interpreted() {
    for host in hosts {
      let native = CPUIDLeaves.seen(host)
      let interpreted = CPUIDLeaves.seen(host, interpretsKernelCode: true)
      #expect(native.bits(1, 2).subtracting(interpreted.bits(1, 2)) == [13])
      for leaf in native where leaf.function != 1 {
        #expect(
          interpreted[leaf: leaf.function, leaf.index] == native[leaf: leaf.function, leaf.index])
      }
    }
  }

  @Test("what has no interrupt source, and MONITOR, are gone whole; the constant APIC timer stays")
  func sources() {
    let intel = CPUIDLeaves.seen(CPUIDLeaves.intel)
    for function: UInt32 in [5, 0xA, 0x14, 0x1C] { #expect(intel[leaf: function] == [0, 0, 0, 0]) }
    #expect(intel[leaf: 6] == [4, 0, 0, 0])
    #expect(intel.bits(7, 1) == Set(0..<32).subtracting([25]))
    #expect(intel.bits(7, 2) == Set(0..<32))
    #expect(intel.bits(7, 3) == Set(0..<32).subtracting([5, 19]))
    #expect(intel[leaf: 7, 1] == [0x30, 0, 0, 0])
    let amd = CPUIDLeaves.seen(CPUIDLeaves.amd(), of: 4)
    for function: UInt32 in [0x8000_000A, 0x8000_001B, 0x8000_0022] {
      #expect(amd[leaf: function] == [0, 0, 0, 0])
    }
    #expect(amd[leaf: 0x8000_0026] == nil)
    #expect(
      amd.bits(0x8000_0001, 2) == Set(0..<32).subtracting([2, 3, 10, 12, 23, 24, 28, 29]))
    #expect(amd.bits(0x8000_0001, 3) == Set(0..<32))
  }

  @Test("of KVM's own features the clock and the fast port 0x80, nothing else")
  func paravirtual() {
    for host in hosts {
      let seen = CPUIDLeaves.seen(host)
      #expect(seen[leaf: 0x4000_0000] == [0x4000_0001, 0x4B4D_564B, 0x564B_4D56, 0x4D])
      #expect(seen[leaf: 0x4000_0001] == [0x0100_000B, 0, 0, 0])
      #expect(!seen.contains { (0x4000_0002...0x4FFF_FFFF).contains($0.function) })
    }
  }

  @Test("what is none of our business passes as it is")
  func untouched() {
    let seen = CPUIDLeaves.seen(CPUIDLeaves.intel, by: 3, of: 8)
    for function: UInt32 in [0xD, 0x16, 0x8000_0000, 0x8000_0001, 0x8000_0008] {
      #expect(seen[leaf: function] == CPUIDLeaves.intel[leaf: function])
    }
    #expect(seen[leaf: 0] == CPUIDLeaves.intel[leaf: 0])
    #expect(CPUIDLeaves.seen(CPUIDLeaves.amd())[leaf: 0x8000_0008]?[0] == 0x3030)
  }

  @Test("leaf 0 reaches as far as leaf 0xB")
  func maximum() {
    #expect(CPUIDLeaves.seen(CPUIDLeaves.amd())[leaf: 0] == [0xB] + CPUIDLeaves.amdName)
  }

  @Test("a list without anything makes a table with nothing wrong")
  func empty() {
    let seen = CPUIDLeaves.seen([], by: 7, of: 9, kilohertz: 5)
    #expect(seen.allSatisfy { $0.function == 0xB && $0.edx == 7 })
  }
}

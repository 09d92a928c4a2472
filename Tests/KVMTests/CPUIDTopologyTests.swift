import CKVM
import Testing

@testable import KVM

/// One package of single-threaded cores, told alike by every leaf.
@Suite struct CPUIDTopologyTests {
  static let counts = [1, 2, 3, 4, 7, 8, 9, 64, 65, 254, 255, 256, 257, 1000, 1024]

  /// The first, a middle one and the last of `count`, and those where 8 bits end.
  private func ids(of count: Int) -> [UInt32] {
    Set([0, 1, count / 2, count - 1, 254, 255, 256]).filter { $0 < count }.sorted().map(UInt32.init)
  }

  /// The smallest power of two that is not less than `count`, as its exponent.
  private func exponent(_ count: Int) -> UInt32 {
    (0...10).first { 1 << $0 >= count }.map(UInt32.init) ?? 0
  }

  @Test("leaf 1: id, count and HTT (SDM vol. 2, CPUID)", arguments: counts)
  func legacy(count: Int) throws {
    for id in ids(of: count) {
      for host in [CPUIDLeaves.intel, CPUIDLeaves.amd()] {
        let seen = CPUIDLeaves.seen(host, by: id, of: count)
        let registers = try #require(seen[leaf: 1])
        #expect(registers[1] >> 24 == id & 0xFF)
        #expect(registers[1] >> 16 & 0xFF == UInt32(min(255, count)))
        #expect(registers[1] & 0xFFFF == (try #require(host[leaf: 1]))[1] & 0xFFFF)
        #expect(seen.bits(1, 3).contains(28) == (count > 1))
      }
    }
  }

  @Test("leaves 0xB and 0x1F: threads, cores, the end, and the whole id", arguments: counts)
  func extended(count: Int) throws {
    for id in ids(of: count) {
      let intel = CPUIDLeaves.seen(CPUIDLeaves.intel, by: id, of: count)
      let amd = CPUIDLeaves.seen(CPUIDLeaves.amd(), by: id, of: count)
      let cores = [exponent(count), UInt32(count), 0x201, id]
      for (seen, function) in [(intel, 0xB as UInt32), (intel, 0x1F), (amd, 0xB)] {
        #expect(seen[leaf: function, 0] == [0, 1, 0x100, id])
        #expect(seen[leaf: function, 1] == cores)
        #expect(seen[leaf: function, 2] == [0, 0, 2, id])
        #expect(seen.count { $0.function == function } == 3)
      }
      // Leaf 0 of this one ends before it.
      #expect(amd[leaf: 0x1F] == nil)
      // Every id of the package fits the bits that the level says it takes.
      #expect(id >> exponent(count) == 0)
    }
  }

  @Test("leaf 4: a core's own caches, and a last one of the package", arguments: counts)
  func intelCaches(count: Int) throws {
    let ids = UInt32(1) << exponent(count) - 1
    let host = CPUIDLeaves.intel
    let seen = CPUIDLeaves.seen(host, by: 0, of: count)
    for index: UInt32 in 0...3 {
      let registers = try #require(seen[leaf: 4, index])
      let original = try #require(host[leaf: 4, index])
      #expect(registers[0] & 0x3FFF == original[0] & 0x3FFF)
      #expect(registers[0] >> 14 & 0xFFF == (index == 3 ? ids : 0))
      #expect(registers[0] >> 26 == min(63, ids))
      #expect(registers[1...] == original[1...])
    }
    #expect(seen[leaf: 4, 4] == [0, 0, 0, 0])
  }

  @Test("AMD: cores, extended ids and caches (APM vol. 3, appendix E)", arguments: counts)
  func amd(count: Int) throws {
    for id in ids(of: count) {
      let seen = CPUIDLeaves.seen(CPUIDLeaves.amd(), by: id, of: count)
      #expect(seen.bits(0x8000_0001, 2).contains(1) == (count > 1), "CmpLegacy")
      #expect(
        seen[leaf: 0x8000_0008]?[2] == 0x1_0000 | exponent(count) << 12
          | UInt32(min(255, count - 1)))
      #expect(seen[leaf: 0x8000_001E] == [id, id & 0xFF, 0, 0])
      for (index, host) in [0x121, 0x122, 0x143, 0x163].enumerated() {
        let registers = try #require(seen[leaf: 0x8000_001D, UInt32(index)])
        #expect(registers[0] & 0xFFF == UInt32(host))
        #expect(registers[0] >> 14 == (index == 3 ? UInt32(count - 1) : 0))
      }
      #expect(seen[leaf: 0x8000_001D, 4] == [0, 0, 0, 0])
      #expect(seen[leaf: 4] == [0, 0, 0, 0])
    }
  }

  @Test("without TopologyExtensions the leaves that they stand for are empty")
  func withoutExtensions() {
    let seen = CPUIDLeaves.seen(CPUIDLeaves.amd(hasTopologyExtensions: false), by: 1, of: 2)
    #expect(!seen.bits(0x8000_0001, 2).contains(22))
    for index: UInt32 in 0...4 { #expect(seen[leaf: 0x8000_001D, index] == [0, 0, 0, 0]) }
    #expect(seen[leaf: 0x8000_001E] == [0, 0, 0, 0])
    // On Intel the bit and the leaves are reserved.
    let intel = CPUIDLeaves.intel + [CPUIDLeaves.leaf(0x8000_001E, 0, [1, 2, 3, 4])]
    #expect(CPUIDLeaves.seen(intel, by: 1, of: 2)[leaf: 0x8000_001E] == [0, 0, 0, 0])
  }

  @Test("vcpus of a machine differ in their ids only", arguments: [2, 255, 1024])
  func shared(count: Int) {
    for host in [CPUIDLeaves.intel, CPUIDLeaves.amd()] {
      let table = CPUIDLeaves.table(host, vcpus: count)
      let first = table.entries(apicID: 0, timestampKilohertz: 2_000_000)
      let last = table.entries(apicID: UInt32(count - 1), timestampKilohertz: 2_000_000)
      #expect(first.count == last.count)
      for (one, other) in zip(first, last) {
        #expect(one.function == other.function && one.index == other.index)
        #expect(one.flags == other.flags)
        switch one.function {
        case 1: #expect(one.eax == other.eax && one.ecx == other.ecx && one.edx == other.edx)
        case 0xB, 0x1F:
          #expect(one.eax == other.eax && one.ebx == other.ebx && one.ecx == other.ecx)
        case 0x8000_001E: #expect(one.ecx == other.ecx && one.edx == other.edx)
        default:
          #expect(first[leaf: one.function, one.index] == last[leaf: one.function, one.index])
        }
      }
    }
  }

  @Test("no leaf is there twice", arguments: counts)
  func unique(count: Int) {
    for host in [CPUIDLeaves.intel, CPUIDLeaves.amd()] {
      let seen = CPUIDLeaves.seen(host, of: count, kilohertz: 2_000_000)
      #expect(
        Set(seen.map { UInt64($0.function) << 32 | UInt64($0.index) }).count == seen.count)
    }
  }
}

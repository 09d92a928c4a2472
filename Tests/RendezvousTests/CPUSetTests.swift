import Testing

@testable import Rendezvous

@Suite struct CPUSetTests {
  static let boundaries = [
    0, 1, 62, 63, 64, 65, 127, 128, 191, 192, 255, 256, 257, 511, 512, 1023, 4095,
  ]

  @Test func operationsEqualThoseOfASetOfNumbers() {
    // Every pair of two-member sets of boundaries.
    for first in Self.boundaries {
      for second in Self.boundaries {
        let left = Set([first, 64, 4095])
        let right = Set([second, 65, 0])
        let a = CPUSet(left)
        let b = CPUSet(right)
        #expect(a.members == left.sorted())
        #expect(a.count == left.count)
        #expect(a.first == left.min())
        #expect(a.union(b).members == left.union(right).sorted())
        #expect(a.intersection(b).members == left.intersection(right).sorted())
        #expect(a.subtracting(b).members == left.subtracting(right).sorted())
        #expect(a.isSubset(of: b) == left.isSubset(of: right))
        #expect((a == b) == (left == right))
        #expect(a.firstWordOnly.members == left.filter { $0 < 64 }.sorted())
        for member in Self.boundaries { #expect(a.contains(member) == left.contains(member)) }
      }
    }
  }

  @Test(arguments: boundaries) func oneMember(_ member: Int) {
    var set = CPUSet()
    #expect(set.isEmpty)
    set.insert(member)
    #expect(!set.isEmpty)
    #expect(set.members == [member])
    #expect(set.next(atOrAfter: member) == member)
    #expect(set.next(atOrAfter: member + 1) == nil)
    #expect(set.description == "\(member)")
    set.remove(member)
    #expect(set.isEmpty)
    #expect(set == CPUSet())
    #expect(CPUSet.first(member).members == Array(0..<member))
  }

  @Test func numbersOutsideAreNoMembers() {
    let all = CPUSet.first(CPUSet.capacity)
    #expect(all.count == 4096)
    for outside in [-1, Int.min, 4096, Int.max, 0xffff_ffff] { #expect(!all.contains(outside)) }
    #expect(all.next(atOrAfter: 4096) == nil)
    #expect(all.next(atOrAfter: -5) == 0)
    var set = all
    set.remove(4096)
    set.remove(-1)
    #expect(set == all)
  }

  @Test func describedAsTyped() {
    #expect(CPUSet().description == "none")
    #expect(CPUSet([0, 2, 3, 4, 63, 64, 4095]).description == "0,2-4,63-64,4095")
  }

  @Test func atomicSetHoldsWhatIsStored() {
    let atomic = AtomicCPUSet()
    // The macro cannot look into what is not copyable.
    func expect(_ condition: Bool) { #expect(condition) }
    expect(atomic.isEmptyScan())
    for member in Self.boundaries {
      atomic.store(CPUSet([member]))
      expect(atomic.value == CPUSet([member]))
      expect(!atomic.isEmptyScan())
      expect(atomic.firstWord == (member < 64 ? 1 << UInt64(member) : 0))
      for other in Self.boundaries {
        expect(atomic.contains(other) == (other == member))
        expect(atomic.contains(other, ordering: .relaxed) == (other == member))
        expect(atomic.contains(other, ordering: .acquiring) == (other == member))
      }
    }
    expect(!atomic.contains(-1))
    expect(!atomic.contains(4096))
    atomic.store(.first(300))
    atomic.remove(256)
    atomic.remove(4096)
    expect(atomic.value == CPUSet.first(300).subtracting(CPUSet([256])))
    atomic.clear()
    expect(atomic.isEmptyScan())
  }
}

import Interrupts
import Testing

@Suite("VectorSet") struct VectorSetTests {
  @Test("Each vector alone: membership, highest, register view") func single() {
    var wrong = Mismatches()
    for value in 0...255 {
      let vector = UInt8(value)
      var set = VectorSet()
      set.insert(vector)
      wrong.check(!set.isEmpty && set.count == 1 && set.highest == vector, "\(vector) inserted")
      for other in 0...255 {
        wrong.check(set.contains(UInt8(other)) == (other == value), "\(other) in {\(value)}")
      }
      for index in 0..<8 {
        let expected: UInt32 = index == value / 32 ? 1 << UInt32(value % 32) : 0
        wrong.check(set.register(index) == expected, "register \(index) of {\(value)}")
      }
      set.remove(vector)
      wrong.check(set.isEmpty && set.highest == nil && set == VectorSet(), "\(vector) removed")
    }
    #expect(wrong.first.isEmpty)
  }

  @Test("Random inserts and removes agree with a Set") func againstSet() {
    var random = Generator(seed: 1)
    var set = VectorSet()
    var reference = Set<UInt8>()
    var wrong = Mismatches()
    for step in 0..<4000 {
      let vector = UInt8.random(in: 0...255, using: &random)
      if Bool.random(using: &random) {
        set.insert(vector)
        reference.insert(vector)
      } else {
        set.remove(vector)
        reference.remove(vector)
      }
      wrong.check(
        set.highest == reference.max() && set.count == reference.count
          && set.isEmpty == reference.isEmpty, "step \(step)")
      if step % 100 == 0 { wrong.check(set.vectors == reference.sorted(), "members at \(step)") }
    }
    #expect(wrong.first.isEmpty)
    #expect(VectorSet(reference) == set)
  }

  @Test("The register view and its initializer are inverse") func registers() {
    var random = Generator(seed: 2)
    for _ in 0..<200 {
      var registers = InlineArray<8, UInt32>(repeating: 0)
      for index in 0..<8 { registers[index] = UInt32.random(in: 0...UInt32.max, using: &random) }
      let set = VectorSet(registers: registers)
      for index in 0..<8 { #expect(set.register(index) == registers[index]) }
    }
  }

  @Test("A register index out of range does not trap") func hostileIndex() {
    let set = VectorSet([33])
    #expect(set.register(9) == set.register(1))
    #expect(set.register(-7) == set.register(1))
    #expect(set.register(Int.min) == 0)
  }
}

import Synchronization
import Testing

@testable import Threads

@Suite struct RecordRingTests {
  @Test func keepsOrderAndCountsWhatItDrops() {
    let ring = RecordRing<UInt64>(capacity: 4)
    for value in 0..<6 { #expect(ring.push(UInt64(value)) == (value < 4)) }
    #expect(ring.droppedCount == 2)
    var records: [UInt64] = []
    #expect(ring.drain(into: &records) == 4)
    #expect(records == [0, 1, 2, 3])
    #expect(ring.pop() == nil)
    #expect(ring.push(9))
    #expect(ring.pop() == 9)
  }

  @Test func recordsCrossThreadsWholeAndInOrder() throws {
    struct Record: BitwiseCopyable, Sendable {
      var number: UInt64
      var copies: InlineArray<64, UInt64>
    }
    let ring = RecordRing<Record>(capacity: 16)
    let total: UInt64 = 100_000
    let isDone = Atomic<Bool>(false)
    var seen: UInt64 = 0
    var previous: UInt64 = 0
    var isTorn = false
    var isDisordered = false
    try withThreads(
      1,
      body: { _ in
        for number in 1...total {
          ring.push(Record(number: number, copies: InlineArray(repeating: number)))
        }
        isDone.store(true, ordering: .releasing)
      },
      meanwhile: { _ in
        while true {
          let wasDone = isDone.load(ordering: .acquiring)
          while let record = ring.pop() {
            seen += 1
            if record.number <= previous { isDisordered = true }
            previous = record.number
            for index in 0..<64 where record.copies[index] != record.number { isTorn = true }
          }
          if wasDone { break }
        }
      })
    #expect(!isTorn)
    #expect(!isDisordered)
    #expect(seen + ring.droppedCount == total)
  }

  @Test func capacityIsAPowerOfTwo() async {
    await #expect(processExitsWith: .failure) { _ = RecordRing<Int>(capacity: 3) }
  }
}

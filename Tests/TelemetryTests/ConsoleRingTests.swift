import Glibc
import Synchronization
import Testing
import Threads

@testable import Telemetry

@Suite(.timeLimit(.minutes(1))) struct ConsoleRingTests {
  static func drain(_ ring: ConsoleRing) -> [UInt8] {
    var bytes: [UInt8] = []
    ring.drain(into: &bytes)
    return bytes
  }

  @Test func bytesComeInOrderAndOnce() {
    let ring = ConsoleRing()
    #expect(Self.drain(ring).isEmpty)
    for byte in "boot: ok\n".utf8 { ring.write(byte) }
    #expect(Self.drain(ring) == Array("boot: ok\n".utf8))
    #expect(Self.drain(ring).isEmpty)
    #expect(ring.droppedCount == 0)
  }

  @Test func theOldestAreLostAndCounted() {
    let ring = ConsoleRing()
    let extra = 1000
    for number in 0..<(ConsoleRing.capacity + extra) {
      ring.write(UInt8(truncatingIfNeeded: number))
    }
    let bytes = Self.drain(ring)
    #expect(bytes.count == ConsoleRing.capacity)
    #expect(bytes.first == UInt8(truncatingIfNeeded: extra))
    #expect(ring.droppedCount == UInt64(extra))
    ring.write(7)
    #expect(Self.drain(ring) == [7])
    #expect(ring.droppedCount == UInt64(extra))
  }

  @Test func theFirstByteAfterADrainRings() {
    let news = FutexWord(0)
    let ring = ConsoleRing(news: news)
    ring.write(1)
    #expect(news.load() == 1)
    ring.write(2)
    #expect(news.load() == 1)
    #expect(Self.drain(ring) == [1, 2])
    #expect(news.load() == 1)
    ring.write(3)
    #expect(news.load() == 2)
  }

  @Test func aReaderThatDoesNotAskIsToldOnlyOfWhatWouldBeLost() {
    let news = FutexWord(0)
    let ring = ConsoleRing(news: news)
    var bytes: [UInt8] = []
    ring.drain(into: &bytes, rings: false)
    for _ in 0..<(ConsoleRing.capacity / 2 - 1) { ring.write(0) }
    #expect(news.load() == 0)
    ring.write(0)
    #expect(news.load() == 1)
    ring.drain(into: &bytes, rings: false)
    #expect(bytes.count == ConsoleRing.capacity / 2)
    ring.write(0)
    #expect(news.load() == 1)
    ring.drain(into: &bytes)
    ring.write(0)
    #expect(news.load() == 2)
  }

  @Test func aHalfFullRingRingsAgain() {
    let news = FutexWord(0)
    let ring = ConsoleRing(news: news)
    for _ in 0..<(ConsoleRing.capacity / 2 - 1) { ring.write(0) }
    #expect(news.load() == 1)
    ring.write(0)
    #expect(news.load() == 2)
    for _ in 0..<1000 { ring.write(0) }
    #expect(news.load() == 2)
  }

  /// A reader that sleeps whenever the ring is empty gets every byte, and nobody else wakes it.
  @Test func aSleepingReaderMissesNothing() throws {
    let news = FutexWord(0)
    let ring = ConsoleRing(news: news)
    let count = 50_000
    let read = Atomic<Int>(0)
    let writer = try TestThread("writer") {
      for number in 0..<count {
        // Never more than the ring holds: a guest whose reader keeps up.
        while number - read.load(ordering: .acquiring) > 1000 { sched_yield() }
        ring.write(UInt8(truncatingIfNeeded: number))
      }
    }
    var bytes: [UInt8] = []
    while bytes.count < count {
      let seen = news.load()
      let before = bytes.count
      ring.drain(into: &bytes)
      read.store(bytes.count, ordering: .releasing)
      if bytes.count == before { _ = news.wait(whileEqualTo: seen) }
    }
    writer.join()
    #expect(ring.droppedCount == 0)
    #expect(bytes == (0..<count).map { UInt8(truncatingIfNeeded: $0) })
  }

  @Test func writersAreNeverMixedUpAndEveryByteIsAccountedFor() throws {
    let ring = ConsoleRing()
    let perWriter = 200_000
    let running = Atomic<Int>(3)
    var threads: [TestThread] = []
    for writer in 0..<3 {
      threads.append(
        try TestThread("writer") {
          // The writer in the two upper bits, a count in the six lower ones.
          for number in 0..<perWriter { ring.write(UInt8(writer << 6 | number & 63)) }
          running.subtract(1, ordering: .releasing)
        })
    }
    var bytes: [UInt8] = []
    var isForeign = false
    var total: UInt64 = 0
    while true {
      let isLast = running.load(ordering: .acquiring) == 0
      bytes.removeAll(keepingCapacity: true)
      let droppedBefore = ring.droppedCount
      ring.drain(into: &bytes)
      for byte in bytes where byte >> 6 > 2 { isForeign = true }
      // Where nothing was lost in this batch, each writer's bytes are consecutive.
      if ring.droppedCount == droppedBefore {
        for writer in 0..<3 {
          let own = bytes.filter { Int($0 >> 6) == writer }.map { $0 & 63 }
          for (first, second) in zip(own, own.dropFirst()) where second != (first + 1) & 63 {
            Issue.record("writer \(writer): \(second) after \(first)")
          }
        }
      }
      total += UInt64(bytes.count)
      if isLast { break }
    }
    for thread in threads { thread.join() }
    #expect(!isForeign)
    #expect(total + ring.droppedCount == UInt64(3 * perWriter))
  }
}

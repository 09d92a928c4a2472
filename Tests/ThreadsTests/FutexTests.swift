import Synchronization
import Testing

@testable import Threads

@Suite struct FutexTests {
  @Test func arithmeticWraps() {
    let word = FutexWord(.max)
    #expect(word.add(2) == 1)
    word.store(7)
    #expect(word.load(ordering: .relaxed) == 7)
    #expect(word.load(ordering: .acquiring) == 7)
    #expect(word.exchange(8) == 7)
    #expect(!word.compareExchange(expected: 7, desired: 9))
    #expect(word.compareExchange(expected: 8, desired: 9))
    #expect(word.load() == 9)
  }

  @Test func waitReturnsAtOnceWhereTheWordDiffers() {
    #expect(FutexWord(1).wait(whileEqualTo: 0) == .changed)
  }

  @Test func deadlineIsAbsoluteAndMonotonic() {
    let word = FutexWord(0)
    #expect(word.wait(whileEqualTo: 0, untilNanoseconds: 1) == .timedOut)
    let deadline = MonotonicClock.nanoseconds() + 2_000_000
    // A wait may end without reason: until the time-out it is repeated.
    while word.wait(whileEqualTo: 0, untilNanoseconds: deadline) != .timedOut {}
    #expect(MonotonicClock.nanoseconds() >= deadline)
  }

  @Test func wakeAllReachesEverySleeper() throws {
    let word = FutexWord(0)
    let awake = Atomic<Int>(0)
    try withThreads(
      4,
      body: { _ in
        while word.load() == 0 { _ = word.wait(whileEqualTo: 0) }
        awake.add(1, ordering: .sequentiallyConsistent)
      },
      meanwhile: { _ in
        word.store(1)
        word.wakeAll()
      })
    let total = awake.load(ordering: .sequentiallyConsistent)
    #expect(total == 4)
  }

  @Test func lockExcludes() throws {
    /// Deliberately not atomic: only the lock protects it.
    final class Counter: @unchecked Sendable { var value = 0 }
    let lock = FutexLock()
    let counter = Counter()
    try withThreads(
      4,
      body: { _ in
        for _ in 0..<20_000 { lock.withLock { counter.value += 1 } }
      })
    #expect(counter.value == 80_000)
    #expect(lock.tryLock())
    #expect(!lock.tryLock())
    lock.unlock()
  }

  @Test func unlockOfAFreeLockTraps() async {
    await #expect(processExitsWith: .failure) { FutexLock().unlock() }
  }
}

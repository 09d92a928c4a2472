import Synchronization
import Terminal
import Threads

/// A thread that wakes a waiting front end when the machine has news: a console byte, the guest's end.
///
/// A futex cannot be waited for together with descriptors; this thread waits for it and wakes the others'
/// poll(2). After each it pauses, so that a guest that writes byte by byte does not cost a wake a byte.
final class NewsBridge: Sendable {
  private let news: FutexWord
  private let waker: Waker
  private let pause: UInt64
  private let isEnding = Atomic<Bool>(false)
  private let end = FutexWord(0)
  private let thread = ThreadGroup()

  /// Starts it. `pause`: how long at least between two wakes, nanoseconds.
  init(news: FutexWord, waker: Waker, pause: UInt64) throws(ThreadError) {
    self.news = news
    self.waker = waker
    self.pause = pause
    try thread.spawn(name: "news", stackSize: 64 << 10) { self.run() }
  }

  private func run() {
    var seen = news.load()
    while !isEnding.load(ordering: .sequentiallyConsistent) {
      waker.wake()
      _ = end.wait(
        whileEqualTo: 0, untilNanoseconds: MonotonicClock.nanoseconds() &+ pause)
      while !isEnding.load(ordering: .sequentiallyConsistent), news.load() == seen {
        _ = news.wait(whileEqualTo: seen)
      }
      seen = news.load()
    }
  }

  /// Ends the thread and waits for it. Once.
  func stop() {
    isEnding.store(true, ordering: .sequentiallyConsistent)
    end.store(1)
    end.wakeAll()
    news.ring()
    thread.join()
  }
}

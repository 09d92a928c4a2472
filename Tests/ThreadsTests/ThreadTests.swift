import Glibc
import Synchronization
import Testing

@testable import Threads

@Suite struct ThreadTests {
  @Test func bodyRunsOnceOnAnotherThread() throws {
    let runs = Atomic<Int>(0)
    let caller = ThreadIdentifier.current
    let isOther = Atomic<Bool>(false)
    try withThreads(
      1,
      body: { _ in
        runs.add(1, ordering: .relaxed)
        isOther.store(ThreadIdentifier.current != caller, ordering: .relaxed)
      })
    let count = runs.load(ordering: .relaxed)
    let other = isOther.load(ordering: .relaxed)
    #expect(count == 1)
    #expect(other)
  }

  @Test func nameIsCutToWhatTheKernelKeeps() throws {
    let matches = Atomic<Bool>(false)
    let handle = try ThreadHandle.spawn(name: "a-name-of-more-than-fifteen") {
      var name = [UInt8](repeating: 0, count: 32)
      let file = open("/proc/thread-self/comm", O_RDONLY)
      let count = read(file, &name, name.count)
      close(file)
      let isCut = count == 16 && name.prefix(16).elementsEqual("a-name-of-more-\n".utf8)
      matches.store(isCut, ordering: .sequentiallyConsistent)
    }
    handle.join()
    let ok = matches.load(ordering: .sequentiallyConsistent)
    #expect(ok)
  }

  @Test func onlyTheNamedSignalsAreUnblocked() throws {
    let blocked = Atomic<Int>(0)
    let kickBlocked = Atomic<Bool>(true)
    let kick = KickSignal.number
    let handle = try ThreadHandle.spawn(name: "mask", unblockedSignals: [kick]) {
      var mask = sigset_t()
      pthread_sigmask(SIG_BLOCK, nil, &mask)
      for signal in [SIGINT, SIGTERM, SIGWINCH, SIGALRM, SIGHUP, SIGUSR1]
      where sigismember(&mask, signal) == 1 {
        blocked.add(1, ordering: .sequentiallyConsistent)
      }
      kickBlocked.store(sigismember(&mask, kick) == 1, ordering: .sequentiallyConsistent)
    }
    handle.join()
    let count = blocked.load(ordering: .sequentiallyConsistent)
    let isBlocked = kickBlocked.load(ordering: .sequentiallyConsistent)
    #expect(count == 6)
    #expect(!isBlocked)
  }

  @Test func kickInterruptsABlockingCallAndDoesNothingElse() throws {
    KickSignal.installEmptyHandler()
    let word = FutexWord(0)
    let interrupted = FutexWord(0)
    try withThreads(
      1, unblockedSignals: [KickSignal.number],
      body: { _ in
        while word.wait(whileEqualTo: 0) != .interrupted {}
        interrupted.store(1)
        interrupted.wakeAll()
      },
      meanwhile: { threads in
        // The signal may come before the sleep; it is sent until one has hit it.
        while interrupted.load() == 0 {
          threads[0].kill(KickSignal.number)
          let soon = MonotonicClock.nanoseconds() + 1_000_000
          _ = interrupted.wait(whileEqualTo: 0, untilNanoseconds: soon)
        }
      })
    #expect(interrupted.load() == 1)
  }

  @Test func refusedThreadIsAnErrorWithItsNumber() {
    #expect(throws: ThreadError.self) {
      // A stack of 2^46 bytes does not fit into the address space.
      try ThreadHandle.spawn(name: "huge", stackSize: 1 << 46) {}.join()
    }
    #expect(ThreadError(errorNumber: 11).description == "cannot start a thread: errno 11")
  }

  @Test func handleMustBeJoined() async {
    await #expect(processExitsWith: .failure) {
      _ = try ThreadHandle.spawn(name: "leak") {}
    }
  }
}

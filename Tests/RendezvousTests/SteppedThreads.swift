@testable import Rendezvous
@testable import Threads

/// A small random number generator (SplitMix64), so that a seed gives the same run everywhere.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 &+ 0x1234_5678_9abc_def1 }
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
  /// 0 ..< `limit`.
  mutating func below(_ limit: Int) -> Int { Int(truncatingIfNeeded: next() >> 33) % limit }
  /// True once in `count` times.
  mutating func oneIn(_ count: Int) -> Bool { below(count) == 0 }
}

/// Threads of which one runs at a time. At each step of the coordinator, and of who uses it, a generator
/// decides who goes on: the same seed gives the same interleaving, and nobody sleeps in the kernel who could
/// be waited for for ever, so that a hang is found at once instead of by a time-out.
///
/// Only the thread that runs touches anything here, and what it did is released with the baton.
final class SteppedThreads: RendezvousScheduler, @unchecked Sendable {
  enum Outcome: Equatable {
    case finished
    /// Nobody can go on; these are waiting.
    case hung([String])
    /// The steps are used up.
    case exhausted
  }

  private final class Runner: @unchecked Sendable {
    let name: String
    let baton = FutexWord(0)
    var word: FutexWord?
    var lock: FutexLock?
    var isDone = false
    init(_ name: String) { self.name = name }
    func waitForBaton() {
      while baton.load() == 0 { _ = baton.wait(whileEqualTo: 0) }
      baton.store(0)
    }
    func hand() {
      baton.store(1)
      baton.wakeAll()
    }
  }

  var random: SeededGenerator
  /// Steps taken.
  private(set) var steps = 0
  /// Called at each step by whoever takes it.
  var onStep: () -> Void = {}
  /// Called by whoever is about to take a lock.
  var onLock: () -> Void = {}
  /// One in so many steps changes the thread that runs.
  private let rarity: Int
  private var runners: [Runner] = []
  private var ready: [Int] = []
  /// The one that runs, or nil: the test's thread.
  private var current: Int?
  private let main = Runner("test")
  private var outcome = Outcome.finished
  private var limit = 0
  private let threads = ThreadGroup()

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
    rarity = [1, 2, 4, 12][random.below(4)]
  }

  /// The name of the thread that runs.
  var name: String { current.map { runners[$0].name } ?? main.name }

  func spawn(_ name: String, _ body: @escaping @Sendable () -> Void) throws {
    let runner = Runner(name)
    let index = runners.count
    runners.append(runner)
    ready.append(index)
    try threads.spawn(name: name, stackSize: 256 * 1024) { [self] in
      runner.waitForBaton()
      body()
      runner.isDone = true
      leave()
    }
  }

  /// Lets the threads run until all are done, nobody can go on, or `steps` steps are taken. Can be called
  /// again after something was changed.
  func run(steps extra: Int = 200_000) -> Outcome {
    limit = steps + extra
    outcome = .finished
    if let next = pick() {
      current = next
      runners[next].hand()
      main.waitForBaton()
    } else if !ready.isEmpty || runners.contains(where: { !$0.isDone }) {
      outcome = .hung(waiting)
    }
    return outcome
  }

  /// After a run that finished.
  func join() { threads.join() }

  private var waiting: [String] { runners.filter { !$0.isDone }.map(\.name) }

  // MARK: Steps

  func reach(_ point: FaultPoint) { step() }

  /// The running thread may be held up here.
  func step() {
    guard let me = current else { return }
    steps += 1
    onStep()
    if steps >= limit {
      outcome = .exhausted
      return pass(from: runners[me], to: nil)
    }
    guard random.oneIn(rarity), let next = pick(), next != me else { return }
    pass(from: runners[me], to: next)
  }

  func willLock(_ lock: FutexLock) {
    guard let me = current else { return }
    onLock()
    while lock.state.load() != 0 {
      runners[me].lock = lock
      blocked(runners[me])
    }
    runners[me].lock = nil
  }

  func wait(on word: FutexWord, whileEqualTo seen: UInt32) -> FutexWaitResult {
    guard let me = current else { preconditionFailure("the test's thread does not wait") }
    if word.load() != seen { return .changed }
    runners[me].word = word
    ready.removeAll { $0 == me }
    blocked(runners[me])
    return .woken
  }

  func wakeAll(_ word: FutexWord) {
    for index in runners.indices where runners[index].word === word {
      runners[index].word = nil
      ready.append(index)
    }
  }

  // MARK: The baton

  /// The running thread cannot go on now.
  private func blocked(_ me: Runner) {
    let next = pick()
    if next == nil { outcome = .hung(waiting) }
    pass(from: me, to: next)
  }

  /// The running thread is done.
  private func leave() {
    guard let me = current else { return }
    ready.removeAll { $0 == me }
    let next = pick()
    if next == nil && !waiting.isEmpty { outcome = .hung(waiting) }
    current = next
    if let next { runners[next].hand() } else { main.hand() }
  }

  private func pass(from me: Runner, to next: Int?) {
    current = next
    if let next {
      if runners[next] === me { return }
      runners[next].hand()
    } else {
      main.hand()
    }
    me.waitForBaton()
  }

  private func pick() -> Int? {
    if ready.isEmpty { return nil }
    let start = random.below(ready.count)
    for offset in ready.indices {
      let index = ready[(start + offset) % ready.count]
      if let lock = runners[index].lock, lock.state.load() != 0 { continue }
      return index
    }
    return nil
  }
}

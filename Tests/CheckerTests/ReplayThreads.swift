@testable import Rendezvous
@testable import Threads

/// Threads that call the real coordinator, one at a time, as far as they are told: each stops wherever the
/// model has a step of its own.
final class ReplayThreads: RendezvousScheduler {
  /// Where a thread has stopped.
  enum Stop: Equatable, Sendable {
    /// It has nothing to do.
    case idle
    /// Before it takes the rendezvous lock.
    case lock
    /// Between the two reads of a look.
    case betweenReads
    /// After one of the two stores that publish.
    case stored
    case beforeNotify
    /// It has read that this member must be kicked or woken.
    case telling(Int)
    case afterAction
    /// It tried to hold that member in its sleep; whether it could.
    case claimed(Int, Bool)
    case released(Int)
    case betweenClears
    case asleep
  }
  /// What a thread is told to do from ``Stop/idle`` on.
  enum Command: Sendable {
    case end, look, mayHalt, exit
    case initiate(token: Int, targets: CPUSet)
  }
  /// What the last command came to.
  struct Answer: Sendable {
    var isPositive = false
    var report: RendezvousExitReport?
  }

  private struct State: Sendable {
    var current: Int?
    var commands: [Command]
    var stops: [Stop]
    var answers: [Answer]
    /// Nobody stops any more but where it cannot go on.
    var isFree = false
  }

  private let state: Guarded<State>
  private let turns: [FutexWord]
  private let stopped = FutexWord(0)
  private let group = ThreadGroup()

  init(count: Int) {
    state = Guarded(
      State(
        commands: Array(repeating: .end, count: count),
        stops: Array(repeating: .idle, count: count),
        answers: Array(repeating: Answer(), count: count)))
    turns = (0..<count).map { _ in FutexWord(0) }
  }

  /// Starts them; each executes commands by `execute`.
  func start(_ execute: @escaping @Sendable (Int, Command) -> Answer) throws {
    for thread in turns.indices {
      try group.spawn(name: "replay \(thread)", stackSize: 256 * 1024) { [self] in
        while true {
          wait(for: turns[thread])
          let command = state.withLock { $0.commands[thread] }
          if case .end = command { break }
          let answer = execute(thread, command)
          state.withLock {
            $0.answers[thread] = answer
            $0.stops[thread] = .idle
            $0.current = nil
          }
          hand(stopped)
        }
      }
    }
  }

  // MARK: The director's thread

  func stop(of thread: Int) -> Stop { state.withLock { $0.stops[thread] } }
  func answer(of thread: Int) -> Answer { state.withLock { $0.answers[thread] } }

  /// Lets `thread` go on, or do `command`, to its next stop.
  func resume(_ thread: Int, _ command: Command? = nil) -> Stop {
    state.withLock {
      $0.current = thread
      if let command { $0.commands[thread] = command }
    }
    hand(turns[thread])
    wait(for: stopped)
    return stop(of: thread)
  }

  /// Lets all run to the end of what they do, `between` after each round, and joins them.
  func finish(_ between: () -> Void) {
    state.withLock { $0.isFree = true }
    for _ in 0..<1000 {
      let busy = turns.indices.filter { stop(of: $0) != .idle }
      if busy.isEmpty { break }
      for thread in busy { _ = resume(thread) }
      between()
    }
    precondition(turns.indices.allSatisfy { stop(of: $0) == .idle }, "threads that cannot be ended")
    for thread in turns.indices {
      state.withLock { $0.commands[thread] = .end }
      hand(turns[thread])
    }
    group.join()
  }

  // MARK: Their own threads

  /// The calling thread, nil for the director's.
  var current: Int? { state.withLock { $0.current } }

  /// The calling thread stops here until it is its turn again. `mustStop`: also where nobody is directed.
  func pause(_ stop: Stop, mustStop: Bool = false) {
    let thread = state.withLock { state -> Int? in
      guard let thread = state.current, mustStop || !state.isFree else { return nil }
      state.stops[thread] = stop
      state.current = nil
      return thread
    }
    guard let thread else { return }
    hand(stopped)
    wait(for: turns[thread])
  }

  func reach(_ point: FaultPoint) {
    switch point {
    case .betweenCheckReads: pause(.betweenReads)
    case .afterRequestStore, .afterFunctionStore: pause(.stored)
    case .beforeNotify: pause(.beforeNotify)
    case .afterAction: pause(.afterAction)
    case .betweenClears: pause(.betweenClears)
    case .afterCheck, .beforeLock: break
    }
  }

  func willLock(_ lock: FutexLock) {
    pause(.lock)
    while lock.state.load() != 0 && current != nil { pause(.lock, mustStop: true) }
  }

  func wait(on word: FutexWord, whileEqualTo seen: UInt32) -> FutexWaitResult {
    while word.load() == seen {
      pause(.asleep, mustStop: true)
      if state.withLock({ $0.isFree }) { return .timedOut }
    }
    return .woken
  }

  /// Whose turn it is, the director decides.
  func wakeAll(_ word: FutexWord) {}

  // MARK: The baton

  private func wait(for word: FutexWord) {
    while word.load() == 0 { _ = word.wait(whileEqualTo: 0) }
    word.store(0)
  }
  private func hand(_ word: FutexWord) {
    word.store(1)
    word.wakeAll()
  }
}

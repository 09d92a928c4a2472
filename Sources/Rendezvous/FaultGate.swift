import Synchronization
import Threads

/// A test's hold on every step of the coordinator: it decides who goes on at each of them.
protocol RendezvousScheduler: AnyObject, Sendable {
  /// The calling thread is at `point`; returns when it may go on.
  func reach(_ point: FaultPoint)
  /// The calling thread wants `lock`; returns when it is free and stays so until the caller's next step.
  func willLock(_ lock: FutexLock)
  /// As `FutexWord.wait`, without a limit.
  func wait(on word: FutexWord, whileEqualTo seen: UInt32) -> FutexWaitResult
  /// As `FutexWord.wakeAll`.
  func wakeAll(_ word: FutexWord)
}

/// Where the coordinator's threads pass its fault points. Atomic throughout: the settings are read without
/// the lock, relaxed, as a thread that sees an older one is only held up a little earlier or later.
final class FaultGate: Sendable {
  let scheduler: (any RendezvousScheduler)?
  private let isArmed = Atomic<Bool>(false)
  private let spins = InlineArray<8, Atomic<UInt64>> { _ in Atomic(0) }
  private let arrivals = InlineArray<8, Atomic<UInt64>> { _ in Atomic(0) }
  private let seed = Atomic<UInt64>(0)
  private let maximum = Atomic<UInt64>(0)
  private let kicksToDrop = Atomic<Int>(0)
  private let timeoutsToCome = Atomic<Int>(0)
  private let delaysLook = Atomic<Bool>(false)

  init(scheduler: (any RendezvousScheduler)?) {
    self.scheduler = scheduler
    adopt(RendezvousFaults())
  }

  /// Whether looks must pass ``FaultPoint/afterCheck``.
  var catchesLooks: Bool { delaysLook.load(ordering: .relaxed) }

  func adopt(_ faults: RendezvousFaults) {
    for point in FaultPoint.allCases {
      spins[Int(point.rawValue)].store(faults[spinNanoseconds: point], ordering: .relaxed)
      arrivals[Int(point.rawValue)].store(0, ordering: .relaxed)
    }
    seed.store(faults.schedule?.seed ?? 0, ordering: .relaxed)
    maximum.store(faults.schedule?.maximumNanoseconds ?? 0, ordering: .relaxed)
    kicksToDrop.store(faults.droppedKicks, ordering: .relaxed)
    timeoutsToCome.store(faults.earlyTimeouts, ordering: .relaxed)
    delaysLook.store(faults.delaysLook || scheduler != nil, ordering: .relaxed)
    isArmed.store(faults != RendezvousFaults() || scheduler != nil, ordering: .relaxed)
  }

  /// A thread passes `point`: a load where there are no faults.
  @inline(__always) func reach(_ point: FaultPoint) {
    if isArmed.load(ordering: .relaxed) { hold(at: point) }
  }

  /// A thread is about to take `lock`.
  @inline(__always) func willLock(_ lock: FutexLock) {
    if isArmed.load(ordering: .relaxed) {
      hold(at: .beforeLock)
      scheduler?.willLock(lock)
    }
  }

  /// Whether the next notification is to be lost.
  func dropsKick() -> Bool {
    isArmed.load(ordering: .relaxed) && Self.take(kicksToDrop)
  }

  /// Sleeps on `word`.
  func wait(on word: FutexWord, whileEqualTo seen: UInt32, nanoseconds: UInt64) -> FutexWaitResult {
    if isArmed.load(ordering: .relaxed) {
      if Self.take(timeoutsToCome) { return .timedOut }
      if let scheduler { return scheduler.wait(on: word, whileEqualTo: seen) }
    }
    return word.wait(
      whileEqualTo: seen, untilNanoseconds: MonotonicClock.nanoseconds() &+ nanoseconds)
  }

  func wakeAll(_ word: FutexWord) {
    if let scheduler { scheduler.wakeAll(word) } else { word.wakeAll() }
  }

  private func hold(at point: FaultPoint) {
    scheduler?.reach(point)
    let index = Int(point.rawValue)
    let arrival = arrivals[index].wrappingAdd(1, ordering: .relaxed).oldValue
    let schedule = FaultSchedule(
      seed: seed.load(ordering: .relaxed), maximumNanoseconds: maximum.load(ordering: .relaxed))
    let spin =
      spins[index].load(ordering: .relaxed) &+ schedule.delay(at: point, arrival: arrival)
    if spin == 0 { return }
    // A spin, not a sleep: a sleep takes 50 us at least, and what is looked for happens within few.
    let end = MonotonicClock.nanoseconds() &+ spin
    while MonotonicClock.nanoseconds() < end {}
  }

  private static func take(_ counter: borrowing Atomic<Int>) -> Bool {
    // A look first: nearly always there is nothing to take.
    guard counter.load(ordering: .relaxed) > 0 else { return false }
    if counter.subtract(1, ordering: .relaxed).oldValue > 0 { return true }
    counter.add(1, ordering: .relaxed)
    return false
  }
}

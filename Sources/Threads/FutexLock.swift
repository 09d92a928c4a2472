/// A mutual exclusion lock on one futex word: 0 free, 1 held, 2 held and somebody may sleep.
///
/// Not `Synchronization.Mutex`: its slow path is invisible to the thread sanitizer, which then reports
/// races that are none. Not recursive, not fair.
public final class FutexLock: Sendable {
  private let state = FutexWord(0)

  /// A free lock.
  public init() {}

  /// Takes the lock, sleeping until it is free.
  public func lock() {
    if state.compareExchange(expected: 0, desired: 1) { return }
    // Whoever comes here holds it as 2 afterwards, perhaps without need: one wake-up too many at
    // most, never one too few. The exchange acquires what the last holder's unlock released.
    while state.exchange(2) != 0 { _ = state.wait(whileEqualTo: 2) }
  }

  /// Takes the lock if it is free; returns whether it was.
  public func tryLock() -> Bool { state.compareExchange(expected: 0, desired: 1) }

  /// Releases the lock, which the caller must hold.
  public func unlock() {
    let before = state.exchange(0)
    precondition(before != 0, "unlock of a lock that nobody holds")
    if before == 2 { state.wakeOne() }
  }

  /// Runs `body` with the lock held.
  public func withLock<Result: ~Copyable, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    lock()
    defer { unlock() }
    return try body()
  }
}

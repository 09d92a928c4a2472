import CKVM
import Synchronization

/// A mutual exclusion lock on one futex word: 0 free, 1 held, 2 held and somebody may sleep.
///
/// Not `Synchronization.Mutex`: its slow path is invisible to the thread sanitizer, which then reports
/// races that are none. Not recursive, not fair.
public final class FutexLock: Sendable {
  let state = FutexWord(0)
  /// Looks before a sleep: what is done under these locks takes a fraction of a microsecond, a sleep and its
  /// wake-up several. bhyve's mutexes spin, too, while their holder runs.
  private static let looks = 40
  /// The thread that holds the lock, kept in debug builds only; 0: nobody.
  private let holder = Atomic<UInt>(0)

  /// A free lock.
  public init() {}

  /// Takes the lock, sleeping until it is free.
  public func lock() {
    assert(!isHeldByCaller, "the lock is not recursive")
    defer { noteHolder() }
    if state.compareExchange(expected: 0, desired: 1) { return }
    for _ in 0..<Self.looks {
      cthreads_relax()
      if state.load(ordering: .relaxed) == 0 && state.compareExchange(expected: 0, desired: 1) {
        return
      }
    }
    // Whoever comes here holds it as 2 afterwards, perhaps without need: one wake-up too many at
    // most, never one too few. The exchange acquires what the last holder's unlock released.
    while state.exchange(2) != 0 { _ = state.wait(whileEqualTo: 2) }
  }

  /// Takes the lock if it is free; returns whether it was.
  public func tryLock() -> Bool {
    guard state.compareExchange(expected: 0, desired: 1) else { return false }
    noteHolder()
    return true
  }

  /// Releases the lock, which the caller must hold.
  public func unlock() {
    #if DEBUG
      holder.store(0, ordering: .relaxed)
    #endif
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

  /// Whether the calling thread holds the lock. For assertions: always false in release builds.
  public var isHeldByCaller: Bool {
    #if DEBUG
      // Relaxed: only the caller itself can have stored the caller's own number.
      return holder.load(ordering: .relaxed) == cthreads_self()
    #else
      return false
    #endif
  }

  private func noteHolder() {
    #if DEBUG
      holder.store(cthreads_self(), ordering: .relaxed)
    #endif
  }
}

import CKVM
import Glibc
public import Synchronization

/// Why a ``FutexWord/wait(whileEqualTo:untilNanoseconds:)`` ended.
public enum FutexWaitResult: Sendable, Equatable {
  /// A wake-up; or a spurious one: look at the word again.
  case woken
  /// The word did not have the expected value, so there was no wait.
  case changed
  /// The deadline passed.
  case timedOut
  /// A signal's handler ran.
  case interrupted
}

/// A 32-bit word on a 128-byte line of its own that threads can sleep on (futex(2), private).
///
/// The kernel compares the word and queues the sleeper in one step, so a waker that first changes the
/// word and then wakes is never missed.
@safe public final class FutexWord: Sendable {
  // Not a stored property: a futex needs an address, and that of a stored property is not ours to take.
  // Unsafe: the pointer is shared between threads; it never changes, what it points to is atomic, and
  // it is freed when no reference, hence no user, is left.
  @usableFromInline nonisolated(unsafe) let word: UnsafeMutablePointer<Atomic<UInt32>>

  /// A word of value `value`.
  public init(_ value: UInt32 = 0) {
    // 128 bytes, as the adjacent-line prefetcher pulls lines in pairs.
    let line = UnsafeMutableRawPointer.allocate(byteCount: 128, alignment: 128)
    // Unsafe: a fresh allocation, large and aligned enough, initialized here and nowhere else.
    unsafe word = unsafe line.bindMemory(to: Atomic<UInt32>.self, capacity: 1)
    unsafe word.initialize(to: Atomic(value))
  }

  deinit {
    unsafe word.deinitialize(count: 1)
    unsafe UnsafeMutableRawPointer(word).deallocate()
  }

  /// The value. `ordering` should be written out at the call, then it costs nothing.
  @inlinable public func load(
    ordering: AtomicLoadOrdering = .sequentiallyConsistent
  ) -> UInt32 {
    // The primitives take constant orderings only.
    if ordering == .relaxed { return unsafe word.pointee.load(ordering: .relaxed) }
    if ordering == .acquiring { return unsafe word.pointee.load(ordering: .acquiring) }
    return unsafe word.pointee.load(ordering: .sequentiallyConsistent)
  }

  /// Sets the value.
  @inlinable public func store(
    _ value: UInt32, ordering: AtomicStoreOrdering = .sequentiallyConsistent
  ) {
    if ordering == .relaxed { return unsafe word.pointee.store(value, ordering: .relaxed) }
    if ordering == .releasing { return unsafe word.pointee.store(value, ordering: .releasing) }
    unsafe word.pointee.store(value, ordering: .sequentiallyConsistent)
  }

  /// Adds `amount` with wrap-around, sequentially consistent, and returns the new value.
  @inlinable @discardableResult public func add(_ amount: UInt32) -> UInt32 {
    unsafe word.pointee.wrappingAdd(amount, ordering: .sequentiallyConsistent).newValue
  }

  /// Sets the value, sequentially consistent, and returns the old one.
  @inlinable public func exchange(_ value: UInt32) -> UInt32 {
    unsafe word.pointee.exchange(value, ordering: .sequentiallyConsistent)
  }

  /// Sets `desired` where the value is `expected`, sequentially consistent; returns whether it was.
  @inlinable public func compareExchange(expected: UInt32, desired: UInt32) -> Bool {
    unsafe word.pointee.compareExchange(
      expected: expected, desired: desired, ordering: .sequentiallyConsistent
    ).exchanged
  }

  /// Sleeps as long as the value is `expected`, at most until `deadline` (absolute, nanoseconds of
  /// ``MonotonicClock``; nil: no limit). May return `.woken` without reason: callers loop.
  public func wait(
    whileEqualTo expected: UInt32, untilNanoseconds deadline: UInt64? = nil
  ) -> FutexWaitResult {
    let result: Int32
    if var limit = deadline {
      // Unsafe: the word lives as long as self, the deadline as long as the call.
      result = unsafe cthreads_futex_wait(word, expected, &limit)
    } else {
      result = unsafe cthreads_futex_wait(word, expected, nil)
    }
    switch -result {
    case 0: return .woken
    case EAGAIN: return .changed
    case ETIMEDOUT: return .timedOut
    case EINTR: return .interrupted
    default: preconditionFailure("futex wait failed: errno \(-result)")
    }
  }

  /// Changes the value by one, then wakes everyone who sleeps on it: the word as a bell.
  public func ring() {
    add(1)
    wakeAll()
  }

  /// Wakes everyone who sleeps on the word; returns how many.
  @discardableResult public func wakeAll() -> Int { wake(.max) }

  /// Wakes one who sleeps on the word; returns how many: 0 or 1.
  @discardableResult public func wakeOne() -> Int { wake(1) }

  private func wake(_ count: Int32) -> Int {
    // Unsafe: the word lives as long as self; the kernel takes its address as a name only.
    let woken = unsafe cthreads_futex_wake(word, count)
    precondition(woken >= 0, "futex wake failed: errno \(-woken)")
    return Int(woken)
  }
}

/// A value that can only be reached with its lock held.
///
/// What `Synchronization.Mutex` is, but on ``FutexLock`` (see there), and with the lock itself in reach
/// for those who must share it.
@safe public final class Guarded<Value: ~Copyable & Sendable>: Sendable {
  /// The lock. Taking it gives no access to the value; it is for measuring and for sharing.
  public let lock: FutexLock
  // Unsafe: shared between threads; every access below is made with the lock held, and it is freed
  // with the last reference.
  nonisolated(unsafe) private let value: UnsafeMutablePointer<Value>

  /// Guards `value` by `lock`.
  public init(_ value: consuming Value, lock: FutexLock = FutexLock()) {
    self.lock = lock
    unsafe self.value = UnsafeMutablePointer.allocate(capacity: 1)
    unsafe self.value.initialize(to: value)
  }

  deinit {
    unsafe value.deinitialize(count: 1)
    unsafe value.deallocate()
  }

  /// Runs `body` with the lock held and the value in its hands. Not recursive.
  public func withLock<Result: ~Copyable, Failure: Error>(
    _ body: (inout Value) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    lock.lock()
    defer { lock.unlock() }
    // Unsafe: exclusive, as the lock is held.
    return try unsafe body(&value.pointee)
  }
}

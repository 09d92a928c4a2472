/// A value that only one thread at a time can reach, through a ``FutexLock``.
public final class Locked<Value: Sendable>: Sendable {
  private let lock = FutexLock()
  // Unsafe: reached in withLock alone, with the lock held.
  nonisolated(unsafe) private var value: Value

  /// Guards `value`.
  public init(_ value: Value) { unsafe self.value = value }

  /// Runs `body` on the value with the lock held; `body` must not take the same lock.
  public func withLock<Result, Failure: Error>(
    _ body: (inout Value) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    lock.lock()
    defer { lock.unlock() }
    return unsafe try body(&value)
  }
}

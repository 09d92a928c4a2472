import CTerminalGuard
import Glibc

/// Wakes the thread that waits in ``TerminalEvents/next()``. Any thread may hold and use it, also after
/// that thread has gone.
public final class Waker: Sendable {
  let descriptor: Int32

  init() throws(TerminalError) {
    descriptor = terminal_event_descriptor()
    guard descriptor >= 0 else { throw .system(call: "eventfd", errno: errno) }
  }

  deinit { _ = Glibc.close(descriptor) }

  /// Makes the next (or present) wait end with ``TerminalEvent/wake``. Never blocks; several calls may
  /// become one event.
  public func wake() {
    var one: UInt64 = 1
    // Eight bytes of a local. EAGAIN would mean that 2^64-2 wakes are waiting already.
    _ = unsafe write(descriptor, &one, 8)
  }

  /// Forgets the wakes so far. True if there were any.
  func drain() -> Bool {
    var count: UInt64 = 0
    return unsafe read(descriptor, &count, 8) == 8
  }
}

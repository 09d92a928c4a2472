import CKVM

/// Threads that are joined together.
public final class ThreadGroup: Sendable {
  private let threads = Guarded<[ThreadIdentifier]>([])

  /// No threads yet.
  public init() {}

  deinit { precondition(threads.withLock { $0.isEmpty }, "a group's threads were not joined") }

  /// As ``ThreadHandle/spawn(name:stackSize:unblockedSignals:body:)``; the group joins the thread.
  public func spawn(
    name: String, stackSize: Int = 0, unblockedSignals: [Int32] = [],
    body: @escaping @Sendable () -> Void
  ) throws(ThreadError) {
    let thread = try ThreadHandle.spawn(
      name: name, stackSize: stackSize, unblockedSignals: unblockedSignals, body: body)
    let identifier = thread.disown()
    threads.withLock { $0.append(identifier) }
  }

  /// Waits for the end of every thread. Not to be called by one of them.
  public func join() {
    let all = threads.withLock { threads in
      defer { threads = [] }
      return threads
    }
    for thread in all {
      let error = cthreads_join(thread.raw)
      precondition(error == 0, "cannot join a thread: errno \(error)")
    }
  }
}

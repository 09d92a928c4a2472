import CKVM

/// Why a thread could not be started.
public struct ThreadError: Error, Sendable, Equatable, CustomStringConvertible {
  /// pthread_create's error number: EAGAIN (too many threads), ENOMEM, EINVAL.
  public let errorNumber: Int32
  /// For the user.
  public var description: String { "cannot start a thread: errno \(errorNumber)" }
}

/// A thread's identity, for signals from other threads. Plain value.
///
/// Valid from the start of the thread until it is joined: whoever keeps one must stop using it before
/// the ``ThreadHandle`` is joined (as with pthread_kill(3)).
public struct ThreadIdentifier: Sendable, Equatable {
  let raw: UInt

  /// The calling thread.
  public static var current: ThreadIdentifier { ThreadIdentifier(raw: cthreads_self()) }

  /// Sends `signal` to the thread. Nothing happens where it has ended already.
  public func kill(_ signal: Int32) { _ = cthreads_kill(raw, signal) }
}

/// A thread of ours, raw pthread: a vcpu that sits in KVM_RUN would block Swift's thread pool. Must be
/// joined; a handle that is dropped without is a leak and a precondition failure.
public struct ThreadHandle: ~Copyable, Sendable {
  /// The thread, for signals.
  public let identifier: ThreadIdentifier
  private var isJoined = false

  /// What the new thread gets: its name and what to do.
  private final class Start: Sendable {
    let name: String
    let body: @Sendable () -> Void
    init(name: String, body: @escaping @Sendable () -> Void) {
      self.name = name
      self.body = body
    }
  }

  private init(identifier: ThreadIdentifier) { self.identifier = identifier }

  deinit { precondition(isJoined, "a thread was not joined") }

  /// Starts a thread that runs `body` and ends with it.
  ///
  /// - Parameters:
  ///   - name: what debuggers and `ps -L` show; the first 15 bytes.
  ///   - stackSize: bytes, rounded up to pages; 0 is the system's default (8 MiB of address space).
  ///   - unblockedSignals: the only signals that the thread takes; all others are blocked from its
  ///     first instruction, so that a window resize or an interrupt key never ends a KVM_RUN.
  ///   - body: closures written at the top level of `main.swift` or in `main()` are inferred to be
  ///     main-actor isolated and die on any other thread; write them elsewhere.
  /// - Throws: ``ThreadError`` where the system refuses.
  public static func spawn(
    name: String, stackSize: Int = 0, unblockedSignals: [Int32] = [],
    body: @escaping @Sendable () -> Void
  ) throws(ThreadError) -> ThreadHandle {
    precondition(stackSize >= 0, "a stack size is not negative")
    // Unsafe: one retain, given to the new thread, which takes it back; or here where there is none.
    let start = unsafe Unmanaged.passRetained(Start(name: name, body: body))
    var raw: UInt = 0
    let error = unsafe cthreads_spawn(
      &raw, stackSize, unblockedSignals, unblockedSignals.count,
      { argument in
        guard let argument = unsafe argument else { return nil }
        let start = unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
        unsafe cthreads_set_name(start.name)
        start.body()
        return nil
      }, start.toOpaque())
    guard error == 0 else {
      unsafe start.release()
      throw ThreadError(errorNumber: error)
    }
    return ThreadHandle(identifier: ThreadIdentifier(raw: raw))
  }

  /// Waits for the thread's end. Not to be called by the thread itself.
  public consuming func join() {
    let error = cthreads_join(identifier.raw)
    precondition(error == 0, "cannot join a thread: errno \(error)")
    isJoined = true
  }

  /// Gives up the handle: whoever gets the identifier joins the thread.
  consuming func disown() -> ThreadIdentifier {
    isJoined = true
    return identifier
  }

  /// Sends `signal` to the thread.
  public borrowing func kill(_ signal: Int32) { identifier.kill(signal) }
}

/// The signal by which a vcpu is made to leave the guest.
public enum KickSignal {
  /// Its number: SIGRTMIN + 1.
  public static var number: Int32 { cthreads_kick_signal() }

  /// Installs an empty handler without SA_RESTART, so that the signal does nothing but end a blocking
  /// system call with EINTR. Once a process, before the first kick; the default action would kill it.
  public static func installEmptyHandler() {
    installEmptyHandler(for: number)
  }

  /// The same for another signal (0 and those that cannot be caught are a precondition failure).
  public static func installEmptyHandler(for signal: Int32) {
    let error = cthreads_install_empty_handler(signal)
    precondition(error == 0, "cannot install a signal handler: errno \(error)")
  }
}

import CCurses
import CTerminalGuard
import Glibc

/// ncurses, writing into a file in memory from which its bytes are taken.
///
/// Not a pipe: a pipe holds 64 KiB (more only by leave of the kernel), and as the same thread reads it,
/// an update larger than that would block for ever.
@safe
struct CursesWriter: ~Copyable {
  private let memory: Int32
  private let stream: UnsafeMutablePointer<FILE>
  private let screen: OpaquePointer

  /// Starts ncurses for a terminal of type `term`, which terminfo must know.
  init(term: String) throws(TerminalError) {
    let memory = unsafe terminal_memory_file("screen")
    guard memory >= 0 else { throw .system(call: "memfd_create", errno: errno) }
    guard let stream = unsafe fdopen(memory, "w") else {
      let number = errno
      _ = Glibc.close(memory)
      throw .system(call: "fdopen", errno: number)
    }
    // newterm installs handlers where there is none. Ours come by signalfd: put back what was there.
    let handlers = SignalActions.saved()
    SignalActions.claimStop()
    let screen = unsafe curses_open(term, stream)
    handlers.restore()
    guard let screen = unsafe screen else {
      _ = unsafe fclose(stream)
      throw .typeUnknown(term)
    }
    self.memory = memory
    unsafe self.stream = unsafe stream
    unsafe self.screen = unsafe screen
  }

  deinit {
    // Both came from the calls in init and nobody else has them.
    unsafe delscreen(screen)
    _ = unsafe fclose(stream)
  }

  /// What ncurses has written since the last call.
  func take() -> [UInt8] {
    let count = Int(lseek(memory, 0, SEEK_CUR))
    guard count > 0 else { return [] }
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      // At most `count` bytes go into a buffer of that capacity.
      filled = max(0, unsafe pread(memory, buffer.baseAddress, count, 0))
    }
    _ = lseek(memory, 0, SEEK_SET)
    return bytes
  }
}

/// The actions of the signals that ncurses would handle.
private struct SignalActions {
  private static let signals = [SIGINT, SIGTERM, SIGTSTP, SIGWINCH]
  private var actions: [sigaction]

  static func saved() -> SignalActions {
    SignalActions(
      actions: signals.map { signal in
        var action = sigaction()
        // Only reads the action into a local.
        _ = unsafe sigaction(signal, nil, &action)
        return action
      })
  }

  /// Keeps ncurses off SIGTSTP for the life of the process.
  ///
  /// Where newterm finds its default action, each doupdate afterwards ignores the signal while it works
  /// (lib_tstp.c), and to ignore a signal throws away one that is pending: a Ctrl-Z pressed while a frame
  /// was painted was lost. Where newterm finds a handler it never touches SIGTSTP again. This one never
  /// runs: every thread blocks the signal, and ``restore()`` takes it away again.
  static func claimStop() {
    var action = sigaction()
    unsafe action.__sigaction_handler.sa_handler = { _ in }
    // Only reads the local.
    _ = unsafe sigaction(SIGTSTP, &action, nil)
  }

  func restore() {
    for (signal, action) in zip(SignalActions.signals, actions) {
      var action = action
      _ = unsafe sigaction(signal, &action, nil)
    }
  }
}

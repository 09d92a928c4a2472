import CTerminalGuard
import Glibc

/// One place to wait for everything that concerns a run without a screen: signals, bytes of a line, room in
/// it, other threads, time. One thread owns it.
public final class LineEvents {
  /// Ends a wait from any thread.
  public let waker: Waker
  private let signals: Int32

  /// What a wait ended with.
  public struct Ready: Sendable, Equatable {
    /// SIGINT, SIGTERM, SIGHUP or SIGQUIT: leave, and exit with 128 + the signal.
    public var signal: Int32?
    /// The process was stopped and goes on (SIGCONT).
    public var hasResumed = false
    /// There is input, or its end.
    public var hasInput = false
    /// There is room for output.
    public var hasRoom = false
    /// Nobody reads the output any more.
    public var hasLostReader = false
  }

  private static let watched = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCONT]

  /// Block the signals first: ``blockSignals()``, or ``TerminalEvents/blockSignals()`` where Ctrl-Z is not
  /// to stop the process.
  public init() throws(TerminalError) {
    waker = try Waker()
    // C reads the array during the call.
    signals = unsafe terminal_signal_descriptor(Self.watched, Int32(Self.watched.count))
    guard signals >= 0 else { throw .system(call: "signalfd", errno: errno) }
  }

  deinit { _ = Glibc.close(signals) }

  /// Waits until something happens, at most `nanoseconds`. `input` and `output` are descriptors to watch,
  /// or nil; `needsRoom`: whether something waits for `output`.
  public func wait(
    input: Int32?, output: Int32?, needsRoom: Bool, nanoseconds: UInt64
  ) -> Ready {
    var polled = [
      pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
      pollfd(fd: waker.descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: input ?? -1, events: Int16(POLLIN), revents: 0),
      pollfd(fd: output ?? -1, events: needsRoom ? Int16(POLLOUT) : 0, revents: 0),
    ]
    // Rounded up: the last part of a millisecond is not spent spinning.
    let milliseconds = Int32(min(nanoseconds / 1_000_000 + 1, 1_000_000))
    var ready = Ready()
    // As many entries as the array has.
    guard unsafe poll(&polled, nfds_t(polled.count), nanoseconds == 0 ? 0 : milliseconds) > 0 else {
      return ready
    }
    if polled[0].revents != 0 { takeSignals(&ready) }
    if polled[1].revents != 0 { _ = waker.drain() }
    ready.hasInput = polled[2].revents != 0
    ready.hasRoom = polled[3].revents & Int16(POLLOUT) != 0
    ready.hasLostReader = polled[3].revents & Int16(POLLERR | POLLHUP | POLLNVAL) != 0
    return ready
  }

  private func takeSignals(_ ready: inout Ready) {
    while true {
      switch terminal_next_signal(signals) {
      case 0: return
      case SIGCONT: ready.hasResumed = true
      case let number: ready.signal = ready.signal ?? number
      }
    }
  }

  /// What a descriptor has, at most 4 KiB: empty where it has nothing now, nil at its end.
  public static func read(_ descriptor: Int32) -> [UInt8]? {
    var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    // One pollfd, alive during the call. A blocking descriptor is not read before it has something.
    guard unsafe poll(&polled, 1, 0) > 0 else { return [] }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = unsafe bytes.withUnsafeMutableBytes { buffer in
      // At most as many bytes as the buffer has.
      unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
    }
    if count < 0 && (errno == EINTR || errno == EAGAIN) { return [] }
    return count > 0 ? Array(bytes.prefix(count)) : nil
  }
}

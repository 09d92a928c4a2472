import CTerminalGuard
import Glibc

/// The way out to the terminal: bytes wait here and are written without ever blocking.
///
/// It has its own open of the terminal: making descriptor 1 non-blocking would do so for the shell
/// too, which shares the open file.
struct TerminalOutput: ~Copyable {
  /// Our own descriptor.
  let descriptor: Int32
  /// Bytes written so far.
  private(set) var bytesOut = 0
  /// The terminal went away (EIO).
  private(set) var hungUp = false
  private var waiting: [UInt8] = []
  private var sent = 0

  /// Opens the terminal to which `original` leads once more.
  init(reopening original: Int32) throws(TerminalError) {
    // /proc opens the same device even where its name belongs to another mount namespace (docker
    // exec); /dev/tty even where the name belongs to another user (su).
    let flags = O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC
    var opened = unsafe open("/proc/self/fd/\(original)", flags)
    if opened < 0, let name = unsafe ttyname(original) { opened = unsafe open(name, flags) }
    if opened < 0 { opened = unsafe open("/dev/tty", flags) }
    guard opened >= 0 else { throw .system(call: "opening the terminal", errno: errno) }
    descriptor = opened
  }

  deinit { _ = Glibc.close(descriptor) }

  /// How many bytes the terminal has not taken yet.
  var backlog: Int { waiting.count - sent }

  /// Adds bytes behind those that wait.
  mutating func append(_ bytes: some Sequence<UInt8>) { waiting.append(contentsOf: bytes) }

  /// Writes what the terminal takes now. True when nothing is left.
  @discardableResult
  mutating func flush() -> Bool {
    while sent < waiting.count && !hungUp {
      let count = unsafe waiting.withUnsafeBytes { bytes in
        // In bounds: `sent` is less than `count`, so the slice is not empty.
        unsafe write(descriptor, bytes.baseAddress! + sent, bytes.count - sent)
      }
      if count > 0 {
        sent += count
        bytesOut += count
      } else if count < 0 && errno == EINTR {
        continue
      } else if count < 0 && errno != EAGAIN {
        hungUp = true
      } else {
        return false
      }
    }
    drop()
    return true
  }

  /// Writes everything, waiting for the terminal at most `milliseconds`. True when nothing is left.
  mutating func drain(milliseconds: Int32) -> Bool {
    let deadline = MonotonicTime.now + Int64(milliseconds) * 1_000_000
    while !flush() {
      let left = (deadline - MonotonicTime.now) / 1_000_000
      guard left > 0 else { return false }
      var polled = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      // One pollfd, alive during the call.
      _ = unsafe poll(&polled, 1, Int32(left))
    }
    return true
  }

  /// Forgets what waits here and what the kernel still holds for the terminal.
  mutating func discard() {
    drop()
    _ = tcflush(descriptor, TCOFLUSH)
  }

  private mutating func drop() {
    waiting.removeAll(keepingCapacity: true)
    sent = 0
  }
}

/// CLOCK_MONOTONIC in ns.
enum MonotonicTime {
  static var now: Int64 {
    var time = timespec()
    // It cannot fail for this clock and a valid address.
    _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}

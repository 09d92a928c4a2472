import Foundation
import Glibc

/// A program in a terminal of ours, whose other end is drained as fast as it comes.
final class Subject {
  let process: pid_t
  /// All bytes that came, and when each read returned (ns, CLOCK_MONOTONIC).
  private(set) var bytes: [UInt8] = []
  private let master: Int32
  private let slave: Int32
  private var hasEnded = false

  /// Starts a program on a terminal of that size. Its home is `home`: no settings of the user's.
  init(_ arguments: [String], columns: Int, rows: Int, home: String) throws {
    var (master, slave) = (Int32(-1), Int32(-1))
    var size = winsize(
      ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    guard openpty(&master, &slave, nil, nil, &size) == 0 else { throw Trouble("openpty failed") }
    for descriptor in [master, slave] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(master, F_SETFL, O_NONBLOCK)
    (self.master, self.slave) = (master, slave)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // The first terminal that the leader of a session opens becomes its controlling one.
    posix_spawn_file_actions_addopen(&actions, 0, String(cString: ttyname(slave)), O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // POSIX_SPAWN_SETSID, which glibc shows under _GNU_SOURCE only.
    posix_spawnattr_setflags(&attributes, 0x80)
    let environment = [
      "TERM=xterm-256color", "LANG=C.UTF-8", "HOME=\(home)", "XDG_CONFIG_HOME=\(home)",
      "PATH=/usr/bin:/bin", "SWIFT_BACKTRACE=enable=no",
    ]
    var argv = arguments.map { strdup($0) } + [nil]
    var envp = environment.map { strdup($0) } + [nil]
    defer { for text in argv + envp { free(text) } }
    var pid = pid_t()
    guard posix_spawn(&pid, arguments[0], &actions, &attributes, &argv, &envp) == 0 else {
      throw Trouble("cannot start \(arguments[0])")
    }
    process = pid
  }

  deinit {
    if !hasEnded {
      kill(process, SIGKILL)
      waitpid(process, nil, 0)
    }
    close(master)
    close(slave)
  }

  /// Reads for a time, or until `isEnough` after a read. The moment of that (ns), nil when the time was
  /// over first.
  @discardableResult
  func drain(for nanoseconds: UInt64, until isEnough: () -> Bool = { false }) -> UInt64? {
    let end = Clock.now + nanoseconds
    var block = [UInt8](repeating: 0, count: 65536)
    while Clock.now < end {
      var polled = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
      guard poll(&polled, 1, Int32((end - Clock.now) / 1_000_000 + 1)) > 0 else { continue }
      let count = read(master, &block, block.count)
      if count > 0 {
        bytes += block.prefix(count)
        let now = Clock.now
        if isEnough() { return now }
      } else if count == 0 || errno == EIO {
        return isEnough() ? Clock.now : nil
      }
    }
    return nil
  }

  func forget() { bytes.removeAll(keepingCapacity: true) }

  func type(_ text: String) {
    let bytes = Array(text.utf8)
    _ = write(master, bytes, bytes.count)
  }

  func resize(columns: Int, rows: Int) {
    var size = winsize(
      ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
  }

  /// How many bytes wait to be read.
  var unread: Int32 {
    var count: Int32 = 0
    _ = ioctl(master, UInt(FIONREAD), &count)
    return count
  }

  /// Whether the line discipline edits lines and echoes, as a shell wants it.
  var isCooked: Bool {
    var modes = termios()
    let wanted = tcflag_t(ICANON | ECHO)
    return tcgetattr(slave, &modes) == 0 && modes.c_lflag & wanted == wanted
  }

  /// Whether what came last is the end of a picture (of programs that mark it: DEC mode 2026).
  var hasWholePicture: Bool { bytes.suffix(8).elementsEqual("\u{1b}[?2026l".utf8) }

  /// The sizes of the pictures, where the program marks them.
  var pictures: [Int] {
    let (begin, end) = (Array("\u{1b}[?2026h".utf8), Array("\u{1b}[?2026l".utf8))
    var (sizes, start) = ([Int](), Int?.none)
    var index = 0
    while index + 8 <= bytes.count {
      if bytes[index] == 0x1b, bytes[index..<(index + 8)].elementsEqual(begin) { start = index }
      if bytes[index] == 0x1b, let first = start, bytes[index..<(index + 8)].elementsEqual(end) {
        sizes.append(index + 8 - first)
        start = nil
      }
      index += 1
    }
    return sizes
  }

  /// Waits for the end of the process; reads meanwhile where `isRead`. The moment (ns) of it.
  func end(isRead: Bool = true) throws -> UInt64 {
    let limit = Clock.now + 10_000_000_000
    while Clock.now < limit {
      if waitpid(process, nil, WNOHANG) == process {
        hasEnded = true
        return Clock.now
      }
      if isRead { drain(for: 500_000) } else { usleep(500) }
    }
    throw Trouble("a program did not end")
  }
}

/// Why nothing can be measured.
struct Trouble: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

enum Clock {
  /// CLOCK_MONOTONIC, ns.
  static var now: UInt64 { read(CLOCK_MONOTONIC) }
  /// On-CPU time of this thread, ns.
  static var thread: UInt64 { read(CLOCK_THREAD_CPUTIME_ID) }

  private static func read(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}

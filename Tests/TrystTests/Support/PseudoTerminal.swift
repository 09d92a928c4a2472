import Foundation
import Testing

/// A terminal of which a test has the other end, and tryst in it: for what a terminal that works cannot
/// show, such as one that nobody reads or that goes away.
final class PseudoTerminal {
  /// The process, the leader of a session whose terminal this is.
  private(set) var process: pid_t = -1
  private var master: Int32 = -1
  private var slave: Int32 = -1
  private var status: Int32?
  /// The line discipline's settings before tryst had it.
  let before: [UInt8]
  /// All that it has sent and that was read.
  private(set) var bytes: [UInt8] = []

  /// Starts tryst.
  init(
    _ arguments: [String], columns: UInt16 = 100, rows: UInt16 = 30,
    environment: [String: String] = [:]
  ) throws {
    var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    try #require(openpty(&master, &slave, nil, nil, &size) == 0)
    for descriptor in [master, slave] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(master, F_SETFL, O_NONBLOCK)
    before = Self.modes(of: slave)
    process = try start(arguments, Program.environment.merging(environment) { $1 })
  }

  deinit {
    if status == nil {
      kill(process, SIGKILL)
      waitpid(process, nil, 0)
    }
    hangUp()
    if slave >= 0 { close(slave) }
  }

  private func start(_ arguments: [String], _ environment: [String: String]) throws -> pid_t {
    let path = String(cString: ttyname(slave))
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // The first terminal that the leader of a session opens becomes its controlling one.
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, path, O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDERR_FILENO)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var (none, all) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    // POSIX_SPAWN_SETSID, which glibc shows under _GNU_SOURCE only.
    let flags = Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF) | 0x80
    posix_spawnattr_setflags(&attributes, flags)
    var argv = ([Program.path] + arguments).map { strdup($0) } + [nil]
    var envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in argv + envp { free(text) } }
    var pid = pid_t()
    try #require(posix_spawn(&pid, Program.path, &actions, &attributes, &argv, &envp) == 0)
    return pid
  }

  /// Reads what there is.
  @discardableResult
  func receive() -> [UInt8] {
    var block = [UInt8](repeating: 0, count: 65536)
    var news: [UInt8] = []
    while true {
      let count = read(master, &block, block.count)
      guard count > 0 else { break }
      news += block.prefix(count)
    }
    bytes += news
    return news
  }

  /// Reads until it has sent `text`, since the start or since ``forget()``.
  func wait(for text: String) async throws {
    let wanted = Array(text.utf8)
    try await awaiting("\"\(text)\" from the terminal") {
      receive()
      return contains(wanted) ? true : nil
    }
  }

  /// Whether it has sent those bytes.
  func contains(_ wanted: [UInt8]) -> Bool {
    guard let first = wanted.first, bytes.count >= wanted.count else { return false }
    return (0...(bytes.count - wanted.count)).contains { start in
      bytes[start] == first && bytes[start..<(start + wanted.count)].elementsEqual(wanted)
    }
  }

  /// Whether it has sent that text.
  func contains(_ text: String) -> Bool { contains(Array(text.utf8)) }

  /// Forgets what was sent so far.
  func forget() { bytes = [] }

  /// Types.
  func type(_ text: String) throws {
    let bytes = Array(text.utf8)
    try #require(write(master, bytes, bytes.count) == bytes.count)
  }

  /// How many bytes wait to be read.
  var unread: Int32 {
    var count: Int32 = 0
    _ = ioctl(master, UInt(FIONREAD), &count)
    return count
  }

  /// The other end goes away, as when a terminal's window is closed.
  func hangUp() {
    if master >= 0 { close(master) }
    master = -1
  }

  /// The line discipline's settings.
  var modes: [UInt8] { Self.modes(of: slave) }

  private static func modes(of descriptor: Int32) -> [UInt8] {
    var modes = termios()
    guard tcgetattr(descriptor, &modes) == 0 else { return [] }
    return [modes.c_iflag, modes.c_oflag, modes.c_cflag, modes.c_lflag].flatMap { flag in
      (0..<4).map { UInt8(truncatingIfNeeded: flag >> ($0 * 8)) }
    } + withUnsafeBytes(of: modes.c_cc) { Array($0) }
  }

  /// Waits for the end of the process, reading on where `isRead`. The status: 128 + n where signal n ended
  /// it.
  func awaitEnd(isRead: Bool = true) async throws -> Int32 {
    try await awaiting("the end of tryst") {
      if isRead { receive() }
      var code: Int32 = 0
      guard waitpid(process, &code, WNOHANG) == process else { return nil }
      if isRead { receive() }
      let signal = code & 0x7f
      status = signal == 0 ? code >> 8 & 0xff : 128 + signal
      return status
    }
  }
}

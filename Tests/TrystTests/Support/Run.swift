import Foundation

/// A finished process: its status (128 + signal where a signal ended it) and what it wrote.
struct Run: Sendable {
  let status: Int32
  let output: String
  let error: String

  /// The lines on standard error.
  var complaints: [Substring] {
    error.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
  }

  /// Runs tryst with `arguments`.
  static func tryst(
    _ arguments: [String], environment: [String: String] = [:], seconds: Double = 60,
    meanwhile: (Int32) async throws -> Void = { _ in }
  ) async throws -> Run {
    try await program(
      Program.path, arguments, environment: environment, seconds: seconds, meanwhile: meanwhile)
  }

  /// Runs a program to its end, which is forced after `seconds`; `meanwhile` gets the process id.
  static func program(
    _ path: String, _ arguments: [String], environment: [String: String] = [:],
    seconds: Double = 60, meanwhile: (Int32) async throws -> Void = { _ in }
  ) async throws -> Run {
    // Files, not pipes: nobody has to read them while it runs, and a daemon that keeps them open
    // does no harm.
    let base = NSTemporaryDirectory() + "tryst-run-" + UUID().uuidString
    let (out, error) = (base + ".out", base + ".err")
    defer { for file in [out, error] { unlink(file) } }
    let pid = try spawn(
      path, arguments, Program.environment.merging(environment) { $1 }, output: out, error: error)
    do {
      try await meanwhile(pid)
      let status = try await awaiting("the end of \(path) \(arguments)", seconds: seconds) {
        reap(pid, WNOHANG)
      }
      return Run(status: status, output: text(out), error: text(error))
    } catch {
      kill(pid, SIGKILL)
      _ = reap(pid, 0)
      throw error
    }
  }

  /// Starts a process. Not Foundation's, which takes a process for alive as long as any descendant (a
  /// tmux server) lives.
  private static func spawn(
    _ path: String, _ arguments: [String], _ environment: [String: String], output: String,
    error: String
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    let flags = O_WRONLY | O_CREAT | O_TRUNC
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output, flags, 0o600)
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, error, flags, 0o600)
    // Signals as a shell gives them, whatever the test runner does with its own.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var (none, all) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))
    var argv = ([path] + arguments).map { strdup($0) } + [nil]
    var envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in argv + envp { free(text) } }
    var pid = pid_t()
    let code = posix_spawn(&pid, path, &actions, &attributes, &argv, &envp)
    guard code == 0 else { throw Missing("start \(path): error \(code)") }
    return pid
  }

  /// The status of `pid` where it has ended.
  private static func reap(_ pid: pid_t, _ options: Int32) -> Int32? {
    var status: Int32 = 0
    guard waitpid(pid, &status, options) == pid else { return nil }
    let signal = status & 0x7f
    return signal == 0 ? status >> 8 & 0xff : 128 + signal
  }

  private static func text(_ path: String) -> String {
    String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
  }
}

import Foundation
import Testing

/// A terminal: one window of a tmux server of its own.
struct Tmux: Sendable {
  private let socket: String
  /// Where the command's status is once it has ended.
  private var statusFile: String { NSTemporaryDirectory() + socket + ".status" }
  /// The command's working directory, empty at first.
  var folder: String { NSTemporaryDirectory() + socket + ".folder" }
  private static let program: String? = {
    let places = ["/usr/bin/tmux", "/usr/local/bin/tmux", "/bin/tmux"]
    return places.first { FileManager.default.isExecutableFile(atPath: $0) }
  }()

  /// Runs `command` in a new terminal for the time of `body`.
  static func with(
    _ command: [String], columns: Int = 200, rows: Int = 60, environment: [String: String] = [:],
    body: (Tmux) async throws -> Void
  ) async throws {
    let terminal = Tmux(socket: "tryst-\(getpid())-\(UUID().uuidString.prefix(8))")
    do {
      try await terminal.start(command, columns: columns, rows: rows, environment: environment)
      try await body(terminal)
    } catch {
      if let screen = try? await terminal.screen() { Issue.record("the screen:\n\(screen.text)") }
      await terminal.end()
      throw error
    }
    await terminal.end()
  }

  /// Runs `tryst` with `arguments` in a new terminal for the time of `body`.
  static func withTryst(
    _ arguments: [String], columns: Int = 200, rows: Int = 60, environment: [String: String] = [:],
    body: (Tmux) async throws -> Void
  ) async throws {
    try await with(
      [Program.path] + arguments, columns: columns, rows: rows, environment: environment, body: body
    )
  }

  private func start(
    _ command: [String], columns: Int, rows: Int, environment: [String: String]
  ) async throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    // tmux sets TERM itself, so env sets it again.
    var variables = ["TERM": "screen-256color"].merging(environment) { $1 }
    for name in ["LANG", "XDG_CONFIG_HOME", "SWIFT_BACKTRACE"] where variables[name] == nil {
      variables[name] = Program.environment[name]
    }
    let env =
      ["LC_ALL", "NO_COLOR", "XDG_DATA_DIRS", "TRYST_THEME", "TMUX"].reduce(into: ["env"]) {
        $0 += ["-u", $1]
      }
      + variables.map { "\($0.key)=\($0.value)" }
    // A shell around the command keeps the terminal, and what is on it, when the command ends, and
    // tells the status: tmux's own word for a dead pane comes late or, with 3.3, never.
    let shell =
      "trap : INT; \"$@\"; echo $? > '\(statusFile).new'; mv '\(statusFile).new' '\(statusFile)'; exec cat"
    try await tmux(
      ["new-session", "-d", "-c", folder, "-x", "\(columns)", "-y", "\(rows)"] + env + [
        "sh", "-c", shell, "sh",
      ]
        + command + [";", "set", "-g", "status", "off"])
  }

  private func end() async {
    _ = try? await tmux(["kill-server"])
    unlink(statusFile)
    try? FileManager.default.removeItem(atPath: folder)
  }

  @discardableResult
  private func tmux(_ arguments: [String]) async throws -> String {
    guard let program = Self.program else {
      throw Missing("these tests need tmux: apt install tmux")
    }
    let run = try await Run.program(program, ["-u", "-L", socket, "-f", "/dev/null"] + arguments)
    guard run.status == 0 else { throw Missing("tmux \(arguments): \(run.error)") }
    return run.output
  }

  // MARK: Hands

  /// Presses keys by tmux's names: `F7`, `Enter`, `DC`, `C-c`, `i`.
  func press(_ keys: String...) async throws { try await press(keys) }
  /// The same.
  func press(_ keys: [String]) async throws { try await tmux(["send-keys", "--"] + keys) }
  /// Types text as it is.
  func type(_ text: String) async throws { try await tmux(["send-keys", "-l", "--", text]) }
  /// Gives the terminal another size.
  func resize(_ columns: Int, _ rows: Int) async throws {
    try await tmux(["resize-window", "-x", "\(columns)", "-y", "\(rows)"])
  }

  // MARK: Eyes

  /// What the terminal shows.
  func screen() async throws -> MonitorScreen {
    MonitorScreen(try await tmux(["capture-pane", "-p"]))
  }
  /// The same with the escape sequences for colours and attributes.
  func styledText() async throws -> String { try await tmux(["capture-pane", "-p", "-e"]) }

  /// A format of tmux's, expanded.
  func ask(_ format: String) async throws -> String {
    try await tmux(["display-message", "-p", format])
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Lets programs set the clipboard, as `set -s set-clipboard on` does.
  func allowClipboard() async throws { try await tmux(["set", "-s", "set-clipboard", "on"]) }
  /// What a program has put into the clipboard, or nil.
  func clipboard() async throws -> String? { try? await tmux(["show-buffer"]) }

  /// Whether the alternate screen is on, a program wants the mouse, and the cursor is shown.
  func modes() async throws -> String {
    try await ask("#{alternate_on} #{mouse_any_flag} #{cursor_flag}")
  }

  /// The process of the command.
  func pid() async throws -> pid_t {
    let shell = pid_t(try await ask("#{pane_pid}")) ?? -1
    return try await awaiting("the command") { ProcessTable.children(of: shell).first }
  }

  /// The command's status (128 + signal where one ended it), or nil while it lives.
  func status() -> Int32? {
    guard let text = FileManager.default.contents(atPath: statusFile) else { return nil }
    return Int32(String(decoding: text, as: UTF8.self).trimmingCharacters(in: .newlines))
  }

  /// Waits until the screen is as `test` wants it.
  @discardableResult
  func wait(
    _ what: String, seconds: Double = 40, _ test: (MonitorScreen) throws -> Bool
  ) async throws -> MonitorScreen {
    try await awaiting(what, seconds: seconds) {
      let screen = try await screen()
      return try test(screen) ? screen : nil
    }
  }

  /// Waits until the screen shows `text`.
  @discardableResult
  func wait(for text: String) async throws -> MonitorScreen {
    try await wait("\"\(text)\" on the screen") { $0.contains(text) }
  }

  /// Waits until the process has ended and gives its status.
  func awaitEnd() async throws -> Int32 {
    try await awaiting("the program's end") { status() }
  }
}

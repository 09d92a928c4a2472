import Foundation
import Testing

/// Whatever ends or stops tryst, the shell gets its terminal back as it was.
@Suite(.serialized, .needsKVM, .ownThread, .timeLimit(.minutes(3))) struct TerminalTests {
  /// A shell in a terminal, in which tryst runs as a job.
  struct Shell {
    let terminal: Tmux
    let bash: Int32
    let before: String

    init(_ terminal: Tmux) async throws {
      self.terminal = terminal
      bash = try await terminal.pid()
      try await terminal.wait("a prompt") { $0.contains("READY>") }
      before = try await Self.settings(terminal)
      expect(try await terminal.modes(), is: "0 0 1")
      try await terminal.type("\(Program.path) run --scenario idle")
      try await terminal.press("Enter")
      try await terminal.wait(for: "● RUN")
      expect(try await terminal.modes(), is: "1 1 0")
    }

    /// The process id of tryst.
    func program() async throws -> Int32 {
      try await awaiting("the job") { ProcessTable.children(of: bash).first }
    }

    /// Waits for the prompt and expects everything to be as before; returns the last status.
    func expectRestored() async throws -> Int {
      try await awaiting("the terminal's own screen") {
        try await terminal.modes() == "0 0 1" ? true : nil
      }
      try await terminal.type("echo \"status=\"$?\".\"")
      try await terminal.press("Enter")
      let screen = try await terminal.wait("the status") { screen in
        screen.lines.contains { $0.hasPrefix("status=") }
      }
      expect(try await Self.settings(terminal), is: before)
      let line = try #require(screen.lines.last { $0.hasPrefix("status=") })
      return Int(line.dropFirst("status=".count).prefix { $0 != "." }) ?? -1
    }

    /// What stty says of the terminal.
    private static func settings(_ terminal: Tmux) async throws -> String {
      let file = NSTemporaryDirectory() + "tryst-stty-" + UUID().uuidString
      defer { unlink(file) }
      try await terminal.type(
        "stty -a | sed 's/rows.*columns [0-9]*;//' > \(file); mv \(file) \(file).done")
      try await terminal.press("Enter")
      defer { unlink(file + ".done") }
      return try await awaiting("stty") {
        FileManager.default.contents(atPath: file + ".done").map {
          String(decoding: $0, as: UTF8.self)
        }
      }
    }
  }

  func withShell(_ body: (Shell) async throws -> Void) async throws {
    try await Tmux.with(
      ["bash", "--norc", "--noprofile", "-i"], columns: 120, rows: 40,
      environment: ["PS1": "READY> ", "SWIFT_BACKTRACE": ""]
    ) { terminal in try await body(Shell(terminal)) }
  }

  @Test func quit() async throws {
    try await withShell { shell in
      try await shell.terminal.press("q")
      expect(try await shell.expectRestored(), is: 0)
    }
  }

  @Test func controlC() async throws {
    try await withShell { shell in
      try await shell.terminal.press("C-c")
      expect(try await shell.expectRestored(), is: 130)
    }
  }

  @Test(arguments: [SIGTERM, SIGINT, SIGHUP, SIGQUIT]) func signal(_ number: Int32) async throws {
    try await withShell { shell in
      kill(try await shell.program(), number)
      expect(try await shell.expectRestored(), is: 128 + Int(number))
    }
  }

  /// What a defect of ours may raise: the report, the shell's own screen, its settings, and 128 + the signal.
  @Test(arguments: [SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGSYS]) func crash(
    _ number: Int32
  ) async throws {
    try await withShell { shell in
      let program = try await shell.program()
      kill(program, number)
      try await awaiting("the crash") { ProcessTable.state(program) == nil ? true : nil }
      // Swift's report, which by default would ask for a key, is on the shell's screen, below the command, and none of the monitor's.
      let screen = try await shell.terminal.wait("a prompt") { screen in
        screen.lines.last { !$0.isEmpty }?.contains("READY>") == true
      }
      #expect(!screen.contains("F10Quit"))
      expect(try await shell.expectRestored(), is: 128 + Int(number))
    }
  }

  @Test func stopAndGoOn() async throws {
    try await withShell { shell in
      let program = try await shell.program()
      for _ in 0..<2 {
        try await shell.terminal.press("C-z")
        try await awaiting("a stopped process") {
          ProcessTable.state(program) == "T" ? true : nil
        }
        expect(try await shell.expectRestored(), is: 148)
        try await shell.terminal.type("clear; fg")
        try await shell.terminal.press("Enter")
        let screen = try await shell.terminal.wait("the monitor") {
          $0.contains("● RUN") && $0.contains("F10Quit")
        }
        expect(try await shell.terminal.modes(), is: "1 1 0")
        try await shell.terminal.wait("it goes on") { $0.clock != screen.clock }
      }
      try await shell.terminal.press("q")
      try await awaiting("the end") { ProcessTable.state(program) == nil ? true : nil }
    }
  }

  @Test func resizeStorm() async throws {
    try await Tmux.withTryst(["--scenario", "mixed"], columns: 80, rows: 24) { terminal in
      try await terminal.wait(for: "● RUN")
      let sizes = [
        (200, 60), (20, 5), (120, 40), (10, 3), (1, 1), (300, 80), (39, 8), (40, 7), (40, 8),
      ]
      for _ in 0..<4 { for (columns, rows) in sizes { try await terminal.resize(columns, rows) } }
      // Too small: it says which size it needs and goes on.
      for (columns, rows) in [(20, 5), (10, 3), (39, 20)] {
        try await terminal.resize(columns, rows)
        try await terminal.wait("the size that it needs at \(columns)x\(rows)") {
          $0.contains("needs 40x8")
        }
      }
      try await terminal.resize(80, 24)
      let screen = try await terminal.wait("a whole picture at 80x24") {
        $0.contains("● RUN") && $0.contains("F10Quit") && $0.contains("[CPU]") && $0.contains("Log")
      }
      try await terminal.wait("it goes on") { $0.clock != screen.clock }
      try await terminal.press("q")
      expect(try await terminal.awaitEnd(), is: 0)
    }
  }
}

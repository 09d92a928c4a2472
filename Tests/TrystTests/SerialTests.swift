import Foundation
import Testing

/// `--serial`: where the guest's serial port leads in a run without a screen.
@Suite(.serialized, .needsKVM, .ownThread, .timeLimit(.minutes(3))) struct SerialTests {
  private static let greeting = "[demo] tryst demo guest, 2 vcpus\n"
  private static let run = ["run", "--headless", "--cpus", "2", "--format", "json"]

  /// A file name that is nobody's, for the time of `body`.
  private static func withFile<Result>(
    _ body: (String) async throws -> Result
  ) async throws -> Result {
    let path = NSTemporaryDirectory() + "tryst-serial-" + UUID().uuidString
    defer { unlink(path) }
    return try await body(path)
  }

  private static func contents(_ path: String) -> String {
    String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
  }

  /// Runs a line of bash in which `$0` is tryst and `$@` what a run here takes.
  private static func shell(
    _ script: String, _ more: [String] = [], meanwhile: (Int32) async throws -> Void = { _ in }
  ) async throws -> Run {
    try await Run.program(
      "/bin/bash", ["-c", script, Program.path] + run + more, environment: Program.environment,
      meanwhile: meanwhile)
  }

  @Test func aFileFromItsBeginning() async throws {
    try await Self.withFile { path in
      try String(repeating: "x", count: 10_000).write(
        toFile: path, atomically: false, encoding: .utf8)
      let run = try await Run.tryst(Self.run + ["--for", "700ms", "--serial", "file:\(path)"])
      #expect(run.status == 0)
      #expect(run.error.isEmpty)
      #expect(Self.contents(path).hasPrefix(Self.greeting))
      #expect(!Self.contents(path).contains("x\n"))
      // The report is where it always is.
      _ = try JSONDecoder().decode(HeadlessReport.self, from: Data(run.output.utf8))
    }
  }

  @Test func badFiles() async throws {
    for (path, words) in [
      ("/nonexistent/x", "open /nonexistent/x: No such file"), ("/", "open /: Is a directory"),
      ("/dev/full", "write /dev/full: No space left"),
    ] {
      let run = try await Run.tryst(Self.run + ["--for", "10s", "--serial", "file:\(path)"])
      #expect(run.status == 69, "\(path)")
      #expect(run.complaints.count == 1 && run.error.contains(words), "\(run.error)")
    }
  }

  @Test(arguments: ["tape", "file:", "", "FILE:x"]) func unknown(_ text: String) async throws {
    let run = try await Run.tryst(Self.run + ["--serial", text])
    #expect(run.status == 64)
    #expect(run.error.contains("none, stdio, pty, file:PATH"))
  }

  /// Standard output is the guest's alone, byte for byte; the report goes to standard error. The end of
  /// standard input ends nothing.
  @Test func aPipe() async throws {
    let run = try await Self.shell(
      "echo hello | \"$0\" \"$@\" --serial stdio | cat", ["--for", "1s"])
    #expect(run.status == 0)
    #expect(run.output.hasPrefix(Self.greeting))
    #expect(!run.output.contains("schema"))
    let report = try JSONDecoder().decode(HeadlessReport.self, from: Data(run.error.utf8))
    #expect(report.durationSeconds >= 1)
  }

  @Test func aReaderThatLeavesEndsTheRun() async throws {
    let run = try await Self.shell(
      "\"$0\" \"$@\" --serial stdio 2> /dev/null | head -n 1; echo ${PIPESTATUS[0]}",
      ["--for", "1000s"])
    #expect(run.output == Self.greeting + "141\n")
  }

  @Test func aSignalEndsTheRunAndTheReportIsThere() async throws {
    let run = try await Run.tryst(Self.run + ["--serial", "stdio"]) { pid in
      try await awaiting("the machine") { ProcessTable.hasMachine(pid) ? true : nil }
      kill(pid, SIGTERM)
    }
    #expect(run.status == 128 + SIGTERM)
    _ = try JSONDecoder().decode(HeadlessReport.self, from: Data(run.error.utf8))
  }

  /// A program opens the terminal, leaves, and another one comes.
  @Test func aPseudoTerminal() async throws {
    let arguments = Self.run + ["--scenario", "ping-pong", "--serial", "pty"]
    let run = try await Run.tryst(arguments) { pid in
      let name = try await awaiting("the pseudo-terminal") { Self.terminal(of: pid) }
      for text in ["tryst demo guest", "round trips", "round trips"] {
        let user = open(name, O_RDWR | O_NOCTTY | O_NONBLOCK)
        try #require(user >= 0)
        defer { close(user) }
        var bytes: [UInt8] = []
        try await awaiting("'\(text)' on \(name)") {
          var block = [UInt8](repeating: 0, count: 4096)
          let count = read(user, &block, block.count)
          if count > 0 { bytes += block.prefix(count) }
          return String(decoding: bytes, as: UTF8.self).contains(text) ? true : nil
        }
        // As raw as a line: the guest's line feeds are no more than that.
        #expect(!bytes.contains(0x0d))
      }
      kill(pid, SIGTERM)
    }
    #expect(run.status == 128 + SIGTERM)
    #expect(run.error.hasPrefix("tryst: serial port at /dev/pts/"))
    _ = try JSONDecoder().decode(HeadlessReport.self, from: Data(run.output.utf8))
  }

  /// The pseudo-terminal that tryst says on standard error, which is a file here, it has opened.
  private static func terminal(of pid: Int32) -> String? {
    guard let told = try? String(contentsOfFile: "/proc/\(pid)/fd/2", encoding: .utf8),
      told.hasSuffix("\n"), let start = told.range(of: "tryst: serial port at ")
    else { return nil }
    return told[start.upperBound...].split(separator: "\n").first.map(String.init)
  }

  // MARK: On a terminal

  /// Runs tryst in a terminal whose settings are written to a file before and after, and expects them to
  /// be the same.
  private func inTerminal(_ body: (Tmux) async throws -> Void) async throws {
    try await Self.withFile { path in
      let script =
        "stty -a > \(path); \"$0\" \"$@\"; s=$?; stty -a | cmp - \(path) && echo same; exit $s"
      try await Tmux.with(
        ["bash", "-c", script, Program.path] + Self.run + ["--serial", "stdio"], columns: 100,
        rows: 40, environment: ["SWIFT_BACKTRACE": "enable=no"]
      ) { terminal in
        try await terminal.wait(for: "[demo] scenario mixed")
        // Lines begin at the left although the guest sends bare line feeds.
        try await terminal.wait("lines") { screen in
          screen.lines.contains { $0.hasPrefix("1 APs answered") }
        }
        try await body(terminal)
        try await terminal.wait(for: "same")
      }
    }
  }

  @Test func controlAIsTheOperatorsKey() async throws {
    try await inTerminal { terminal in
      let help = "Ctrl-A x quits"
      try await terminal.wait(for: help)
      // Ctrl-C is the guest's.
      try await terminal.press("C-c", "C-a", "h")
      try await terminal.wait("the help again") { screen in
        screen.lines.count { $0.contains(help) } == 2
      }
      try await terminal.press("C-a", "x")
      expect(try await terminal.awaitEnd(), is: 0)
    }
  }

  @Test(arguments: [SIGTERM, SIGHUP, SIGSEGV, SIGABRT])
  func theTerminalIsGivenBack(_ number: Int32) async throws {
    try await inTerminal { terminal in
      let shell = try await terminal.pid()
      let pid = try await awaiting("tryst") { ProcessTable.children(of: shell).first }
      kill(pid, number)
      expect(try await terminal.awaitEnd(), is: 128 + number)
    }
  }

  // MARK: On the screen

  /// Keys go to the guest until the escape key, Ctrl-C among them.
  @Test func typingOnTheScreen() async throws {
    try await Tmux.withTryst(["run", "--cpus", "2"], columns: 100, rows: 30) { terminal in
      try await terminal.wait(for: "[demo] scenario mixed")
      try await terminal.press("Tab", "Tab", "Enter")
      try await terminal.wait(for: "keys go to the guest, ^] takes them back")
      try await terminal.press("C-c", "q", "F10", "C-z", "C-\\", "Escape")
      try await terminal.wait(for: "^] Detach")
      try await terminal.press("C-]")
      try await terminal.wait("the panes") { $0.contains("[Console COM1]") && $0.contains("[") }
      try await terminal.type("/DEMO GUEST")
      try await terminal.press("Enter")
      try await terminal.wait(for: "'DEMO GUEST' in line 1")
      try await terminal.press("q")
      expect(try await terminal.awaitEnd(), is: 0)
      expect(try await terminal.modes(), is: "0 0 1")
    }
  }
}

import Foundation
import Testing

/// `--plain`: lines for screen readers and pipes.
@Suite(.serialized, .needsKVM, .ownThread, .timeLimit(.minutes(3))) struct PlainTests {
  @Test func aLineForEachEventAndTotals() async throws {
    let run = try await Run.tryst([
      "run", "--plain", "--every", "200ms", "--for", "1s", "--scenario", "init-storm",
    ])
    #expect(run.status == 0)
    #expect(run.error.isEmpty)
    #expect(run.output.hasSuffix("\n"))
    let lines = run.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    #expect(lines.first?.hasPrefix("tryst ") == true)
    #expect(lines.first?.contains(", 4 vcpus on kvm") == true)
    #expect(lines.count { $0.contains(" rendezvous/s, ") } >= 3)
    #expect(lines.contains { $0.contains(" INIT by vcpu 0 for vcpu") })
    // Nothing but text: no cursor, no colour, no braille.
    #expect(
      run.output.unicodeScalars.allSatisfy { $0 == "\n" || (0x20...0x7e) ~= $0.value })
  }

  @Test func onlyTheEventsThatAreAskedFor() async throws {
    let run = try await Run.tryst([
      "run", "--plain", "--events", "set", "--for", "500ms", "--scenario", "init-storm",
    ])
    #expect(run.status == 0)
    #expect(!run.output.contains("rendezvous 1 "))
    #expect(run.output.contains(" rendezvous/s, "))
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP]) func signalled(_ number: Int32) async throws {
    let run = try await Run.tryst(["run", "--plain", "--scenario", "idle"]) { pid in
      try await awaiting("the machine") { ProcessTable.hasMachine(pid) ? true : nil }
      kill(pid, number)
    }
    #expect(run.status == 128 + number)
    #expect(run.error.isEmpty)
    // The totals come all the same.
    #expect(run.output.contains(" rendezvous/s, "))
  }

  /// The reader goes away: as with any program in a pipe.
  @Test func theReaderGoes() async throws {
    let script =
      "'\(Program.path)' run --plain --scenario init-storm | head -n 2; echo ${PIPESTATUS[0]}"
    let run = try await Run.program("/bin/bash", ["-c", script])
    let lines = run.output.split(separator: "\n")
    #expect(lines.count == 3 && lines.last == "141")
  }

  /// A reader that does not read stops no machine: it ends in its time, and then everything is read.
  @Test func aReaderThatWaitsStopsNothing() async throws {
    let fifo = NSTemporaryDirectory() + "tryst-plain-" + UUID().uuidString
    try #require(mkfifo(fifo, 0o600) == 0)
    defer { unlink(fifo) }
    let script =
      "'\(Program.path)' run --plain --every 100ms --for 6s --scenario init-storm | "
      + "{ read -r go < '\(fifo)'; cat; }"
    let run = try await Run.program("/bin/bash", ["-c", script]) { pid in
      let program = try await awaiting("the machine") {
        ProcessTable.children(of: pid).first { ProcessTable.hasMachine($0) }
      }
      try await awaiting("the machine's end") { ProcessTable.hasMachine(program) ? nil : true }
      try Data("go\n".utf8).write(to: URL(fileURLWithPath: fifo))
    }
    let last = run.output.split(separator: "\n").last { $0.contains(" rendezvous/s, ") }
    #expect(last?.hasPrefix("0:06 ") == true, "\(last ?? "")")
  }

  @Test func onATerminalItScrolls() async throws {
    try await Tmux.withTryst(
      ["run", "--plain", "--every", "200ms", "--scenario", "idle"], columns: 100, rows: 30
    ) { terminal in
      try await terminal.wait("totals") { screen in
        screen.lines.count { $0.contains(" rendezvous/s, ") } > 1
      }
      expect(try await terminal.modes(), is: "0 0 1")
      // To it alone: the shell around it would take a Ctrl-C, too.
      kill(try await terminal.pid(), SIGINT)
      expect(try await terminal.awaitEnd(), is: 130)
    }
  }

  @Test(arguments: [
    (["--plain", "--headless"], "exclude"), (["--every", "1s"], "--every is for --plain"),
    (["--events", "rdv"], "--events is for --plain"),
    (["--plain", "--every", "5ms"], "100ms to 1h"), (["--plain", "--events", "lag>x"], "lag>100"),
    (["--plain", "--serial", "pty"], "--serial is for --headless"),
  ])
  func mistakes(_ arguments: [String], words: String) async throws {
    let run = try await Run.tryst(["run"] + arguments)
    #expect(run.status == 64)
    #expect(run.complaints.count == 1 && run.error.contains(words), "\(run.error)")
    #expect(run.output.isEmpty)
  }
}

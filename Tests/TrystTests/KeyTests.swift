import Testing

/// The keys of the overview, pressed in a real terminal.
@Suite(.serialized, .needsKVM, .ownThread, .timeLimit(.minutes(3))) struct KeyTests {
  /// A monitor that has painted.
  private func withMonitor(
    _ arguments: [String] = ["--scenario", "idle"], columns: Int = 200, rows: Int = 60,
    _ body: (Tmux) async throws -> Void
  ) async throws {
    try await Tmux.withTryst(arguments, columns: columns, rows: rows) { terminal in
      try await terminal.wait(for: "● RUN")
      try await terminal.wait(for: "APs answered")
      try await body(terminal)
    }
  }

  @Test(arguments: ["q", "F10"]) func quits(key: String) async throws {
    try await withMonitor { terminal in
      try await terminal.press(key)
      expect(try await terminal.awaitEnd(), is: 0)
    }
  }

  @Test func f10QuitsFromTheDialog() async throws {
    try await withMonitor { terminal in
      try await terminal.press("i")
      try await terminal.wait("the dialog") { $0.dialog != nil }
      // A letter is text there.
      try await terminal.press("q")
      try await terminal.press("F10")
      expect(try await terminal.awaitEnd(), is: 0)
    }
  }

  @Test(arguments: ["?", "F1", "h"]) func help(key: String) async throws {
    try await withMonitor(columns: 80, rows: 24) { terminal in
      try await terminal.press(key)
      let top = try await terminal.wait(for: "Help: overview")
      try await terminal.press("PageDown")
      try await terminal.wait("another page") { $0.contains("Help: overview") && $0 != top }
      try await terminal.press("Escape")
      try await terminal.wait("the overview") { !$0.contains("Help:") }
      #expect(terminal.status() == nil)
    }
  }

  @Test func spaceFreezesThePictureOnly() async throws {
    try await withMonitor(["--scenario", "init-storm"]) { terminal in
      let pid = try await terminal.pid()
      try await terminal.press("Space")
      let frozen = try await terminal.wait(for: "FROZEN")
      // The guest goes on: the process works on, and the picture stays.
      let start = ProcessTable.ticks(pid)
      try await awaiting("a fifth of a second of work") {
        let screen = try await terminal.screen()
        // The header goes on telling how the terminal and the host keep up, but its clock stands.
        #expect(screen.contains("FROZEN") && screen.clock == frozen.clock)
        #expect(screen.lines.dropFirst() == frozen.lines.dropFirst())
        return ProcessTable.ticks(pid) > start + 20 ? true : nil
      }
      try await terminal.press("Space")
      let live = try await terminal.wait("a live picture") { !$0.contains("FROZEN") }
      #expect(live.number("requested") != frozen.number("requested"))
    }
  }

  @Test func f9StopsAndStartsTheGuest() async throws {
    try await withMonitor(["--scenario", "init-storm"]) { terminal in
      try await terminal.press("F9")
      let stopped = try await terminal.wait("a stopped guest") { screen in
        screen.contains("■ STOPPED") && screen.number("exits/s") == 0
          && (0...3).allSatisfy { "SI".contains(screen.row($0)?.letter ?? "?") }
      }
      #expect(stopped.contains("F9Go"))
      let later = try await terminal.wait("a later picture") { $0.clock != stopped.clock }
      #expect(later.number("requested") == stopped.number("requested"))
      #expect(later.number("exits/s") == 0)
      try await terminal.press("F9")
      try await terminal.wait("a running guest") {
        $0.contains("● RUN") && $0.number("requested") != stopped.number("requested")
      }
    }
  }

  @Test func policyChooser() async throws {
    try await withMonitor { terminal in
      expect(try await terminal.screen().header.contains("landed"), is: true)
      try await terminal.press("p")
      try await terminal.wait(for: "Policy: how a vcpu")
      try await terminal.press("Up")
      try await terminal.wait(for: "> double-function-first")
      try await terminal.press("Enter")
      try await terminal.wait("double-function-first") {
        $0.header.contains("double-function-first")
          && $0.contains("set policy double-function-first")
      }
      try await terminal.press("p")
      try await terminal.wait(for: "Policy: how a vcpu")
      try await terminal.press("Down")
      try await terminal.wait(for: "> landed")
      try await terminal.press("Enter")
      try await terminal.wait("landed") {
        $0.header.contains("landed") && $0.contains("set policy landed")
      }
      // Esc changes nothing.
      try await terminal.press("p")
      try await terminal.wait(for: "Policy: how a vcpu")
      try await terminal.press("Up")
      try await terminal.press("Escape")
      let end = try await terminal.wait("the overview") { !$0.contains("Policy: how a vcpu") }
      #expect(end.header.contains("landed"))
    }
  }

  @Test func scenarioChooser() async throws {
    try await withMonitor { terminal in
      try await terminal.press("S")
      try await terminal.wait(for: "Scenario: what the demo guest does")
      try await terminal.press("End")
      try await terminal.wait(for: ">pair-init")
      for _ in 0..<3 { try await terminal.press("Up") }
      try await terminal.wait(for: ">broadcast")
      try await terminal.press("Enter")
      // The header is what was asked for; the console is the guest's own word.
      try await terminal.wait("broadcast") {
        $0.header.contains("broadcast") && $0.contains("set scenario broadcast")
          && $0.contains("[demo] scenario broadcast")
      }
    }
  }

  @Test func refreshRate() async throws {
    try await withMonitor { terminal in
      // The header tells the rate, or half of it and less where a busy host's pictures cost too much; the
      // notice tells what was asked for.
      for (key, hertz) in [("+", 20), ("-", 10), ("-", 5)] {
        try await terminal.press(key)
        try await terminal.wait("\(hertz) Hz") {
          $0.contains("refresh \(hertz) Hz")
            && ($0.header.contains(" \(hertz) Hz") || $0.header.contains(" slowed to "))
        }
      }
    }
  }

  @Test func selection() async throws {
    try await withMonitor { terminal in
      func expect(_ key: String, selects vcpu: Int) async throws {
        try await terminal.press(key)
        try await terminal.wait("vcpu \(vcpu) selected by \(key)") {
          $0.row(vcpu)?.isSelected == true && $0.contains(" vcpu\(vcpu) H: in HLT")
        }
      }
      try await expect("Down", selects: 1)
      try await expect("j", selects: 2)
      try await expect("k", selects: 1)
      try await expect("Up", selects: 0)
      try await expect("End", selects: 3)
      try await expect("g", selects: 0)
    }
  }

  @Test func panes() async throws {
    try await withMonitor { terminal in
      for title in ["[Cause a rendezvous]", "[Console COM1]", "[Log]", "[CPU]"] {
        try await terminal.press("Tab")
        try await terminal.wait(for: title)
      }
      try await terminal.press("BTab")
      try await terminal.wait(for: "[Log]")
      try await terminal.press("Enter")
      try await terminal.wait("the log alone") {
        $0.contains("[Log]") && !$0.contains("Console COM1")
      }
      try await terminal.press("Escape")
      try await terminal.wait("all panes") { $0.contains("[Log]") && $0.contains("Console COM1") }
    }
  }

  @Test func themes() async throws {
    try await withMonitor { terminal in
      var seen = [SGR.codes(in: try await terminal.styledText())]
      for _ in 0..<3 {
        let before = try await terminal.screen().lines
        try await terminal.press("t")
        try await terminal.wait("the next theme's name") { screen in
          screen.lines.contains { $0.contains(" theme ") && !before.contains($0) }
        }
        let codes = SGR.codes(in: try await terminal.styledText())
        #expect(!seen.contains(codes), "a theme looks like one before it")
        seen.append(codes)
      }
    }
  }
}

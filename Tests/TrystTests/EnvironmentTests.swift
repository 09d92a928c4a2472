import Testing

/// Terminals and environments as they come.
@Suite(.serialized, .ownThread, .timeLimit(.minutes(2))) struct EnvironmentTests {
  @Test(.needsKVM) func noColor() async throws {
    try await Tmux.withTryst(["--scenario", "mixed"]) { terminal in
      try await terminal.wait(for: "● RUN")
      expect(SGR.hasColor(try await terminal.styledText()), is: true)
    }
    try await Tmux.withTryst(["--scenario", "mixed"], environment: ["NO_COLOR": "1"]) { terminal in
      try await terminal.wait(for: "● RUN")
      try await terminal.press("i")
      try await terminal.wait("the dialog") { $0.dialog != nil }
      let text = try await terminal.styledText()
      #expect(!SGR.hasColor(text))
      // Bold and reverse are no colours: the screen is not bare.
      #expect(!SGR.codes(in: text).isEmpty)
    }
  }

  @Test(.needsKVM) func plainLocaleMeansASCII() async throws {
    try await Tmux.withTryst(["--scenario", "mixed"], environment: ["LANG": "C"]) { terminal in
      try await terminal.wait(for: "* RUN")
      for key in ["i", "Escape", "?", "Escape", "p", "Escape", "s"] {
        let before = try await terminal.screen()
        try await terminal.press(key)
        try await terminal.wait("a picture after \(key)") { $0 != before }
        let screen = try await terminal.screen()
        #expect(screen.text.unicodeScalars.allSatisfy { $0 == "\n" || (0x20...0x7e) ~= $0.value })
      }
    }
  }

  @Test(.needsKVM, arguments: ["linux", "vt100", "xterm-256color", "screen-256color", "xterm"])
  func terminalType(_ type: String) async throws {
    try await Tmux.withTryst(
      ["--scenario", "idle"], columns: 100, rows: 30, environment: ["TERM": type]
    ) { terminal in
      let screen = try await terminal.wait("a whole picture") {
        // The Linux console's and the VT100's characters have no circle.
        $0.contains(["linux", "vt100"].contains(type) ? "* RUN" : "● RUN")
          && $0.contains("F10Quit") && $0.contains("APs answered")
      }
      try await terminal.wait("it goes on") { $0.clock != screen.clock }
      try await terminal.press("q")
      expect(try await terminal.awaitEnd(), is: 0)
    }
  }

  @Test(.needsKVM, arguments: ["unknown-thing", "dumb", ""])
  func impossibleTerminalType(_ type: String) async throws {
    try await Tmux.withTryst([], environment: ["TERM": type]) { terminal in
      expect(try await terminal.awaitEnd(), is: 69)
      let screen = try await terminal.screen()
      let words = screen.lines.filter { !$0.isEmpty }
      #expect(words.count == 1)
      #expect(words.first?.hasPrefix("tryst: ") == true)
      #expect(words.first?.contains("--headless") == true)
    }
  }

  @Test(.needsKVM) func noTerminal() async throws {
    let run = try await Run.tryst([])
    #expect(run.status == 69)
    #expect(run.output.isEmpty)
    #expect(
      run.error
        == "tryst: standard input is not a terminal: run tryst in one, or with --headless or --plain\n"
    )
    try await Tmux.with(["sh", "-c", "\(Program.path) run > /dev/null"]) { terminal in
      expect(try await terminal.awaitEnd(), is: 69)
      expect(
        try await terminal.screen().contains(
          "tryst: standard output is not a terminal: run tryst in one, or with --headless or --plain"
        ),
        is: true)
    }
  }
}

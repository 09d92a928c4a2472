import Foundation
import Testing

/// `tryst themes`, and the ways to name a theme.
@Suite(.ownThread, .timeLimit(.minutes(2))) struct ThemesCommandTests {
  /// Runs `body` with a folder that holds these files, named without `.yaml`.
  private func withThemes(
    _ files: [String: String], body: (String) async throws -> Void
  ) async throws {
    let folder = NSTemporaryDirectory() + "tryst-themes-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for (name, text) in files { try write(text, "\(folder)/\(name).yaml") }
    try await body(folder)
  }

  private func write(_ text: String, _ path: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
  }

  @Test func listIsTheDefault() async throws {
    try await withThemes(["mine": "theme: 1\nname: mine\n", "bad": "theme: 2\n"]) { folder in
      let run = try await Run.tryst(["themes", "--themes-dir", folder])
      #expect(run.status == 0 && run.error.isEmpty)
      let lines = run.output.split(separator: "\n").map(String.init)
      #expect(lines.first == "midnight        dark   built in, the default, also dark")
      #expect(lines.contains("mine            any    \(folder)/mine.yaml"))
      #expect(lines.contains { $0.hasPrefix("bad             -      \(folder)/bad.yaml:1:1: ") })
      #expect(lines.contains("  \(folder)"))
      let same = try await Run.tryst(["themes", "list", "--themes-dir", folder])
      #expect(same.output == run.output)
    }
  }

  @Test func showIsPlainTextWithoutATerminal() async throws {
    let run = try await Run.tryst(
      ["themes", "show", "tritsafe"], environment: ["COLORTERM": "truecolor"])
    #expect(run.status == 0 && run.error.isEmpty)
    #expect(run.output.hasPrefix("tritsafe (dark)\n"))
    #expect(run.output.contains(" vcpu.state.run ") && run.output.contains("#00ffaa on #101418"))
    #expect(!run.output.contains("\u{1b}"))
    let colored = try await Run.tryst(["themes", "show", "tritsafe", "--color", "true"])
    #expect(colored.output.contains("\u{1b}[0;1;38;2;0;255;170;48;2;16;20;24m vcpu.state.run "))
    let unknown = try await Run.tryst(["themes", "show", "--color", "pink"])
    #expect(unknown.status == 64 && unknown.error.contains("--color 'pink'"))
  }

  @Test func checkMeasures() async throws {
    let run = try await Run.tryst(["themes", "check"])
    #expect(run.status == 0 && run.error.isEmpty, "\(run.output)")
    #expect(
      run.output.contains(
        "  states       normal 32.4, protan 10.5, deutan 11.5, tritan 10.0\n"))
  }

  @Test func checkFailsWhereSomethingIsWrong() async throws {
    let files = [
      "faint": "theme: 1\nname: faint\ninherits: dark\nroles: {ui.dim: {fg: \"#333333\"}}\n",
      "broken": "theme: 1\nname: broken\nroles:\n  ui.text: {fg: #5c6370}\n",
    ]
    try await withThemes(files) { folder in
      let faint = try await Run.tryst(["themes", "check", "\(folder)/faint.yaml"])
      #expect(faint.status == 78)
      #expect(faint.output.contains("  error: ui.dim has a contrast of 1.5, below 4.5\n"))
      #expect(faint.error == "tryst: 1 of 1 theme with errors\n")
      let both = try await Run.tryst(
        ["themes", "check", "broken", "mono", "--themes-dir", folder])
      #expect(both.status == 78)
      #expect(both.output.hasPrefix("\(folder)/broken.yaml:4:17: an unquoted # begins a comment"))
      #expect(both.output.contains("quote it: '#5c6370'\nmono (any)\n"))
      #expect(both.error == "tryst: 1 of 2 themes with errors\n")
    }
    let none = try await Run.tryst(["themes", "--themes-dir", "/nonexistent"])
    #expect(none.status == 66 && none.error.contains("--themes-dir /nonexistent: "))
  }

  /// A theme is for the screen: one that is set for all runs does not stop those that have none.
  @Test(.needsKVM) func theEnvironmentNamesATheme() async throws {
    let run = try await Run.tryst(
      ["run", "--headless", "--for", "100ms"], environment: ["TRYST_THEME": "nonesuch"])
    #expect(run.status == 0)
    let screen = try await Run.tryst(["run"], environment: ["TRYST_THEME": "nonesuch"])
    #expect(screen.status == 78 && screen.error.contains("'nonesuch'"))
  }

  @Test(.needsKVM) func aChangedFileIsReadAgain() async throws {
    let text = "theme: 1\nname: mine\ninherits: midnight\n"
    try await withThemes(["mine": text]) { folder in
      let path = "\(folder)/mine.yaml"
      let arguments = ["run", "--scenario", "idle", "--theme", "mine", "--themes-dir", folder]
      try await Tmux.withTryst(arguments) { terminal in
        try await terminal.wait(for: "● RUN")
        try write(text.replacing("mine", with: "yours"), path)
        try await terminal.wait(for: "theme yours read again")
        try write("theme: 1\nname: mine\nroles: {ui.txt: {fg: red}}\n", path)
        try await terminal.wait(for: "theme yours kept: \(path):3:9: unknown role 'ui.txt'")
        try write(text.replacing("mine", with: "third"), path)
        try await terminal.wait(for: "theme third read again")
        // The next of the list; what is built in is read again when told to.
        try await terminal.press("t")
        try await terminal.wait(for: "theme midnight")
        kill(try await terminal.pid(), SIGUSR2)
        try await terminal.wait(for: "theme midnight read again")
      }
    }
  }
}

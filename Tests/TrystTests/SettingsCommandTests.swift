import Foundation
import Monitor
import Testing

/// `config.yaml`, `tryst config`, `tryst paths`, the manual and the completion of shells.
@Suite(.ownThread, .timeLimit(.minutes(2))) struct SettingsCommandTests {
  /// Runs `body` with a home of settings that has this configuration.
  private func withSettings(
    _ text: String?, body: (_ folder: String, _ path: String) async throws -> Void
  ) async throws {
    let folder = NSTemporaryDirectory() + "tryst-settings-" + UUID().uuidString
    try FileManager.default.createDirectory(
      atPath: folder + "/tryst", withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/tryst/config.yaml"
    if let text { try write(text, path) }
    try await body(folder, path)
  }

  private func write(_ text: String, _ path: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
  }

  @Test func theDefaultFileIsAccepted() async throws {
    let file = try await Run.tryst(["config", "--default"])
    #expect(file.status == 0 && file.output.contains("\ntheme: midnight\n"))
    try await withSettings(file.output) { folder, path in
      let home = ["XDG_CONFIG_HOME": folder]
      let check = try await Run.tryst(["config", "--check"], environment: home)
      #expect(check.status == 0 && check.output == "\(path): nothing is wrong\n")
      let shown = try await Run.tryst(["config"], environment: home)
      let lines = shown.output.split(separator: "\n").map(String.init)
      #expect(lines.first == path && lines[1].hasPrefix("  theme       midnight        line "))
      #expect(lines.last?.hasPrefix("  keys        see --default   line ") == true)
    }
  }

  @Test func withoutAFileTheDefaultsAreInForce() async throws {
    try await withSettings(nil) { folder, path in
      let home = ["XDG_CONFIG_HOME": folder, "TRYST_THEME": "mono"]
      let shown = try await Run.tryst(["config"], environment: home)
      #expect(
        shown.output.hasPrefix("\(path) (there is none)\n  theme       mono            TRYST_THEME")
      )
      #expect(shown.output.contains("\n  cpus        4               default\n"))
      let check = try await Run.tryst(["config", "--check"], environment: home)
      #expect(check.status == 0 && check.output == "\(path): there is none, which is fine\n")
      let named = try await Run.tryst(["config", "--check", path])
      #expect(named.status == 66 && named.error == "tryst: \(path): there is no such file\n")
      let run = try await Run.tryst(["run", "--headless", "--config", path])
      #expect(run.status == 66 && run.output.isEmpty)
    }
  }

  @Test func mistakesStopWithAPlace() async throws {
    try await withSettings("cpus: 2\ncolor: pink\nkeys: {freez: [f]}\n") { folder, path in
      let home = ["XDG_CONFIG_HOME": folder]
      for arguments in [["config"], ["config", "--check"], ["run", "--headless"], ["run"]] {
        let run = try await Run.tryst(arguments, environment: home)
        #expect(run.status == 78 && run.output.isEmpty, "\(arguments)")
        #expect(run.complaints.count == 2)
        #expect(run.error.hasPrefix("tryst: \(path):2:8: 'pink' is no value of 'color'"))
        #expect(run.error.contains("\n\(path):3:8: unknown action or view 'freez' (did you mean"))
      }
      let none = try await Run.tryst(["config", "none"], environment: home)
      #expect(none.status == 0 && none.output.hasPrefix("no file\n"))
    }
    try await withSettings("refresh: 5\ntheme: midnite\n") { folder, path in
      for arguments in [["run"], ["config", "--check"]] {
        let run = try await Run.tryst(arguments, environment: ["XDG_CONFIG_HOME": folder])
        #expect(run.status == 78)
        #expect(run.error.hasPrefix("tryst: \(path):2:8: theme: there is no theme 'midnite'"))
      }
    }
    // Together with what else is wrong, in the order of the file; to run, the rest must be right first.
    try await withSettings("cpus: many\ntheme: midnite\ncolor: pink\n") { folder, path in
      let home = ["XDG_CONFIG_HOME": folder]
      let check = try await Run.tryst(["config", "--check"], environment: home)
      #expect(check.status == 78 && check.complaints.count == 3)
      #expect(check.error.hasPrefix("tryst: \(path):1:7: "))
      #expect(check.error.contains("\n\(path):2:8: theme: there is no theme 'midnite'"))
      #expect(check.error.contains("\n\(path):3:8: 'pink' is no value of 'color'"))
    }
    let folder = try await Run.tryst(["config", "--check", "/"])
    #expect(folder.status == 78 && folder.error == "tryst: /: not a file\n")
    let both = try await Run.tryst(["config", "--check", "--default"])
    #expect(both.status == 64)
  }

  /// The settings know the words of options that belong to rooms they may not see.
  @Test func theWordsAreThoseOfTheOptions() async throws {
    let file = try await Run.tryst(["config", "--default"])
    let run = try await Run.tryst(["run", "--color", "pink", "--config", "none"])
    let words = try #require(run.error.firstRange(of: "there are ")).upperBound
    #expect(run.status == 64)
    #expect(file.output.contains("# colours: \(run.error[words...])"))
  }

  @Test(.needsKVM) func theCommandLineGoesBeforeTheFile() async throws {
    let text = "cpus: 2\npolicy: baseline\nscenario: init-storm\ntheme: nonesuch\n"
    try await withSettings(text) { folder, _ in
      let home = ["XDG_CONFIG_HOME": folder]
      let arguments = ["run", "--headless", "--for", "200ms", "--format", "json"]
      let run = try await Run.tryst(arguments, environment: home)
      #expect(run.status == 0, "\(run.error)")
      #expect(run.output.contains("\"baseline\"") && run.output.contains("\"init-storm\""))
      let other = try await Run.tryst(
        arguments + ["--policy", "landed", "--scenario", "idle"], environment: home)
      #expect(other.output.contains("\"landed\"") && other.output.contains("\"idle\""))
      let none = try await Run.tryst(arguments + ["--config", "none"], environment: home)
      #expect(none.output.contains("\"landed\"") && none.output.contains("\"mixed\""))
    }
  }

  @Test(.needsKVM) func keysAndThemeAreReadAgain() async throws {
    let text = "scenario: idle\nview: log\nkeys: {freeze: [F12, _]}\n"
    try await withSettings(text) { _, path in
      try await Tmux.withTryst(["run", "--config", path]) { terminal in
        try await terminal.wait(for: "F12Freeze")
        try await terminal.wait(for: "[7 Log]")
        try await terminal.press("_")
        try await terminal.wait(for: "FROZEN")
        try write("theme: mono\nrefresh: 5\nkeys: {freeze: [F11]}\n", path)
        kill(try await terminal.pid(), SIGUSR2)
        try await terminal.wait(for: "settings and theme mono read again")
        try await terminal.wait(for: "F11Freeze")
        try await terminal.wait(for: " 5 Hz")
        try write("keys: {freeze: [t]}\n", path)
        kill(try await terminal.pid(), SIGUSR2)
        try await terminal.wait(for: "settings kept: ")
        try await terminal.wait(for: "F11Freeze")
      }
    }
  }

  @Test func pathsSayWhatIsThere() async throws {
    try await withSettings("cpus: 2\n") { folder, path in
      let run = try await Run.tryst(["paths"], environment: ["XDG_CONFIG_HOME": folder])
      #expect(run.status == 0)
      let lines = run.output.split(separator: "\n").map { $0.split(separator: " ") }
      #expect(lines.first.map { $0.joined(separator: " ") } == "settings \(path) there")
      #expect(
        lines.dropFirst().first.map { $0.joined(separator: " ") }
          == "themes \(folder)/tryst/themes not there")
      #expect(run.output.contains("/dev/kvm"))
    }
  }

  // MARK: - The manual

  /// Text as troff shows it.
  private func plain(_ troff: String) -> String {
    var text = troff
    for (name, character) in [
      ("\\fB", ""), ("\\fR", ""), ("\\&", ""), ("\\-", "-"), ("\\(ha", "^"), ("\\(ti", "~"),
      ("\\(ga", "`"), ("\\(aq", "'"), ("\\(dq", "\""), ("\\[u00B5]", "µ"), ("\\(rs", "\\"),
    ] { text = text.replacingOccurrences(of: name, with: character) }
    return text
  }

  private struct Tool: Decodable {
    struct Command: Decodable {
      struct Argument: Decodable {
        struct Name: Decodable { let kind, name: String }
        let names: [Name]?
        let valueName: String?
      }
      let commandName: String
      let subcommands: [Command]?
      let arguments: [Argument]?
    }
    let command: Command
  }

  @Test func theManualHasEveryOptionAndEveryKey() async throws {
    let manual = try await Run.tryst(["manual"])
    #expect(manual.status == 0 && manual.output.hasPrefix(".TH TRYST 1 "))
    let lines = Set(plain(manual.output).split(separator: "\n").map(String.init))
    let dump = try await Run.tryst(["--experimental-dump-help"])
    let root = try JSONDecoder().decode(Tool.self, from: Data(dump.output.utf8)).command
    var count = 0
    func check(_ command: Tool.Command, _ path: String) {
      #expect(lines.contains(".SS \(path)"), "\(path)")
      for argument in command.arguments ?? [] {
        let names = (argument.names ?? []).map { ($0.kind == "long" ? "--" : "-") + $0.name }
        let first = names.isEmpty ? "<\(argument.valueName ?? "")>" : names.joined(separator: ", ")
        #expect(lines.contains { $0 == first || $0.hasPrefix(first + " <") }, "\(path) \(first)")
        count += 1
      }
      for inner in command.subcommands ?? [] where inner.commandName != "help" {
        check(inner, "\(path) \(inner.commandName)")
      }
    }
    check(root, "tryst")
    #expect(count > 40)
    for binding in KeyTable.standard.bindings {
      let keys = binding.keys.map(\.name).joined(separator: " ")
      #expect(lines.contains(keys), "\(keys)")
      #expect(
        lines.contains { $0.hasPrefix("\(binding.help) [\(binding.action.name)]") },
        "\(binding.help)")
    }
    for section in ["FILES", "ENVIRONMENT", "EXIT STATUS", "SETTINGS"] {
      #expect(lines.contains(".SH \(section)"))
    }
    guard FileManager.default.isExecutableFile(atPath: "/usr/bin/groff") else { return }
    let path = NSTemporaryDirectory() + "tryst-manual-" + UUID().uuidString
    try write(manual.output, path)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let page = try await Run.program("/usr/bin/groff", ["-man", "-Tutf8", "-ww", path])
    #expect(page.status == 0 && page.error.isEmpty, "\(page.error)")
    #expect(page.output.contains("--scenario"))
  }

  // MARK: - Completion

  @Test(arguments: ["bash", "zsh", "fish"])
  func shellsComplete(shell: String) async throws {
    let script = try await Run.tryst(["--generate-completion-script", shell])
    #expect(script.status == 0 && script.error.isEmpty)
    for word in ["reroute-storm", "landed", "256", "ascii", "--config"] {
      #expect(script.output.contains(shell == "fish" ? word.replacing("--", with: "") : word))
    }
    guard shell == "bash" else { return }
    let path = NSTemporaryDirectory() + "tryst-completion-" + UUID().uuidString
    try write(script.output, path)
    defer { try? FileManager.default.removeItem(atPath: path) }
    // As the shell calls it: the function gets the words, and answers in COMPREPLY.
    let commands = """
      source \(path) && ask() {
        COMP_WORDS=(tryst "$@"); COMP_CWORD=$#; COMP_TYPE=9; COMP_KEY=9
        COMP_LINE="tryst $*"; COMP_POINT=${#COMP_LINE}; COMPREPLY=()
        _tryst tryst "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
        echo "${COMPREPLY[*]}"
      }
      PATH=\(Program.folder):$PATH
      ask run --policy bas; ask run --scenario ping; ask run --theme night
      ask run --color 25; ask run --glyphs asc
      """
    let run = try await Run.program("/bin/bash", ["-c", commands])
    #expect(
      run.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) } == [
        "baseline", "ping-pong", "nightsafe", "256", "ascii",
      ], "\(run.output) \(run.error)")
  }
}

import Foundation
import Testing

/// What leaves the monitor, in a real terminal: files, the clipboard, other characters.
@Suite(.serialized, .needsKVM, .ownThread, .timeLimit(.minutes(3))) struct ExportTests {
  /// A monitor in a folder of its own, which is gone afterwards.
  private func withMonitor(
    setUp: (String) throws -> Void = { _ in }, _ body: (Tmux, String) async throws -> Void
  ) async throws {
    let folder = NSTemporaryDirectory() + "tryst-export-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try setUp(folder)
    let command = "cd '\(folder)' && umask 077 && exec '\(Program.path)' run --scenario idle"
    try await Tmux.with(["sh", "-c", command], columns: 160, rows: 40) { terminal in
      try await terminal.wait(for: "● RUN")
      try await terminal.wait(for: "APs answered")
      try await body(terminal, folder)
    }
  }

  private func files(_ folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }

  @Test func wSavesTheView() async throws {
    try await withMonitor { terminal, folder in
      try await terminal.press("7")
      try await terminal.wait(for: "[7 Log]")
      // Frozen, the name is the same twice.
      try await terminal.press("Space")
      try await terminal.wait(for: "FROZEN")
      try await terminal.press("w")
      let screen = try await terminal.wait(for: "saved tryst-log-")
      #expect(screen.contains(" in \(folder)"))
      try await terminal.press("w")
      try await terminal.wait(for: "-2.json in ")
      let names = files(folder)
      #expect(names.count == 2)
      for name in names {
        let path = folder + "/" + name
        let data = try #require(FileManager.default.contents(atPath: path))
        let json = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        #expect(json?["view"] as? String == "log")
        #expect(json?["frozen"] as? Bool == true)
        #expect((json?["entries"] as? [Any])?.isEmpty == false)
        // 0644 less the umask.
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
      }
    }
  }

  @Test func aFolderThatTakesNothingIsSaid() async throws {
    try await withMonitor { terminal, folder in
      try FileManager.default.removeItem(atPath: folder)
      try await terminal.press("w")
      let screen = try await terminal.wait(for: "not saved: ")
      #expect(screen.contains("No such file or directory"))
      #expect(terminal.status() == nil)
    }
  }

  @Test func yReachesTheClipboard() async throws {
    try await withMonitor { terminal, _ in
      try await terminal.allowClipboard()
      try await terminal.press("y")
      try await terminal.wait(for: "copied vcpu 0, if the terminal allows it")
      let row = try await awaiting("a clipboard") { try await terminal.clipboard() }
      #expect(row.hasPrefix("vcpu 0 "))
      try await terminal.press("6")
      try await terminal.wait(for: "[6 Console]")
      try await terminal.press("y")
      try await terminal.wait(for: "copied the console's screen")
      let text = try await awaiting("another clipboard") {
        let text = try await terminal.clipboard()
        return text == row ? nil : text
      }
      #expect(text.hasPrefix("[demo] tryst demo guest, 4 vcpus\n"))
      #expect(!text.hasSuffix("\n"))
      // Nothing of the sequence is on the screen.
      let screen = try await terminal.screen()
      #expect(!screen.contains("52;c"))
    }
  }

  @Test func aChangesTheCharacters() async throws {
    try await withMonitor { terminal, _ in
      try await terminal.press("a")
      let ascii = try await terminal.wait(for: "characters: ascii")
      #expect(ascii.text.unicodeScalars.allSatisfy { $0.isASCII })
      try await terminal.press("a")
      try await terminal.wait("lines of blocks") {
        $0.contains("characters: blocks") && $0.contains("─")
      }
      try await terminal.press("a")
      try await terminal.wait(for: "characters: braille")
    }
  }
}

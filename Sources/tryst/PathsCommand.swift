import ArgumentParser
import Documents
import Settings
import Themes

/// `tryst paths`: everything that is looked at, and whether it is there.
struct PathsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "paths", abstract: "Print every path that is looked at.")

  func run() throws {
    var rows: [(what: String, path: String)] = []
    if let path = SettingsFile.standardPath { rows.append(("settings", path)) }
    rows += ThemeCatalog.standard.directories.map { ("themes", $0) }
    rows.append(("KVM", "/dev/kvm"))
    let width = rows.map(\.path.count).max() ?? 0
    let lines = rows.map { what, path in
      what + String(repeating: " ", count: 10 - what.count) + Printable.path(path)
        + String(repeating: " ", count: width - path.count + 2)
        + (DocumentFile.exists(path) ? "there" : "not there")
    }
    try StandardStreams.write(lines.map { "\($0)\n" }.joined())
  }
}

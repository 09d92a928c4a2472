import ArgumentParser
import Themes

/// `tryst themes`: the names that `--theme` takes, and where files of your own are looked for.
struct ThemesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "themes", abstract: "List the themes and the folders they are looked for in.")

  func run() throws {
    let catalog = ThemeCatalog.standard
    let names = catalog.names.map { "\($0)\n" }.joined()
    let folders = catalog.directories.map { "  \($0)\n" }.joined()
    try StandardStreams.write(
      names + "looked for, before the built-in ones, as NAME.yaml in\n" + folders)
  }
}

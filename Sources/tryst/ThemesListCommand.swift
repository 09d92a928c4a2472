import ArgumentParser
import Themes

/// `tryst themes list`: the names that `--theme` takes, and where files of your own are looked for.
struct ThemesListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the themes and the folders they are looked for in.")

  @OptionGroup var place: ThemesDirectoryOption

  func run() throws {
    let catalog = try place.catalog()
    let themes = catalog.names.map { "\(Self.line($0, catalog))\n" }.joined()
    let folders = catalog.directories.map { "  \($0)\n" }.joined()
    try StandardStreams.write(
      themes + "looked for, before the built-in ones, as NAME.yaml in\n" + folders)
  }

  /// The name, for what background, from where.
  private static func line(_ name: String, _ catalog: ThemeCatalog) -> String {
    let appearance: String
    let source: String
    do throws(ThemeError) {
      let parsed = try catalog.read(name)
      appearance = parsed.theme.appearance.rawValue
      source = parsed.files.first ?? ""
    } catch {
      appearance = "-"
      source = error.firstLine
    }
    // What is built in is the default, and what the shorter words mean.
    var notes = source.hasPrefix("built-in ") ? ["built in"] : [source]
    if name == Theme.standard.name { notes.append("the default") }
    notes += catalog.aliases.filter { $0.name == name }.map { "also \($0.alias)" }
    return padded(name, 16) + padded(appearance, 7) + notes.joined(separator: ", ")
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }
}

import ArgumentParser
import Themes

/// `tryst themes check`: reads theme files and measures them; fails where something is wrong.
struct ThemesCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check themes: can they be read, can everybody tell the states apart.")

  @Argument(help: "Names, or files' paths; without one, every theme there is.")
  var names: [String] = []
  @OptionGroup var place: ThemesDirectoryOption

  func run() throws {
    let catalog = try place.catalog()
    let names = names.isEmpty ? catalog.names : names
    var wrong = 0
    for name in names {
      let (lines, isWrong) = Self.report(name, catalog)
      if isWrong { wrong += 1 }
      try StandardStreams.write(lines.map { "\($0)\n" }.joined())
    }
    guard wrong == 0 else {
      throw Failure(
        ExitStatus.configuration,
        "\(wrong) of \(names.count) \(names.count == 1 ? "theme" : "themes") with errors")
    }
  }

  private static func report(_ name: String, _ catalog: ThemeCatalog) -> ([String], Bool) {
    do throws(ThemeError) {
      let parsed = try catalog.read(name)
      let check = ThemeCheck(parsed.theme)
      let warnings = ThemeError.invalid(
        file: parsed.files.first ?? name, problems: parsed.warnings)
      return (
        check.lines + (parsed.warnings.isEmpty ? [] : [warnings.description]), !check.errors.isEmpty
      )
    } catch { return ([error.description], true) }
  }
}

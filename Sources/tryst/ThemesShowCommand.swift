import ArgumentParser
import Glibc
import Themes

/// `tryst themes show`: every role by name as the theme has it; without a terminal in words only.
struct ThemesShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a theme's roles in its colours.")

  @Argument(help: "A theme's name, or a file's path.")
  var name: String = Theme.standard.name
  @Option(help: "Colours: auto, never, 8, 16, 256, true.")
  var color = "auto"
  @OptionGroup var place: ThemesDirectoryOption

  func run() throws {
    guard let depth = Self.depth(color) else {
      throw Failure(
        ExitStatus.usage,
        "--color '\(color)' is unknown; there are auto, never, 8, 16, 256, true")
    }
    let catalog = try place.catalog()
    let theme: Theme
    do throws(ThemeError) { theme = try catalog.load(name) } catch {
      throw Failure(error.exitCode, error.description)
    }
    let lines = ThemeSample(theme, depth: depth).lines.map { "\($0)\n" }
    try StandardStreams.write(lines.joined())
  }

  private static func depth(_ word: String) -> ThemeSample.Depth? {
    switch word {
    case "auto": automatic()
    case "never": .plain
    case "8": .ansi8
    case "16": .ansi16
    case "256": .indexed256
    case "true": .direct
    default: nil
    }
  }

  /// What the environment says of the terminal; plain where standard output is none.
  private static func automatic() -> ThemeSample.Depth {
    let terminal = variable("TERM") ?? "dumb"
    guard isatty(STDOUT_FILENO) == 1, variable("NO_COLOR") == nil, terminal != "dumb" else {
      return .plain
    }
    if ["truecolor", "24bit"].contains(variable("COLORTERM")) || terminal.hasSuffix("-direct") {
      return .direct
    }
    return terminal.contains("256color") ? .indexed256 : .ansi16
  }

  /// A variable that is set and not empty.
  private static func variable(_ name: String) -> String? {
    // Copied at once; nothing here sets variables.
    guard let text = unsafe getenv(name) else { return nil }
    let value = unsafe String(cString: text)
    return value.isEmpty ? nil : value
  }
}

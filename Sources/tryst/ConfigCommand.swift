import ArgumentParser
import Documents
import Settings
import Themes

/// `tryst config`: what is in force, whether a file is right, and a file to begin with.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Show, check or print settings.",
    discussion: "Without a flag: the file that is read, and what is in force by it.")

  @Argument(
    help: "Settings file, or none; without it the usual one (see tryst paths).",
    completion: .file(extensions: ["yaml"]))
  var file: String?
  @Flag(name: .customLong("default"), help: "Print a file with every key and its default.")
  var isDefault = false
  @Flag(help: "Only check the file.")
  var check = false

  func validate() throws {
    if isDefault && (check || file != nil) {
      throw ValidationError("--default goes with nothing else")
    }
  }

  func run() throws {
    if isDefault { return try StandardStreams.write(DefaultFile.text) }
    let found = try ConfigurationOption.load(
      file, themeMistake: check ? Self.mistake(inTheme:) : { _ in nil })
    let path = found.path.map(Printable.path) ?? "no file"
    if check {
      return try StandardStreams.write(
        "\(path): \(found.isThere ? "nothing is wrong" : "there is none, which is fine")\n")
    }
    let lines =
      ["\(path)\(found.path != nil && !found.isThere ? " (there is none)" : "")"]
      + SettingName.allCases.map { Self.line($0, found) }
    try StandardStreams.write(lines.map { "\($0)\n" }.joined())
  }

  /// A theme is known where themes are looked for only.
  private static func mistake(inTheme name: String) -> String? {
    do throws(ThemeError) {
      _ = try ThemeCatalog.standard.load(name)
      return nil
    } catch { return error.firstLine }
  }

  private static func line(_ name: SettingName, _ file: SettingsFile) -> String {
    var value = name.text(in: file.settings) ?? "see --default"
    if name == .keys && file.settings.keys != Settings().keys { value = "changed" }
    var source = file.places[name].map { "line \($0.line)" } ?? "default"
    if name == .theme, let theme = ThemeCatalog.environmentTheme {
      value = theme
      source = "TRYST_THEME"
    }
    if value.isEmpty { value = "\"\"" }
    return padded("  \(name.rawValue)", 14) + padded(Printable.path(value), 16) + source
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }
}

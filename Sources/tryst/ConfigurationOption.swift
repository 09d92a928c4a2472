import ArgumentParser
import Settings
import Themes

/// `--config`, where a command heeds the user's settings.
struct ConfigurationOption: ParsableArguments {
  @Option(
    help: "Settings: a file, or none; by default the file that tryst paths names.",
    completion: .file(extensions: ["yaml"]))
  var config: String?

  /// The settings. The file in its usual place need not be there, one that was named must be.
  func load() throws(Failure) -> SettingsFile { try Self.load(config) }

  /// The same; `mistake` as for ``SettingsFile/load(_:themeMistake:)``.
  static func load(
    _ choice: String?, themeMistake mistake: (String) -> String? = { _ in nil }
  ) throws(Failure) -> SettingsFile {
    do throws(SettingsError) {
      return try SettingsFile.load(choice, themeMistake: mistake)
    } catch {
      throw Failure(error.exitCode, error.description)
    }
  }
}

extension CompletionKind {
  /// The themes there are, those of the user's too.
  static var themes: CompletionKind {
    .custom { _, _, _ in ThemeCatalog.standard.names }
  }
}

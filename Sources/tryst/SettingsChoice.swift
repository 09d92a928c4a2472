import Monitor
import Settings
import Terminal
import Themes

/// The settings in force, where they come from, and what the command line says in their place. Whatever goes
/// wrong with the file later, the last good settings stay.
struct SettingsChoice {
  /// What `--config` names.
  private let choice: String?
  /// Whether the theme and the rate were given elsewhere, which goes before the file.
  private let hasTheme: Bool
  private let hasRefresh: Bool
  private var file: SettingsFile

  init(_ file: SettingsFile, choice: String?, hasTheme: Bool, hasRefresh: Bool) {
    self.file = file
    self.choice = choice
    self.hasTheme = hasTheme
    self.hasRefresh = hasRefresh
  }

  /// The settings.
  var settings: Settings { file.settings }
  /// Whether there is a file.
  var isThere: Bool { file.isThere }

  /// Why there is no theme: where it is the file's, with its place there.
  func failure(_ error: ThemeError) -> Failure {
    if !hasTheme, let problem = file.problem(error.firstLine, with: .theme) {
      return Failure(problem.exitCode, problem.description)
    }
    return Failure(error.exitCode, error.description)
  }

  /// What has changed of the things that can change while the screen is there.
  struct Change {
    /// The theme's new name.
    var theme: String?
    /// The new rate.
    var refreshHertz: Int?
  }

  /// Reads the file again; nil: there is none now, and there was none.
  mutating func reload() throws(SettingsError) -> Change? {
    let new = try SettingsFile.load(choice)
    let old = file
    guard new.isThere || old.isThere else { return nil }
    file = new
    var change = Change()
    if !hasTheme && new.settings.theme != old.settings.theme { change.theme = new.settings.theme }
    if !hasRefresh && new.settings.refreshHertz != old.settings.refreshHertz {
      change.refreshHertz = new.settings.refreshHertz
    }
    return change
  }
}

extension MonitorSession {
  /// Reads the settings again, after the theme: keys, theme and rate are followed, the rest is for the next
  /// start. What is wrong is said, and what was there stays.
  func follow(
    _ settings: inout SettingsChoice, _ theme: inout ThemeChoice, _ screen: Screen,
    _ events: TerminalEvents, _ model: inout MonitorModel
  ) {
    let before = settings
    do throws(SettingsError) {
      guard let change = try settings.reload() else { return }
      if let name = change.theme {
        do throws(ThemeError) {
          try theme.change(to: name)
        } catch {
          let failure = settings.failure(error)
          settings = before
          model.notify("settings kept: \(failure.description)")
          return
        }
        screen.setTheme(theme.theme)
      }
      if let hertz = change.refreshHertz {
        model.setRefresh(hertz: hertz)
        events.period = Self.period(hertz: hertz)
      }
      model.keys = settings.settings.keys
      model.notify("settings and theme \(theme.theme.name) read again")
    } catch {
      model.notify("settings kept: \(error.firstLine)")
    }
  }
}

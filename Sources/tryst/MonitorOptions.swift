import Monitor
import Settings
import Terminal
import Themes

/// What the command line says about the screen, checked.
struct MonitorOptions {
  let theme: ThemeChoice
  let screen: ScreenOptions
  let refreshHertz: Int
  let isReadOnly: Bool
  let settings: SettingsChoice

  init(
    theme: String?, in catalog: ThemeCatalog, color: String, glyphs: String, refresh: Int,
    mouse: Bool, isReadOnly: Bool, settings: SettingsChoice
  ) throws(Failure) {
    guard let choice = ColorChoice(rawValue: color) else {
      let all = ColorChoice.allCases.map(\.rawValue).joined(separator: ", ")
      throw Failure(ExitStatus.usage, "--color '\(color)' is unknown; there are \(all)")
    }
    let set = GlyphSet(option: glyphs)
    guard set != nil || glyphs == "auto" else {
      throw Failure(
        ExitStatus.usage,
        "--glyphs '\(glyphs)' is unknown; there are \(Settings.glyphSets.joined(separator: ", "))")
    }
    guard MonitorModel.refreshRates.contains(refresh) else {
      let all = MonitorModel.refreshRates.map(String.init).joined(separator: ", ")
      throw Failure(ExitStatus.usage, "--refresh \(refresh) is no rate; there are \(all)")
    }
    do throws(ThemeError) {
      self.theme = try ThemeChoice(theme ?? Theme.standard.name, in: catalog)
    } catch {
      throw settings.failure(error)
    }
    screen = ScreenOptions(color: choice, glyphs: set, mouse: mouse)
    refreshHertz = refresh
    self.isReadOnly = isReadOnly
    self.settings = settings
  }
}

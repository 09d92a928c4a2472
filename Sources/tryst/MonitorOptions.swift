import Monitor
import Terminal
import Themes

/// What the command line says about the screen, checked.
struct MonitorOptions {
  let theme: Theme
  /// The themes that the `t` key goes through.
  let themes: [Theme]
  let screen: ScreenOptions
  let refreshHertz: Int

  init(
    theme: String?, color: String, glyphs: String, refresh: Int, mouse: Bool
  ) throws(Failure) {
    guard let choice = ColorChoice(rawValue: color) else {
      let all = ColorChoice.allCases.map(\.rawValue).joined(separator: ", ")
      throw Failure(ExitStatus.usage, "--color '\(color)' is unknown; there are \(all)")
    }
    let set = GlyphSet(rawValue: glyphs)
    guard set != nil || glyphs == "auto" else {
      throw Failure(
        ExitStatus.usage, "--glyphs '\(glyphs)' is unknown; there are auto, ascii, unicode")
    }
    guard MonitorModel.refreshRates.contains(refresh) else {
      let all = MonitorModel.refreshRates.map(String.init).joined(separator: ", ")
      throw Failure(ExitStatus.usage, "--refresh \(refresh) is no rate; there are \(all)")
    }
    let catalog = ThemeCatalog.standard
    do throws(ThemeError) {
      self.theme = try theme.map { name throws(ThemeError) in try catalog.load(name) } ?? .standard
    } catch {
      throw Failure(error.exitCode, error.description)
    }
    // A broken file in the user's folder does not keep the others from being used.
    themes = catalog.names.compactMap { try? catalog.load($0) }
    screen = ScreenOptions(color: choice, glyphs: set, mouse: mouse)
    refreshHertz = refresh
  }

  /// The theme after the one called `name`.
  func theme(after name: String) -> Theme? {
    guard !themes.isEmpty else { return nil }
    guard let index = themes.firstIndex(where: { $0.name == name }) else { return themes[0] }
    return themes[(index + 1) % themes.count]
  }
}

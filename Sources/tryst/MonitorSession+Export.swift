import Monitor
import Terminal

/// What leaves the monitor: files and the clipboard; and the characters that it is drawn with.
extension MonitorSession {
  func nextGlyphs(_ screen: Screen, _ model: inout MonitorModel) {
    if screen.setGlyphs(screen.glyphs.next) {
      model.glyphs = screen.glyphs
      model.notify("characters: \(screen.glyphs.rawValue)")
    } else {
      model.notify("the locale has ASCII only; --glyphs blocks asks for more")
    }
  }

  func save(_ view: SavedView, _ model: inout MonitorModel) {
    do throws(SavedFile.Problem) {
      model.notify("saved \(try SavedFile.write(view.json, as: view.suggestedName))")
    } catch { model.notify("not saved: \(error.words)") }
  }

  func copy(_ text: String, _ screen: Screen, _ model: inout MonitorModel) {
    if !screen.copy(text) { model.notify("not copied: this terminal has no clipboard, or is slow") }
  }
}

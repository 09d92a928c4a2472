/// The help screen's own keys: all views, and searching.
extension MonitorModel {
  /// Scalars that may be looked for.
  static let helpSearchLimit = 100

  /// Does `action` where it is the help's; nil where it is everybody's.
  mutating func performHelp(_ action: Action) -> [MonitorEffect]? {
    guard let help = ui.help else { return nil }
    switch action {
    case .help where help.isAll: ui.help = nil
    case .help:
      ui.help?.isAll = true
      ui.help?.top = 0
    case .openSearch:
      ui.help?.search = ""
      ui.help?.isTyping = true
      ui.help?.top = 0
    case .apply: ui.help?.isTyping = false
    case .close where help.isTyping || !help.search.isEmpty:
      ui.help?.isTyping = false
      ui.help?.search = ""
      ui.help?.top = 0
    case .erase:
      var scalars = help.search.unicodeScalars
      if !scalars.isEmpty { scalars.removeLast() }
      lookInHelp(for: String(scalars))
    case .clear: lookInHelp(for: "")
    default: return nil
    }
    return []
  }

  /// Adds a character to what is looked for.
  mutating func typeHelpSearch(_ scalar: Unicode.Scalar) {
    guard let help = ui.help, help.search.unicodeScalars.count < Self.helpSearchLimit,
      CellWidth.of(scalar) > 0
    else { return }
    lookInHelp(for: help.search + String(Character(scalar)))
  }

  private mutating func lookInHelp(for text: String) {
    ui.help?.search = text
    ui.help?.top = 0
  }
}

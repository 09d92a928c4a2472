import Themes

/// The line over every view that tells of an incident, in the place of the status line. It takes two keys and leaves
/// all others to the view; where somebody types or a dialog is open it takes none.
enum IncidentBanner {
  /// Its row; nil: there is none to be had.
  private static func row(_ model: MonitorModel) -> Int? {
    let layout = model.layout
    if !layout.status.isEmpty { return layout.status.y }
    if !layout.bar.isEmpty { return layout.bar.y - 1 }
    return model.height >= 2 ? model.height - 1 : nil
  }

  static func paint(_ frame: inout Frame, _ model: MonitorModel) {
    let context = model.ui.context
    guard let incident = model.ui.incidents.banner,
      context == .incident || context == .attached, model.ui.notice == nil, let y = row(model)
    else { return }
    frame.fill(0, y, width: frame.width, .warning)
    let keys =
      context == .attached
      ? "  (\(model.keys.escapeKey.name), then Enter)"
      : "  (\(name(.lookAtIncident, model)): look, \(name(.dismissIncident, model)): dismiss)"
    // What happened is never cut for the hint.
    let words = "! " + incident.words
    let columns = CellWidth.columns(words)
    frame.putClipped(1, y, words, .warning, limit: max(0, frame.width - 1))
    let short = context == .attached ? "" : "  \(name(.lookAtIncident, model)) looks"
    for hint in [keys, short] where columns + 1 + CellWidth.columns(hint) <= frame.width {
      frame.put(1 + columns, y, hint, .warning)
      break
    }
  }

  private static func name(_ action: Action, _ model: MonitorModel) -> String {
    model.keys.keys(of: action, in: .incident).first?.name ?? ":\(action.name)"
  }
}

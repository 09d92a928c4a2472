/// Keys that nothing is bound to.
extension MonitorModel {
  /// Says that `key` does nothing in `context`, where that is a view: a key that stays silent is a riddle.
  mutating func tellUnbound(_ key: Key, in context: InputContext) {
    guard context == ui.view.context else { return }
    if keys.keys(of: .openSearch, in: .console).contains(key) {
      let console = keyWord(.showConsole, in: context, usual: .character(MonitorView.console.key))
      let log = keyWord(.showLog, in: context, usual: .character(MonitorView.log.key))
      ui.notice = "\(key.name) finds text in the Console (\(console)) and filters the Log (\(log))"
      return
    }
    let help = keys.keys(of: .help, in: context).first?.name ?? "the palette"
    ui.notice = "\(key.name) does nothing in this view; \(help) has all that do"
  }
}

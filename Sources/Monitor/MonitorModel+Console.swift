import Commands
import Console
import Telemetry

extension MonitorModel {
  /// Whether the keyboard is the guest's: every key but the escape key, Ctrl-], goes to it.
  public var isAttached: Bool { ui.isAttached }

  /// The rows of the console's pane below which typing gets it the whole screen.
  static let attachedRows = 12

  /// The numbers of the console's lines that can be shown: what is blank at the end is left out, unless
  /// the guest's cursor is there and matters.
  var consoleLines: Range<Int> {
    let console = shown.console
    var end = console.usedEnd
    if ui.isAttached { end = max(end, console.cursor.line + 1) }
    if console.isAlternate { end = console.lines.upperBound }
    return console.lines.lowerBound..<max(console.lines.lowerBound, end)
  }

  /// The numbers of the lines in a pane of `rows` rows. A pane that is lower than the guest's screen shows
  /// the part with the cursor.
  func visibleConsole(rows: Int) -> Range<Int> {
    let visible = ui.console.visible(consoleLines, rows: rows)
    let line = shown.console.cursor.line
    guard ui.console.bottom == nil, ui.isAttached || shown.console.isAlternate,
      line < visible.lowerBound
    else { return visible }
    return line..<(line + visible.count)
  }

  // MARK: The keyboard

  /// Gives the keyboard to the guest; a frozen picture moves again, as one wants to see what one types.
  mutating func attach() {
    if isReadOnly {
      ui.notice = Self.readOnlyNotice
      return
    }
    if live.snapshot.guestEnded != nil {
      ui.notice = "the guest has ended"
      return
    }
    past = nil
    ui.isAttached = true
    ui.console.follow()
    if ui.zoom == nil && rows(.console) < Self.attachedRows {
      ui.zoom = .console
      ui.isZoomedToType = true
    }
    settleSelection()
  }

  /// Takes the keyboard back.
  mutating func detach() {
    ui.isAttached = false
    if ui.isZoomedToType { ui.zoom = nil }
    ui.isZoomedToType = false
    settleSelection()
  }

  /// What goes to the guest's serial port.
  mutating func send(_ bytes: [UInt8]) -> [MonitorEffect] {
    ui.console.follow()
    return bytes.isEmpty ? [] : [.perform(.serialInput(bytes))]
  }

  /// Sends a key to the guest.
  mutating func send(_ key: Key) -> [MonitorEffect] {
    send(key.guestInput(hasApplicationCursorKeys: live.console.hasApplicationCursorKeys))
  }

  /// Takes text that the operator pasted: for the guest while the keyboard is its own, else for the field
  /// or prompt that takes characters. Any bytes.
  public mutating func handle(paste text: [UInt8]) -> [MonitorEffect] {
    record()
    ui.notice = nil
    switch ui.context {
    case .attached:
      return send(Paste.guestInput(text, isBracketed: live.console.hasBracketedPaste))
    case .search, .inject, .filter, .palette, .helpSearch:
      for scalar in String(decoding: text.prefix(1000), as: UTF8.self).unicodeScalars
      where CellWidth.of(scalar) > 0 {
        switch ui.context {
        case .search: ui.search.type(scalar)
        case .filter: typeFilter(scalar)
        case .palette: ui.palette.type(scalar)
        case .helpSearch: typeHelpSearch(scalar)
        default: ui.dialog.type(scalar)
        }
      }
    case .overview, .console, .chooser, .help, .timeline, .ipi, .vcpu, .interrupts, .log, .policies,
      .page, .incident, .compare, .pair:
      break
    }
    return []
  }

  // MARK: Searching

  /// Shows the next place with the text looked for.
  mutating func find(_ direction: TerminalEmulator.SearchDirection) {
    let console = shown.console
    if ui.search.text.isEmpty {
      let asks = keyWord(.openSearch, in: .console, usual: .character("/"))
      ui.notice = "nothing to look for yet: \(asks) asks what"
      return
    }
    let rows = rows(.console)
    let end = visibleConsole(rows: rows).upperBound
    guard ui.search.find(direction, in: console, from: end), let match = ui.search.match else {
      let way = direction == .up ? "above" : "below"
      ui.notice = "no '\(ui.search.text)' \(ui.search.match == nil ? "" : "more ")\(way)"
      return
    }
    ui.console.show(match.line, consoleLines, rows: rows)
  }
}

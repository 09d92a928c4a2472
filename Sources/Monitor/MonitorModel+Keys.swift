import Commands
import Console
import Rendezvous
import Telemetry

extension MonitorModel {
  /// Does what `key` does on what is on top of the screen; the key table decides.
  public mutating func handle(_ key: Key) -> [MonitorEffect] {
    record()
    ui.notice = nil
    (ui.confirmable, ui.questioned) = (ui.questioned, nil)
    return permitted(respond(to: key)) + adjustWatch()
  }

  /// What may be done of `effects`. Said visibly where something may not: a key that does nothing is a
  /// riddle.
  mutating func permitted(_ effects: [MonitorEffect]) -> [MonitorEffect] {
    guard isReadOnly else { return effects }
    let kept = effects.filter { if case .perform = $0 { false } else { true } }
    if kept.count < effects.count { ui.notice = Self.readOnlyNotice }
    return kept
  }

  static let readOnlyNotice = "read-only: the guest is only looked at (--read-only)"

  /// Only the vCPU view looks at a vcpu closely: what is not shown costs nothing.
  mutating func adjustWatch() -> [MonitorEffect] {
    let shows = ui.view == .vcpu && !shown.snapshot.vcpus.isEmpty
    let wanted = dialogTarget ?? (shows ? selectedVCPU : nil)
    guard wanted != ui.watched else { return [] }
    ui.watched = wanted
    return [.watch(vcpu: wanted)]
  }

  private mutating func respond(to key: Key) -> [MonitorEffect] {
    var context = ui.context
    // What the line of an incident does not take is the view's.
    if context == .incident, keys.binding(nearest: key, in: context) == nil {
      context = ui.viewContext
    }
    if context == .attached {
      // Only the key itself takes the keyboard back: everything else is the guest's.
      let binding = keys.binding(for: key, in: context)
      return binding.map { perform($0.action, in: context) } ?? send(key)
    }
    if let binding = keys.binding(nearest: key, in: context) {
      return perform(binding.action, in: context)
    }
    if case .character(let scalar) = key {
      if context == .inject { ui.dialog.type(scalar) }
      if context == .search { ui.search.type(scalar) }
      if context == .filter { typeFilter(scalar) }
      if context == .palette { ui.palette.type(scalar) }
      if context == .helpSearch { typeHelpSearch(scalar) }
    }
    tellUnbound(key, in: context)
    return []
  }

  /// Actions that only prepare a change: with ``isReadOnly`` they would lead nowhere.
  private static let changing: Set<Action> = [.openInject, .choosePolicy, .chooseScenario]

  /// Does `action`, which is one of `context`.
  mutating func perform(_ action: Action, in context: InputContext) -> [MonitorEffect] {
    switch context {
    case .timeline: if let effects = performTimeline(action) { return effects }
    case .ipi: if let effects = performIPI(action) { return effects }
    case .vcpu: if let effects = performVCPU(action) { return effects }
    case .interrupts: if let effects = performInterrupts(action) { return effects }
    case .policies: if let effects = performPolicies(action) { return effects }
    case .log: if let effects = performLog(action) { return effects }
    case .palette: if let effects = performPalette(action) { return effects }
    case .compare, .pair: if let effects = performCompare(action) { return effects }
    case .help, .helpSearch: if let effects = performHelp(action) { return effects }
    case .page: if let effects = performPage(action) { return effects }
    case .incident: if let effects = performIncident(action) { return effects }
    case .chooser: if let effects = performChooser(action) { return effects }
    default: break
    }
    if isReadOnly && Self.changing.contains(action) {
      ui.notice = Self.readOnlyNotice
      return []
    }
    switch action {
    case .showOverview: show(.overview)
    case .showTimeline: show(.timeline)
    case .showIPI: show(.ipi)
    case .showVCPU: show(.vcpu)
    case .showInterrupts: show(.interrupts)
    case .showConsole: show(.console)
    case .showLog: show(.log)
    case .showPolicies: show(.policies)
    case .openCompare: openCompare()
    case .nextView: show(ui.view.moved(1))
    case .previousView: show(ui.view.moved(-1))
    case .quit: return [.quit]
    case .help: ui.help = ui.help == nil ? UIState.Help(context: context) : nil
    case .close: close(context)
    case .freeze: toggleFreeze()
    case .olderMoment: stepMoment(-1)
    case .newerMoment: stepMoment(1)
    case .takeSample: takeSample()
    case .stopOrContinue: return stopOrContinue()
    case .choosePolicy:
      let current = offeredPolicies.firstIndex { $0.preset == live.snapshot.policy.preset }
      ui.overlay = .chooser(Chooser(subject: .policy, selected: current ?? 0, offeredPolicies))
    case .chooseScenario where !live.snapshot.hasScenarios:
      ui.notice = "only the demo guest has scenarios"
    case .chooseScenario:
      let current = Scenario.allCases.firstIndex(of: live.snapshot.scenario)
      ui.overlay = .chooser(Chooser(subject: .scenario, selected: current ?? 0))
    case .openInject:
      ui.dialog.reopen()
      ui.overlay = .inject
    case .rendezvousAll: return rendezvousAll()
    case .faster: return stepRefresh(1)
    case .slower: return stepRefresh(-1)
    case .nextTheme: return [.nextTheme]
    case .nextGlyphs: return [.nextGlyphs]
    case .saveView: return [.save(savedView)]
    case .copySelection: return copySelection()
    case .toggleGrid:
      ui.wantsGrid = !hasGrid
      settleSelection()
    case .colorBy:
      ui.gridColor = ui.gridColor.next
      ui.notice = "the grid shows \(ui.gridColor.title)"
    case .left, .right:
      guard hasGrid, ui.focus == .vcpus else { return [] }
      ui.vcpu += action == .left ? -1 : 1
      settleSelection()
    case .up: move(-1, context)
    case .down: move(1, context)
    case .pageUp: move(-page(context), context)
    case .pageDown: move(page(context), context)
    case .home: move(-1_000_000, context)
    case .end: move(1_000_000, context)
    // The Console view has one pane: there the keys go on to the next view, and back to all panes.
    case .nextPane where ui.view == .console: show(ui.view.moved(1))
    case .previousPane where ui.view == .console: show(ui.view.moved(-1))
    case .nextPane: changePane(1)
    case .previousPane: changePane(-1)
    case .zoom where ui.view == .console:
      ui.zoom = nil
      show(.overview)
    case .zoom:
      ui.zoom = ui.zoom == nil ? ui.focus : nil
      settleSelection()
    case .attach: attach()
    case .detach: detach()
    case .sendEscapeKey:
      attach()
      return ui.isAttached ? send(keys.escapeKey) : []
    case .openSearch: ui.search.prompt = ""
    case .openPalette: ui.palette.open()
    case .findOlder: find(.up)
    case .findNewer: find(.down)
    case .apply where context == .filter: applyFilter()
    case .apply where context == .search:
      ui.search.accept()
      find(.up)
    case .apply:
      guard case .chooser(let chooser) = ui.overlay else { return [] }
      return choose(chooser)
    case .inject: return inject()
    case .olderInjection: recallInjection(1)
    case .newerInjection: recallInjection(-1)
    case .stopRepeating: return stopRepeating()
    case .nextField: ui.dialog.moveFocus(1)
    case .previousField: ui.dialog.moveFocus(-1)
    case .nextChoice: ui.dialog.choose(1)
    case .previousChoice: ui.dialog.choose(-1)
    case .erase where context == .filter: eraseFilter()
    case .clear where context == .filter: ui.logView.prompt = ""
    case .erase: if context == .search { ui.search.erase() } else { ui.dialog.erase() }
    case .clear: if context == .search { ui.search.prompt = "" } else { ui.dialog.clear() }
    // The views' own, done above.
    default: break
    }
    return []
  }

  private mutating func close(_ context: InputContext) {
    switch context {
    case .help, .helpSearch: ui.help = nil
    case .palette: ui.palette.close()
    case .inject, .chooser: ui.overlay = .none
    case .search: ui.search.prompt = nil
    case .filter: ui.logView.prompt = nil
    case .attached: detach()
    // Theirs, done above.
    case .page, .incident, .compare, .pair: break
    case .overview, .console, .timeline, .ipi, .vcpu, .interrupts, .log, .policies:
      if ui.view != .overview { return show(.overview) }
      ui.zoom = nil
      settleSelection()
    }
  }

  /// Shows `view`; what is selected stays.
  mutating func show(_ view: MonitorView) {
    ui.view = view
    ui.pages = []
    if view == .console { ui.focus = .console }
    if view == .log { ui.focus = .log }
    settleIPICell(isOpening: true)
    settleSelection()
  }

  private mutating func stopOrContinue() -> [MonitorEffect] {
    if live.snapshot.guestEnded != nil {
      ui.notice = "the guest has ended"
      return []
    }
    return [.perform(live.snapshot.isStopped ? .continueGuest : .stopGuest)]
  }

  private mutating func rendezvousAll() -> [MonitorEffect] {
    let count = min(live.snapshot.vcpus.count, CPUSet.capacity)
    guard count > 0 else {
      ui.notice = "no vcpus yet"
      return []
    }
    return [.perform(.inject(.rendezvous(targets: .first(count))))]
  }

  private mutating func changePane(_ step: Int) {
    // While one pane has the screen, Tab changes which.
    let there = layout.panes
    var next = ui.focus.moved(step)
    while ui.zoom == nil && there[next] == nil && next != ui.focus && !there.all.isEmpty {
      next = next.moved(step)
    }
    ui.focus = next
    if ui.zoom != nil { ui.zoom = next }
    settleSelection()
  }

  /// The rows that a page key moves by.
  private func page(_ context: InputContext) -> Int {
    switch context {
    case .console, .attached, .search: max(1, rows(.console))
    case .overview: max(1, rows(ui.focus))
    case .timeline, .ipi, .vcpu, .interrupts, .log, .filter, .policies, .compare, .pair:
      max(1, layout.body.height)
    case .help, .helpSearch: max(1, HelpView.rows(height: height))
    case .chooser, .inject, .palette, .page, .incident: 4
    }
  }

  /// The rows of `pane` below its title.
  func rows(_ pane: Pane) -> Int { max(0, (layout.panes[pane]?.height ?? 0) - 1) }

  /// Selects or scrolls by `step` rows.
  mutating func move(_ step: Int, _ context: InputContext) {
    switch context {
    case .help, .helpSearch:
      let top = (ui.help?.top ?? 0) + step
      let last = HelpView.lastTop(model: self)
      ui.help?.top = max(0, min(top, last))
    case .chooser:
      guard case .chooser(var chooser) = ui.overlay else { return }
      chooser.move(by: step)
      ui.overlay = .chooser(chooser)
    case .overview: move(step, ui.focus)
    case .console: move(step, Pane.console)
    case .compare: scrollCompare(step)
    case .pair: break
    case .inject, .attached, .search, .timeline, .ipi, .vcpu, .interrupts, .log, .filter, .policies,
      .palette, .page, .incident:
      break
    }
  }

  /// Selects or scrolls in `pane`.
  mutating func move(_ step: Int, _ pane: Pane) {
    switch pane {
    case .vcpus:
      let columns = layout.panes[.vcpus]?.width ?? 0
      let cells = VCPUGrid.cells(columns, vcpus: shown.snapshot.vcpus.count)
      let next = ui.vcpu + (hasGrid ? step * cells.perRow : step)
      // Up and down keep the column of a grid.
      let isInside = shown.snapshot.vcpus.indices.contains(next)
      if !hasGrid || isInside || abs(step) > cells.rows { ui.vcpu = next }
      settleSelection()
    case .counters:
      ui.metric = max(0, min(ui.metric + step, Metric.selectable.count - 1))
    case .console:
      ui.console.scroll(step, consoleLines, rows: rows(.console))
    case .log:
      let held = shown.log.dropped..<shown.log.end
      ui.log.scroll(step, held, rows: rows(.log))
    }
  }
}

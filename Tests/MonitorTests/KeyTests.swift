import Commands
import Rendezvous
import Telemetry
import Testing

@testable import Monitor

@Suite struct KeyTests {
  /// A monitor in which `context` is on top.
  static func model(_ context: InputContext) -> MonitorModel {
    var model = Fixture.model(vcpus: 64)
    // The keys of the table are the same with a grid but for left and right.
    model.ui.wantsGrid = false
    switch context {
    case .overview: break
    case .timeline, .ipi, .vcpu, .interrupts, .policies, .log:
      let view = MonitorView.allCases.first { $0.context == context } ?? .overview
      _ = model.handle(.character(view.key))
    case .console: for _ in 0..<2 { _ = model.handle(.tab) }
    case .attached: for key in [Key.tab, .tab, .enter] { _ = model.handle(key) }
    case .search: for key in [Key.tab, .tab, .character("/")] { _ = model.handle(key) }
    case .filter: for key in "7/".unicodeScalars { _ = model.handle(.character(key)) }
    case .inject: _ = model.handle(.function(7))
    case .chooser: _ = model.handle(.character("S"))
    case .help: _ = model.handle(.function(1))
    case .helpSearch: for key in [Key.function(1), .character("/")] { _ = model.handle(key) }
    case .palette: _ = model.handle(.character(":"))
    case .page: for key in [Key.character("7"), .end, .up, .enter] { _ = model.handle(key) }
    case .incident:
      IncidentTests.absorb(
        [.assertionFailed(IncidentTests.failure())], .landed, in: &model, step: 40)
    case .compare: _ = model.handle(.character("C"))
    case .pair: for key in [Key.character("C"), .tab] { _ = model.handle(key) }
    }
    return model
  }

  /// Every key of the table, in every context it names, does what its help says.
  @Test func everyKeyDoesWhatItsHelpSays() {
    for binding in KeyBinding.all {
      // The views' own keys have tests of their own.
      for context in binding.contexts where !Self.isOwn(binding, context) {
        for key in binding.keys {
          var model = Self.model(context)
          #expect(model.ui.context == context)
          Self.prepare(&model, binding.action)
          let before = model
          let effects = model.handle(key)
          Self.check(binding.action, context, before, model, effects, "\(key) in \(context)")
        }
      }
    }
  }

  /// Whether the view of `context` alone knows what `binding` does.
  static func isOwn(_ binding: KeyBinding, _ context: InputContext) -> Bool {
    let views: [InputContext] = [
      .timeline, .ipi, .vcpu, .interrupts, .log, .policies, .palette, .help, .helpSearch,
      .page, .incident, .chooser, .compare, .pair,
    ]
    return views.contains(context) && binding.contexts == [context]
  }

  /// Brings the model where the action can be seen.
  static func prepare(_ model: inout MonitorModel, _ action: Action) {
    let context = model.ui.context
    if [.left, .right, .colorBy].contains(action) { model.ui.wantsGrid = true }
    switch action {
    case .left: model.ui.vcpu = 40
    case .up, .pageUp, .home:
      if context == .overview { model.ui.vcpu = 40 }
      if context == .help { model.ui.help?.top = 9 }
    case .down, .pageDown, .end: if context == .console { model.move(-30, Pane.console) }
    case .findNewer, .findOlder: find("round", in: &model)
    case .erase, .clear, .apply:
      if context == .inject { model.ui.dialog.moveFocus(1) }
      if context == .filter {
        for scalar in "rdv".unicodeScalars { _ = model.handle(.character(scalar)) }
      }
      guard context == .search else { return }
      for scalar in "round".unicodeScalars { _ = model.handle(.character(scalar)) }
    case .close: if [.overview, .console].contains(context) { model.ui.zoom = .log }
    default: break
    }
  }

  /// Looks for `text` as the operator does, and steps once up.
  static func find(_ text: String, in model: inout MonitorModel) {
    for key in [Key.character("/")] + text.unicodeScalars.map(Key.character) + [
      .enter, .character("n"),
    ] {
      _ = model.handle(key)
    }
  }

  static func check(
    _ action: Action, _ context: InputContext, _ before: MonitorModel, _ after: MonitorModel,
    _ effects: [MonitorEffect], _ comment: Comment
  ) {
    var expected: [MonitorEffect] = []
    switch action {
    case .quit: expected = [.quit]
    case .help: #expect(after.ui.help?.isAll == (context == .help), comment)
    case .openPalette: #expect(after.ui.context == .palette, comment)
    case .close:
      #expect(KeyBinding.views.contains(after.ui.context) && after.ui.zoom == nil, comment)
      if before.ui.view != .overview && KeyBinding.views.contains(context) {
        #expect(after.ui.view == .overview, comment)
      }
    case .freeze, .takeSample: #expect(after.isFrozen, comment)
    case .olderMoment: #expect(after.past?.ordinal == 39, comment)
    case .newerMoment: #expect(after.past?.ordinal == 40, comment)
    case .stopOrContinue: expected = [.perform(.stopGuest)]
    case .choosePolicy:
      #expect(
        after.ui.overlay
          == .chooser(Chooser(subject: .policy, selected: 8, RendezvousPolicy.presets)), comment)
    case .chooseScenario:
      #expect(after.ui.overlay == .chooser(Chooser(subject: .scenario, selected: 1)), comment)
    case .openInject: #expect(after.ui.overlay == .inject, comment)
    case .rendezvousAll: expected = [.perform(.inject(.rendezvous(targets: .first(64))))]
    case .faster: expected = [.setRefresh(hertz: 20)]
    case .slower: expected = [.setRefresh(hertz: 5)]
    case .nextTheme: expected = [.nextTheme]
    case .nextGlyphs: expected = [.nextGlyphs]
    // What they save and copy is tested with them.
    case .saveView: expected = [.save(before.savedView)]
    case .copySelection: expected = Selection(before).map { [.copy($0.text)] } ?? []
    case .up, .down, .pageUp, .pageDown, .home, .end:
      #expect(position(after) == wanted(action, context, before), comment)
    case .showOverview: #expect(after.ui.view == .overview, comment)
    case .showTimeline: #expect(after.ui.view == .timeline, comment)
    case .showIPI: #expect(after.ui.view == .ipi, comment)
    case .showVCPU: #expect(after.ui.view == .vcpu, comment)
    case .showInterrupts: #expect(after.ui.view == .interrupts, comment)
    case .showConsole: #expect(after.ui.view == .console, comment)
    case .showLog: #expect(after.ui.view == .log, comment)
    case .showPolicies: #expect(after.ui.view == .policies, comment)
    case .nextView: #expect(after.ui.view == before.ui.view.moved(1), comment)
    case .previousView: #expect(after.ui.view == before.ui.view.moved(-1), comment)
    case .toggleGrid: #expect(after.hasGrid != before.hasGrid, comment)
    case .colorBy: #expect(after.ui.gridColor == before.ui.gridColor.next, comment)
    case .left: #expect(after.ui.vcpu == 39, comment)
    case .right: #expect(after.ui.vcpu == before.ui.vcpu + 1, comment)
    case .nextPane: #expect(after.ui.focus == before.ui.focus.moved(1), comment)
    case .previousPane: #expect(after.ui.focus == before.ui.focus.moved(-1), comment)
    case .zoom: #expect(after.ui.zoom == before.ui.focus, comment)
    case .attach: #expect(after.isAttached, comment)
    // The views' own, which have tests of their own.
    case .pulsePin, .togglePin, .maskPin, .editEntry, .showUsedPins, .showReview: break
    case .detach: #expect(!after.isAttached && after.ui.context == .console, comment)
    case .sendEscapeKey:
      expected = [.perform(.serialInput([0x1d]))]
      #expect(after.isAttached, comment)
    case .openSearch: #expect(after.ui.context == .search, comment)
    case .findOlder: #expect(matchLine(after) == matchLine(before) - 1, comment)
    case .findNewer: #expect(matchLine(after) == matchLine(before) + 1, comment)
    case .apply where context == .filter:
      #expect(after.ui.context == .log && after.ui.logView.filter?.text == "rdv", comment)
    case .apply where context == .search:
      #expect(after.ui.context == .console && matchLine(after) == 39, comment)
    case .apply:
      expected = [.perform(.setScenario(.mixed))]
      #expect(after.ui.overlay == .none, comment)
    case .inject:
      expected = [.perform(.inject(.fixed(vector: 0x40, targets: CPUSet([0]))))]
      #expect(after.ui.overlay == .inject, comment)
    case .nextField: #expect(after.ui.dialog.focus == 1, comment)
    case .previousField: #expect(after.ui.dialog.focus == 5, comment)
    case .nextChoice: #expect(after.ui.dialog.kind == .nmi, comment)
    case .previousChoice: #expect(after.ui.dialog.kind == .lockAll, comment)
    case .erase where context == .filter: #expect(after.ui.logView.prompt == "rd", comment)
    case .clear where context == .filter: #expect(after.ui.logView.prompt == "", comment)
    case .editFilter, .openEntry, .completeCommand: Issue.record(comment)
    case .erase where context == .search: #expect(after.ui.search.prompt == "roun", comment)
    case .clear where context == .search: #expect(after.ui.search.prompt == "", comment)
    case .erase: #expect(after.ui.dialog.form.fields[0].text == "0x4", comment)
    case .clear: #expect(after.ui.dialog.form.fields[0].text.isEmpty, comment)
    // In the tests of the timeline.
    case .previousRendezvous, .nextRendezvous, .panEarlier, .panLater, .zoomInTime, .zoomOutTime,
      .switchTimeScale, .sortLanes, .onlyLateLanes, .switchTimelinePart, .openLane:
      break
    // In the tests of the incidents.
    case .lookAtIncident, .dismissIncident: break
    case .openCompare: #expect(after.ui.context == .compare, comment)
    // In the tests of comparisons.
    case .runComparison, .endComparison, .switchPage, .chooseVCPUs, .chooseExperiment, .allowUnsafe,
      .choosePolicyA, .choosePolicyB, .previousPolicyA, .previousPolicyB:
      break
    // Tested with the vCPU view.
    case .previousVCPU, .nextVCPU, .markChanges, .showMore: break
    // The views' own keys have tests of their own.
    case .cellLeft, .cellRight, .zoomIn, .zoomOut, .rateOrTotal, .heatScale, .trafficPane,
      .busiestFirst, .selfIPIs:
      break
    // Tested with the dialog's history.
    case .olderInjection, .newerInjection: break
    case .stopRepeating: expected = [.perform(.stopRepeating)]
    }
    // The vCPU view and the inject dialog look closely, and stop it when they are left.
    let watched = after.dialogTarget ?? (after.ui.view == .vcpu ? 0 : nil)
    #expect(after.ui.watched == watched, comment)
    if after.ui.watched != before.ui.watched { expected.append(.watch(vcpu: watched)) }
    #expect(effects == expected, comment)
  }

  static func matchLine(_ model: MonitorModel) -> Int { model.ui.search.match?.line ?? -1 }

  /// What moving keys move.
  static func position(_ model: MonitorModel) -> Int {
    if let help = model.ui.help { return help.top }
    if case .chooser(let chooser) = model.ui.overlay { return chooser.selected }
    if model.ui.focus == .console {
      return model.visibleConsole(rows: model.rows(.console)).upperBound
    }
    return model.ui.vcpu
  }

  static func wanted(_ action: Action, _ context: InputContext, _ before: MonitorModel) -> Int {
    let last =
      switch context {
      case .console: before.consoleLines.upperBound
      case .help: HelpView.lastTop(model: before)
      case .chooser: Scenario.allCases.count - 1
      default: 63
      }
    let page =
      switch context {
      case .help: 20
      case .chooser: 4
      case .console: before.rows(.console)
      default: before.rows(.vcpus)
      }
    let step =
      switch action {
      case .up: -1
      case .down: 1
      case .pageUp: -page
      case .pageDown: page
      case .home: -last
      default: last
      }
    let first = context == .console ? before.rows(.console) : 0
    return max(first, min(last, position(before) + step))
  }

  @Test func noKeyHasTwoMeanings() {
    for context in InputContext.allCases {
      let keys = KeyBinding.all.filter { $0.contexts.contains(context) }.flatMap(\.keys)
      #expect(Set(keys).count == keys.count, "\(context)")
    }
  }

  @Test func everyActionHasAKey() {
    let bound = Set(KeyBinding.all.map(\.action))
    #expect(bound == Set(Action.allCases))
  }

  @Test(arguments: InputContext.allCases)
  func theHelpScreenHasEveryBinding(context: InputContext) {
    let lines = HelpView.lines(context).map { $0.map(\.text).joined() }
    for binding in KeyBinding.all where binding.contexts.contains(context) {
      let isThere = lines.contains { line in
        line.contains(binding.help) && binding.keys.allSatisfy { line.contains($0.name) }
      }
      #expect(isThere, "\(binding.help)")
    }
    for line in lines { #expect(CellWidth.columns(line) <= 77, "\(line)") }
  }

  @Test func theBarOffersWhatFits() {
    for width in 0...200 {
      for context in InputContext.allCases {
        let items = KeyBar.items(context, width: width, isStopped: false)
        #expect((items.last?.columns.upperBound ?? 0) <= width)
        let last: Action = context == .attached ? .detach : .quit
        if !items.isEmpty { #expect(items.last?.binding.action == last) }
      }
    }
    let stopped = KeyBar.items(.overview, width: 80, isStopped: true)
    #expect(stopped.contains { $0.label == "Go" })
  }

  @Test func escapeNeverQuits() {
    for context in InputContext.allCases {
      var model = Self.model(context)
      for _ in 0..<5 { #expect(!model.handle(.escape).contains(.quit)) }
      if context == .attached {
        #expect(model.isAttached)
      } else {
        #expect([.overview, .console].contains(model.ui.context))
      }
    }
  }

  @Test func aStoppedGuestIsContinuedAndAnEndedOneLeftAlone() {
    var model = MonitorModel()
    var snapshot = Fixture.snapshot(vcpus: 2, step: 0)
    snapshot.isStopped = true
    model.absorb(snapshot)
    #expect(model.handle(.function(9)) == [.perform(.continueGuest)])
    snapshot.guestEnded = "shutdown"
    model.absorb(snapshot)
    #expect(model.handle(.function(9)).isEmpty)
    #expect(model.frame(glyphs: .unicode).text.contains("the guest has ended"))
    #expect(model.frame(glyphs: .unicode).text.contains("ENDED"))
  }

  @Test func refreshStepsThroughTheRatesAndStopsAtTheEnds() {
    var model = MonitorModel(refreshHertz: 10)
    var seen: [Int] = []
    for key in Array(repeating: Key.character("+"), count: 5)
      + Array(repeating: .character("-"), count: 9)
    {
      for case .setRefresh(let hertz) in model.handle(key) { seen.append(hertz) }
    }
    #expect(seen == [20, 30, 60, 30, 20, 10, 5, 2, 1])
  }

  @Test func thePolicyIsAppliedOnEnterOnly() {
    var model = Fixture.model(vcpus: 4)
    #expect(model.handle(.character("p")).isEmpty)
    for _ in 0..<8 { #expect(model.handle(.up).isEmpty) }
    let text = model.frame(glyphs: .unicode).text
    for name in ["baseline", "landed", "anyFunction *", "clearsRequest", "triggerModeFilter"] {
      #expect(text.contains(name))
    }
    #expect(model.handle(.enter) == [.perform(.setPolicy(.baseline))])
    #expect(model.ui.context == .overview)
  }

  @Test func mouse() {
    var model = Fixture.model(vcpus: 64)
    model.ui.wantsGrid = false
    // The third vcpu row, then the console pane, then F9 in the bar.
    _ = model.handle(MouseEvent(x: 10, y: 7, kind: .press))
    #expect(model.ui.vcpu == 2 && model.ui.focus == .vcpus)
    _ = model.handle(MouseEvent(x: 10, y: 7, kind: .wheelDown))
    #expect(model.ui.vcpu == 5)
    let console = model.layout.panes[.console]
    _ = model.handle(MouseEvent(x: 3, y: console?.y ?? 0, kind: .press))
    #expect(model.ui.focus == .console)
    // A tab, and back.
    _ = model.handle(MouseEvent(x: 70, y: 1, kind: .press))
    #expect(model.ui.view == .policies)
    _ = model.handle(MouseEvent(x: 2, y: 1, kind: .press))
    #expect(model.ui.view == .overview && model.ui.context == .console)
    let stop = KeyBar.items(.console, width: 80, isStopped: false).first {
      $0.binding.action == .stopOrContinue
    }
    let click = MouseEvent(x: stop?.columns.lowerBound ?? 0, y: 23, kind: .press)
    #expect(model.handle(click) == [.perform(.stopGuest)])
  }
}

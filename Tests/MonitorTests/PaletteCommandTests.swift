import Commands
import Rendezvous
import Telemetry
import Testing

@testable import Monitor

/// What the palette's commands do.
@Suite struct PaletteCommandTests {
  static let contexts = KeyBinding.views

  @Test(arguments: contexts)
  func everyKeyHasACommandAndEveryNameIsThereOnce(context: InputContext) {
    let commands = PaletteCommand.all(in: context)
    let names = commands.map(\.name)
    #expect(Set(names).count == names.count)
    for binding in KeyBinding.all where binding.contexts.contains(context) {
      guard let command = commands.first(where: { $0.name == binding.action.name }) else {
        Issue.record("no command for \(binding.action)")
        continue
      }
      for key in binding.keys {
        #expect(command.keys.split(separator: " ").contains { $0 == key.name })
      }
    }
    for command in commands {
      let isPlain = command.name.unicodeScalars.allSatisfy { ("a"..."z").contains($0) || $0 == "-" }
      #expect(isPlain && !command.help.isEmpty && command.help.count <= 60, "\(command.name)")
    }
  }

  /// In every view, the command of a key does what the key does, and nothing else.
  @Test(arguments: contexts)
  func aCommandDoesWhatItsKeyDoes(context: InputContext) {
    let start = KeyTests.model(context)
    for binding in KeyBinding.all where binding.contexts.contains(context) {
      var (typed, pressed) = (start, start)
      PaletteTests.type(":" + binding.action.name, &typed)
      let key = KeyBinding.all.first {
        $0.contexts.contains(context) && $0.action == binding.action
      }?.keys.first
      #expect(typed.handle(.enter) == pressed.handle(key ?? .escape), "\(binding.action)")
      #expect(
        typed.frame(glyphs: .ascii) == pressed.frame(glyphs: .ascii),
        "\(binding.action) in \(context)")
    }
  }

  static func enter(_ text: String, _ model: inout MonitorModel) -> [MonitorEffect] {
    PaletteTests.type(":" + text, &model)
    let effects = model.handle(.enter)
    #expect(model.ui.palette.mistake == nil && !model.ui.palette.isOpen, "\(text)")
    return effects
  }

  @Test func wordsThatAskTheApplication() {
    var model = Fixture.model(vcpus: 4)
    model.themeNames = ["tryst", "mono"]
    for (text, effects) in [
      ("policy baseline", [MonitorEffect.perform(.setPolicy(.baseline))]),
      ("POLICY Baseline", [.perform(.setPolicy(.baseline))]),
      ("scenario init-storm", [.perform(.setScenario(.initStorm))]),
      ("theme mono", [.useTheme("mono")]), ("refresh 60", [.setRefresh(hertz: 60)]),
      ("refresh 60", []), ("refresh 1", [.setRefresh(hertz: 1)]), ("quit", [.quit]),
      (
        "inject fixed 0x40 to self", [.perform(.inject(.fixed(vector: 0x40, targets: CPUSet([0]))))]
      ),
      ("inject NMI to all", [.perform(.inject(.nmi(targets: .first(4))))]),
      (
        "inject init to 1 every 500us times 10",
        [
          .perform(
            .injectRepeatedly(
              RepeatedInjection(
                .initIPI(targets: CPUSet([1])), count: 10, periodNanoseconds: 500_000)))
        ]
      ),
    ] {
      #expect(Self.enter(text, &model) == effects, "\(text)")
    }
    #expect(model.refreshHertz == 1)
    #expect(model.ui.notice == "init to 1 every 500us times 10: sent; the log has the outcome")
    // The selected vcpu is `self`.
    model.ui.vcpu = 2
    #expect(
      Self.enter("inject nmi to self", &model) == [.perform(.inject(.nmi(targets: CPUSet([2]))))])
  }

  @Test func wordsThatShowSomething() {
    var model = Fixture.model(vcpus: 4)
    #expect(Self.enter("vcpu 2", &model) == [.watch(vcpu: 2)])
    #expect(model.ui.view == .vcpu && model.selectedVCPU == 2)
    #expect(Self.enter("vcpu 0x3", &model) == [.watch(vcpu: 3)])
    for view in MonitorView.allCases {
      _ = Self.enter("view \(view.title)", &model)
      #expect(model.ui.view == view)
      _ = Self.enter("view \(view.key)", &model)
      #expect(model.ui.view == view)
    }
    for text in ["rendezvous 18850", "rendezvous #18850"] {
      model = Fixture.model(vcpus: 4)
      _ = Self.enter(text, &model)
      #expect(model.ui.view == .timeline && model.timelinePicture?.anatomy.record.id == 18_850)
    }
    _ = Self.enter("filter !rdv lag>100", &model)
    #expect(model.ui.view == .log && model.ui.logView.filter?.text == "!rdv lag>100")
    _ = Self.enter("filter", &model)
    #expect(model.ui.logView.filter == nil)
    _ = Self.enter("find round", &model)
    #expect(model.ui.view == .console && model.ui.search.match?.line == 39)
    _ = Self.enter("find", &model)
    #expect(model.ui.search.match?.line == 38)
    _ = Self.enter("help zoom time", &model)
    #expect(model.ui.help == UIState.Help(context: .console, search: "zoom time"))
  }

  @Test func findStaysInTheOverviewWhereTheConsoleHasTheFocus() {
    var model = KeyTests.model(.console)
    _ = Self.enter("find round", &model)
    #expect(model.ui.view == .overview && model.ui.search.match?.line == 39)
  }

  @Test func backInTimeAndNow() {
    var model = Fixture.model(vcpus: 4)
    let now = model.live.snapshot.timeNanoseconds
    for (text, age) in [("back 1", 1_000), ("back 0.25s", 300), ("back 3.9", 3_900), ("back 0", 0)]
    {
      _ = Self.enter(text, &model)
      #expect(model.isFrozen)
      #expect(model.shown.snapshot.timeNanoseconds == now - UInt64(age) * 1_000_000, "\(text)")
    }
    // From now, not from when the picture was frozen.
    model.absorb(Fixture.snapshot(vcpus: 4, step: 50))
    _ = Self.enter("back 1", &model)
    #expect(model.shown.snapshot.timeNanoseconds == now)
    _ = Self.enter("now", &model)
    #expect(!model.isFrozen)
    _ = Self.enter("now", &model)
    #expect(!model.isFrozen && model.ui.notice == "the picture moves already")
  }

  @Test func nothingTrapsBeforeTheFirstSnapshot() {
    for command in PaletteCommand.all(in: .overview) {
      for argument in ["", " 0", " 18446744073709551615", " all", " x", " fixed 0x40 to self"] {
        var model = MonitorModel()
        model.resize(width: 80, height: 24)
        PaletteTests.type(":" + command.name + argument, &model)
        for key in [Key.tab, .enter, .enter] { _ = model.handle(key) }
        #expect(model.frame(glyphs: .ascii).width == 80)
      }
    }
  }

  // MARK: --read-only

  static func onlyLooking() -> MonitorModel {
    var model = MonitorModel(isReadOnly: true)
    model.resize(width: 80, height: 24)
    for step in UInt64(0)..<3 { model.absorb(Fixture.snapshot(vcpus: 4, step: step)) }
    return model
  }

  @Test func readOnlyIsSaidInThePrompt() {
    for view in MonitorView.allCases {
      var start = Self.onlyLooking()
      _ = start.handle(.character(view.key))
      for command in PaletteCommand.all(in: start.ui.viewContext) {
        var model = start
        let argument = ["policy": " landed", "scenario": " idle", "inject": " nmi to all"]
        PaletteTests.type(":" + command.name + (argument[command.name] ?? ""), &model)
        #expect(
          model.frame(glyphs: .ascii).text.contains("not with --read-only") == command.changesGuest)
        let effects = model.handle(.enter)
        let isPerformed = effects.contains { if case .perform = $0 { true } else { false } }
        #expect(!isPerformed)
        #expect((model.ui.palette.mistake == MonitorModel.readOnlyNotice) == command.changesGuest)
      }
    }
    var model = Self.onlyLooking()
    PaletteTests.type(":stop", &model)
    #expect(model.frame(glyphs: .ascii).text.contains("(read-only) stop the guest"))
  }

  /// What reaches the guest is marked as such: in no view does another action make a command.
  @Test(arguments: contexts)
  func whatChangesTheGuestIsKnown(context: InputContext) {
    let start = KeyTests.model(context)
    for binding in KeyBinding.all where binding.contexts.contains(context) {
      var model = start
      let effects = model.perform(binding.action, in: context)
      let isPerformed = effects.contains { if case .perform = $0 { true } else { false } }
      if isPerformed { #expect(binding.action.changesGuest, "\(binding.action)") }
    }
  }
}

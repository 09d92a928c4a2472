import Telemetry
import Testing

@testable import Monitor

/// An action that the key table names and no view serves would be a key that does nothing.
@Suite struct KeyCoverageTests {
  /// What a key can change, in words.
  private static func state(_ model: MonitorModel) -> String {
    "\(model.ui) \(model.isFrozen) \(model.refreshHertz) \(model.shown.snapshot.timeNanoseconds)"
  }

  /// Monitors with `context` on top in which its keys have something to do.
  private static func models(_ context: InputContext) -> [MonitorModel] {
    var models = [KeyTests.model(context)]
    switch context {
    case .timeline: models.append(Fixture.timeline(vcpus: 16))
    case .ipi: models.append(Fixture.ipiModel(vcpus: 100))
    case .vcpu: models.append(Fixture.vcpuView(vcpus: 8, selected: 3, height: 12))
    case .interrupts: models.append(Fixture.boardModel(vcpus: 4, view: .interrupts))
    case .policies: models.append(Fixture.boardModel(vcpus: 4, view: .policies))
    case .page:
      models.append(
        Fixture.pressed(.character("7"), .enter, in: Fixture.model(.entry, height: 12)))
    case .chooser: models.append(Fixture.pressed(.character("p"), in: Fixture.model(vcpus: 4)))
    case .compare, .pair: models += CompareFixture.models(context)
    default: break
    }
    return models
  }

  /// What may have to come first: another place, another part, a zoom, another moment.
  private static let ways: [[Key]] = [
    [], [.down, .down, .down], [.up, .up, .up], [.home], [.end], [.character("l"), .down],
    [.character("z"), .character("z")],
    [.character("z"), .right], [.right, .right], [.enter], [.character("[")], [.character(" ")],
    // Injects, and goes back to that.
    [.enter, .pageUp],
  ]

  private static func answers(
    _ binding: KeyBinding, _ context: InputContext, _ models: [MonitorModel]
  ) -> Bool {
    for start in models {
      for way in ways {
        var model = start
        model.ui.wantsGrid = [.left, .right].contains(binding.action) ? true : model.ui.wantsGrid
        if way.isEmpty { KeyTests.prepare(&model, binding.action) }
        for key in way { _ = model.handle(key) }
        guard model.ui.context == context else { continue }
        model.ui.notice = nil
        let before = state(model)
        let effects = model.handle(binding.keys[0])
        if !effects.isEmpty || state(model) != before { return true }
      }
    }
    return false
  }

  @Test(arguments: InputContext.allCases)
  func everyKeyIsAnswered(context: InputContext) {
    // The digit of the view that is shown is the one key that rightly does nothing.
    let models = Self.models(context)
    let own = Key.character(models[0].ui.view.key)
    for binding in KeyBinding.all
    where binding.contexts.contains(context) && binding.keys.first != own {
      #expect(Self.answers(binding, context, models), "\(binding.action) in \(context)")
    }
  }
}

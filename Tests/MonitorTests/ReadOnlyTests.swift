import Testing

@testable import Monitor

@Suite struct ReadOnlyTests {
  /// Every key of every view, twice, so that what a dialog would do is tried as well.
  @Test func nothingIsPerformed() {
    for view in MonitorView.allCases {
      for binding in KeyBinding.all {
        for key in binding.keys {
          var model = MonitorModel(isReadOnly: true)
          model.resize(width: 120, height: 40)
          for step in UInt64(0)..<3 { model.absorb(Fixture.snapshot(vcpus: 4, step: step)) }
          _ = model.handle(.character(view.key))
          for key in [key, .enter, .enter] {
            for effect in model.handle(key) {
              if case .perform(let command) = effect {
                Issue.record("\(key) in \(view): \(command)")
              }
            }
          }
          #expect(!model.isAttached)
        }
      }
    }
  }

  @Test func itIsSaid() {
    var model = MonitorModel(isReadOnly: true)
    model.resize(width: 80, height: 24)
    model.absorb(Fixture.snapshot(vcpus: 4, step: 0))
    #expect(model.frame(glyphs: .unicode).text.contains("READ-ONLY"))
    for key in [Key.function(9), .function(8), .character("i"), .character("p"), .character("S")] {
      #expect(model.handle(key).isEmpty)
      #expect(model.frame(glyphs: .unicode).text.contains("read-only: the guest is only looked at"))
    }
    for key in [Key.tab, .tab, .enter] { _ = model.handle(key) }
    #expect(!model.isAttached && model.ui.notice?.contains("read-only") == true)
  }
}

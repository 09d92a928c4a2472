import Rendezvous
import Telemetry
import Testing

@testable import Monitor

/// Sentences name the operator's keys, not those that would be there without their settings.
@Suite struct OwnKeysTests {
  private static let keys: KeyTable = {
    let (table, objections) = KeyTable.standard.changed(by: [
      .init(.freeze, keys: [.character("_")]), .init(.takeSample, keys: [.function(12)]),
      .init(.stopOrContinue, keys: [.function(11)]), .init(.choosePolicy, keys: [.character("P")]),
      .init(.apply, in: .chooser, keys: [.character("Y")]),
      .init(.apply, in: .policies, keys: [.character("U")]),
      .init(.openEntry, in: .page, keys: [.character("O")]),
      .init(.zoomInTime, keys: [.character("~")]),
      .init(.openSearch, in: .console, keys: [.character("%")]),
      .init(.showConsole, keys: [.character("&")]),
      .init(.olderInjection, keys: [.function(8)]),
      .init(.inject, in: .inject, keys: [.function(7)]),
    ])
    #expect(objections.isEmpty)
    return table
  }()

  private func pressed(_ keys: Key..., in model: MonitorModel) -> MonitorModel {
    var model = model
    model.keys = Self.keys
    for key in keys { _ = model.handle(key) }
    return model
  }

  private func text(_ model: MonitorModel) -> String {
    Fixture.flat(model)
  }

  @Test func notices() {
    let model = Fixture.model(vcpus: 4)
    #expect(pressed(.character("]"), in: model).ui.notice?.contains("; F12 takes") == true)
    let timeline = Fixture.timeline(vcpus: 4)
    #expect(
      pressed(.character("Z"), in: timeline).ui.notice == "all of it is shown; ~ zooms in")
    #expect(
      pressed(.character("%"), in: model).ui.notice?.contains("in the Console (&)") == true)
    #expect(
      pressed(.character("&"), .character("n"), in: model).ui.notice?.contains(": % asks") == true)
  }

  @Test func pages() {
    let panic = IncidentTests.model(
      .assertionFailed(IncidentTests.failure(stopped: true)), .strict, width: 120, height: 40)
    #expect(text(pressed(.enter, in: panic)).contains("asks; F11 lets it run"))
    let broken = IncidentTests.model(
      .rendezvousBroken(IncidentTests.broken), .deafHalt, width: 120, height: 40)
    let page = pressed(.enter, in: broken)
    #expect(text(page).contains("again: P, landed, Y goes on"))
    #expect(
      pressed(.character("["), in: page).ui.notice == "this page is of no rendezvous; O goes to it")
    let asked = pressed(.escape, .character("P"), .end, .character("Y"), in: page)
    #expect(asked.ui.notice?.hasPrefix("! Y again? ") == true)
  }

  @Test func looksAndTheDialog() {
    var model = Fixture.vcpuView(vcpus: 4, selected: 1, width: 120, height: 40)
    model = pressed(.character("_"), .right, in: model)
    #expect(VCPULooks(model)?.waiting.hasSuffix("; _ goes on") == true)
    let dialog = pressed(.character("i"), .function(7), .escape, .character("i"), in: model)
    #expect(text(dialog).contains(", F8: last used"))
    #expect(text(dialog).contains("yes: F7 only tells"))
  }
}

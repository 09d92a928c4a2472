import Commands
import Rendezvous
import Telemetry
import Testing

@testable import Monitor

/// What was missed when the dialogs and views were used together: an injection by command that the dialog did not
/// know of, a matrix that opened where nothing is, a mistake that hid what it was about.
@Suite struct SecondGlanceTests {
  static func type(_ text: String, _ model: inout MonitorModel) -> [MonitorEffect] {
    text.unicodeScalars.flatMap { model.handle($0 == "\r" ? .enter : .character($0)) }
  }

  private func line(_ model: MonitorModel) -> String {
    let rows = model.frame(glyphs: .unicode).text.split(
      separator: "\n", omittingEmptySubsequences: false)
    return String(rows[model.height - 2])
  }

  // MARK: Injections by command

  private static let expressions = [
    "fixed 0x41 to 0,2-3", "nmi to 1", "init to 1-3", "sipi 0x09 to 2", "rendezvous to 0-2",
    "lock-all",
    "pin 7 assert", "msi 0x55 to 2 lowest logical", "msi 0x02 to 1 nmi physical",
    "entry 9 vector 0x61 to 3 fixed physical level low",
    "entry 9 vector 0x00 to 0 fixed logical edge high masked",
    "fixed 0x30 to 1 every 500us times 10",
  ]

  @Test(arguments: expressions)
  func anInjectionByCommandIsTheDialogsLast(text: String) throws {
    let injection = try InjectionExpression.parse(text, self: 0, count: 4)
    var model = Fixture.model(vcpus: 4)
    let effects = Self.type(":inject \(text)\r", &model)
    #expect(effects.contains(.perform(injection.command)))
    _ = Self.type("i", &model)
    _ = model.handle(.pageUp)
    #expect(model.ui.dialog.history.place == 0)
    #expect(model.dialogRequest == .success(injection))
    #expect(model.handle(.enter).contains(.perform(injection.command)))
  }

  /// A message with the trigger mode's bit has no fields here, so it is not what the last one looks like.
  @Test func whatNoFieldTellsIsLeftOut() {
    let strange = Injection.message(address: 0xfee0_0000, data: 0x8041)
    #expect(InjectForm(strange) == nil)
    #expect(InjectForm(.redirectionEntry(pin: 3, value: 0x0001_0000_0000_0741)) == nil)
    var model = Fixture.model(vcpus: 4)
    _ = Self.type(":inject \(strange.text)\r", &model)
    #expect(model.ui.dialog.history.entries.isEmpty)
  }

  // MARK: The first cell of the matrix

  @Test func theMatrixOpensWhereThereIsTraffic() {
    var model = Fixture.model(vcpus: 4)
    model.absorb(quiet(5, from: 2, to: [3: 7, 1: 2]))
    _ = Self.type("3", &model)
    #expect(model.ipiSource == 2 && model.ipiDestination == 3)
  }

  /// A pair that was busy once gives way to what is busy now.
  @Test func itOpensOnWhatIsBusyNow() {
    var model = Fixture.model(vcpus: 4)
    for step in 1...40 as ClosedRange<UInt64> {
      model.absorb(quiet(step, from: 2, to: [1: 900, 3: step]))
    }
    _ = Self.type("3", &model)
    #expect(model.ipiSource == 2 && model.ipiDestination == 3)
    #expect(line(model).contains("2 → 3: "), "\(line(model))")
  }

  @Test func theSelectedVCPUStaysTheSource() {
    var model = Fixture.model(vcpus: 4)
    model.absorb(quiet(5, from: 2, to: [3: 7]))
    model.ui.vcpu = 1
    _ = Self.type("3", &model)
    #expect(model.ipiSource == 1 && model.ipiDestination == 0)
  }

  /// Traffic that begins later is gone to, unless the operator was quicker.
  @Test(arguments: [false, true])
  func itFollowsUntilACellIsChosen(hasChosen: Bool) {
    var model = Fixture.model(vcpus: 4)
    _ = Self.type("3", &model)
    #expect(model.ipiSource == 0 && model.ipiDestination == 0)
    if hasChosen { _ = model.handle(.home) }
    model.absorb(quiet(5, from: 2, to: [3: 7]))
    #expect(model.ipiSource == (hasChosen ? 0 : 2))
    #expect(model.ipiDestination == (hasChosen ? 0 : 3))
  }

  /// A snapshot in which only `source` has sent anything.
  private func quiet(_ step: UInt64, from source: Int, to counts: [Int: UInt64]) -> Snapshot {
    var snapshot = Fixture.snapshot(vcpus: 4, step: 40 + step)
    var row = IPITrafficRow(source: source)
    row.pairs = counts.sorted { $0.key < $1.key }.map {
      IPITrafficRow.Pair(destination: $0.key, count: $0.value, lastVector: 0x40)
    }
    snapshot.traffic = [row]
    return snapshot
  }

  // MARK: A mistake in the filter

  @Test(arguments: [80, 120])
  func aMistakeInTheFilterIsBesideIt(width: Int) {
    var model = Fixture.model(vcpus: 4, width: width)
    _ = Self.type("7\\lag>x\r", &model)
    #expect(line(model).contains("filter: lag>x_"), "\(line(model))")
    #expect(line(model).contains("give microseconds"), "\(line(model))")
    // Of a long one its end, where the mistake was made last.
    _ = Self.type(String(repeating: " rdv", count: 20) + " lag>y\r", &model)
    #expect(
      line(model).contains("filter: …") && line(model).contains("lag>y_  'lag>x': give"),
      "\(line(model))")
    // It goes with the next key, the prompt stays.
    _ = Self.type("z", &model)
    #expect(line(model).contains("lag>yz_") && !line(model).contains("give"), "\(line(model))")
  }

  // MARK: Hints

  /// Each view's hints name the operator's keys, and leave out what no key does.
  @Test(arguments: [
    (MonitorView.log, Action.editFilter, "filters"), (.log, .openEntry, "goes there"),
    (.timeline, .openLane, "explains"), (.timeline, .switchTimelinePart, "lanes"),
    (.timeline, .onlyLateLanes, "late"), (.console, .openSearch, "finds"),
    (.console, .attach, "types"), (.policies, .apply, "puts it in force"),
  ])
  func hintsFollowTheKeys(view: MonitorView, action: Action, words: String) {
    var model = Fixture.timeline(vcpus: 8, width: 200)
    _ = model.handle(.character(view.key))
    if view == .policies { _ = model.handle(.end) }
    let context = view.context
    let usual = line(model)
    #expect(usual.contains(" \(words)"), "\(usual)")
    let (moved, objections) = KeyTable.standard.changed(by: [
      KeyTable.Change(action, in: context, keys: [.function(12)])
    ])
    #expect(objections.isEmpty)
    model.keys = moved
    #expect(line(model).contains("F12 \(words)"), "\(line(model))")
    model.keys =
      KeyTable.standard.changed(by: [KeyTable.Change(action, in: context, keys: [])]).table
    #expect(!line(model).contains(words), "\(line(model))")
  }

  /// The same on what lies over a view.
  @Test func hintsOfPagesAndPromptsFollowTheKeys() {
    var model = Fixture.timeline(vcpus: 8)
    let changes = [
      KeyTable.Change(.close, keys: [.function(12)]),
      KeyTable.Change(.showReview, in: .page, keys: [.character("v")]),
      KeyTable.Change(.completeCommand, keys: [.function(11)]),
    ]
    let (table, objections) = KeyTable.standard.changed(by: changes)
    #expect(objections.isEmpty)
    model.keys = table
    _ = Self.type("2\r", &model)
    #expect(
      line(model).contains("F12 goes back") && line(model).contains("v policy"), "\(line(model))")
    _ = model.handle(.function(12))
    _ = Self.type(":", &model)
    let text = model.frame(glyphs: .unicode).text
    #expect(text.contains("F11 completes") && text.contains("F12 leaves"))
  }
}

import Commands
import Rendezvous
import Telemetry
import Testing

@testable import Monitor

@Suite struct InjectRepeatTests {
  static func type(_ text: String, _ model: inout MonitorModel) {
    _ = model.handle(.delete)
    for scalar in text.unicodeScalars { _ = model.handle(.character(scalar)) }
  }

  /// The dialog for FIXED to vcpu 2 of 4, with these in its last fields.
  static func model(repeat count: String, every period: String) -> MonitorModel {
    var model = InjectDialogTests.model(.fixed)
    for _ in 0..<3 { _ = model.handle(.tab) }
    type(count, &model)
    _ = model.handle(.tab)
    type(period, &model)
    return model
  }

  static func text(_ model: MonitorModel) -> String { model.frame(glyphs: .unicode).text }

  static let wanted = RepeatedInjection(
    .fixed(vector: 0x40, targets: CPUSet([2])), count: 10, periodNanoseconds: 500_000)

  static func report(
    _ id: UInt64, made: Int, isFinal: Bool, _ change: (inout InjectionRepetition) -> Void = { _ in }
  ) -> InjectionReport {
    var report = Fixture.report(id, wanted.injection, [], isFinal: isFinal)
    var repetition = InjectionRepetition(wanted: 10, periodNanoseconds: 500_000)
    repetition.made = made
    repetition.delivered = UInt64(made)
    repetition.latency.count = UInt64(made)
    repetition.latency.p50 = 12_000
    repetition.latency.max = 40_000
    repetition.guestSaw = UInt64(made)
    change(&repetition)
    report.repetition = repetition
    return report
  }

  static func absorb(_ report: InjectionReport, step: UInt64, _ model: inout MonitorModel) {
    var next = Fixture.snapshot(vcpus: 4, step: 50 + step)
    next.events = [LogEntry(timeNanoseconds: step, event: .injection(report))]
    model.absorb(next)
  }

  @Test func itIsRepeated() {
    for period in ["500", "500us", "500 us"] {
      var model = Self.model(repeat: "10", every: period)
      #expect(Self.text(model).contains("Enter injects 10 times, every 500 µs."))
      #expect(model.handle(.enter) == [.perform(.injectRepeatedly(Self.wanted))])
      // A second Enter repeats at once.
      #expect(model.handle(.enter) == [.perform(.injectRepeatedly(Self.wanted))])
    }
    // Opened anew, it is made once; the time between two stays.
    var model = Self.model(repeat: "10", every: "20ms")
    for key in [Key.escape, .character("i")] { _ = model.handle(key) }
    #expect(model.ui.dialog.fields.map(\.text).suffix(3) == ["1", "20ms", "no"])
    #expect(model.handle(.enter) == [.perform(.inject(Self.wanted.injection))])
  }

  @Test(arguments: [
    ("0", "500", "repeat 0: give 1-100000"), ("100001", "500", "repeat 100001: give 1-100000"),
    ("", "500", "repeat: nothing given; give 1-100000"),
    ("x", "500", "repeat: 'x' is no number"), ("18446744073709551615", "1", "give 1-100000"),
    ("2", "9", "every 9: give 10 µs to 3600 s, as 500 or 20ms"),
    ("2", "", "every: nothing given"), ("2", "often", "every: 'often' is no time"),
    ("2", "3601s", "every 3601s: give 10 µs"),
  ])
  func badInput(count: String, period: String, words: String) {
    var model = Self.model(repeat: count, every: period)
    #expect(Self.text(model).contains("Now: "), "told before Enter already")
    #expect(model.handle(.enter).isEmpty)
    #expect(model.ui.dialog.refusal?.contains(words) == true, "\(model.ui.dialog.refusal ?? "")")
    // With the focus on the field at fault.
    let name = words.hasPrefix("every") ? "every" : "repeat"
    #expect(Self.text(model).contains(">\(name)"))
  }

  @Test func thePeriodOfOneIsNotJudged() {
    var model = Self.model(repeat: "1", every: "never")
    #expect(model.handle(.enter) == [.perform(.inject(Self.wanted.injection))])
  }

  @Test func aDryRunInjectsNothing() {
    var model = Self.model(repeat: "10", every: "500")
    for key in [Key.tab, .right] { _ = model.handle(key) }
    #expect(Self.text(model).contains("Inject: dry run"))
    #expect(Self.text(model).contains("Enter tells, and injects nothing."))
    #expect(model.handle(.enter).isEmpty)
    #expect(Self.text(model).contains("dry run, nothing injected: vcpu 2 waits for SIPI"))
    #expect(
      model.ui.notice == "dry run: nothing was injected by fixed 0x40 to 2 every 500us times 10")
    #expect(model.ui.dialog.history.entries.isEmpty)
    // Another kind is tried only, too.
    for key in [Key.tab, .right] { _ = model.handle(key) }
    #expect(model.ui.dialog.kind == .nmi && model.handle(.enter).isEmpty)
    _ = model.handle(.backTab)
    _ = model.handle(.left)
    #expect(model.handle(.enter).count == 1)
  }

  @Test func theCommandLine() {
    let model = Self.model(repeat: "10", every: "500")
    #expect(Self.text(model).contains("Same as: :inject fixed 0x40 to 2 every 500us times 10"))
    #expect(
      Self.text(model).contains("tryst run --inject 'fixed 0x40 to 2 every 500us times 10'"))
    var other = InjectDialogTests.model(.message)
    #expect(Self.text(other).contains(":inject msi 0x40 to 0 fixed physical"))
    for _ in 0..<2 { _ = other.handle(.tab) }
    _ = other.handle(.character("z"))
    #expect(!Self.text(other).contains("Same as"))
  }

  @Test func whatRunsIsShownAndCanBeStopped() {
    var model = Self.model(repeat: "10", every: "500")
    _ = model.handle(.enter)
    #expect(Self.text(model).contains("FIXED 0x40 → 2: sent, no answer yet"))
    Self.absorb(Self.report(41, made: 4, isFinal: false), step: 1, &model)
    #expect(Self.text(model).contains("^X stops: 4 of 10 FIXED 0x40 → 2 every 500 µs"))
    #expect(Self.text(model).contains("#41 FIXED 0x40 → 2: 4 of 10 every 500 µs: 4 delivered"))
    #expect(model.handle(.control("x")) == [.perform(.stopRepeating)])
    // Esc stops nothing; the status line goes on telling.
    #expect(model.handle(.escape).allSatisfy { $0 == .watch(vcpu: nil) })
    #expect(Self.text(model).contains("repeating 4/10 ^X stops"))
    #expect(model.handle(.control("x")) == [.perform(.stopRepeating)])
    Self.absorb(Self.report(41, made: 10, isFinal: true), step: 2, &model)
    #expect(!Self.text(model).contains("repeating"))
    // One line in the log, with what came of all of them.
    model.resize(width: 160, height: 40)
    #expect(
      Self.text(model).contains(
        "10 every 500 µs: 10 delivered, p50 12 µs, max 40 µs, guest saw 10"))
    #expect(!Self.text(model).contains("4 of 10"))
  }

  @Test func words() {
    func line(
      made: Int = 3, isFinal: Bool = true, _ change: (inout InjectionRepetition) -> Void
    ) -> String {
      OutcomeWords.line(Self.report(1, made: made, isFinal: isFinal, change))
    }
    #expect(
      line {
        $0.stop = .byOperator
        $0.coalesced = 2
        $0.late = 1
        $0.latestNanoseconds = 3_000_000
      }.hasPrefix("stopped after 3 of 10 every 500 µs: 3 delivered, 2 coalesced, p50 12 µs"))
    #expect(
      line {
        $0.late = 1
        $0.latestNanoseconds = 3_000_000
      }.hasSuffix("guest saw 3; 1 late by up to 3000 µs"))
    #expect(line { $0.stop = .reset }.hasPrefix("ended by a reset after 3 of 10"))
    #expect(line { $0.stop = .guestEnded }.hasPrefix("ended with the guest after 3 of 10"))
    #expect(line { $0.stop = .tooMany } == "refused: 8 repeated ones are under way, ^X stops them")
    #expect(
      line {
        $0.delivered = 0
        $0.pending = 1
        $0.pendingReason = .stopped
        $0.ignored = 2
        $0.ignoredReason = .pinMasked
      }.contains("1 pending (the guest is stopped), 2 ignored (pin masked)"))
    #expect(line(made: 0, isFinal: false) { _ in }.hasSuffix("no answer yet"))
  }

  @Test func onlyReading() {
    var model = MonitorModel(isReadOnly: true)
    model.resize(width: 80, height: 24)
    model.absorb(Fixture.snapshot(vcpus: 4, step: 0))
    #expect(model.handle(.control("x")).isEmpty)
    #expect(model.ui.notice == MonitorModel.readOnlyNotice)
  }

  // MARK: History

  @Test func earlierInjectionsComeBack() {
    var model = InjectDialogTests.model(.fixed)
    _ = model.handle(.pageUp)
    #expect(model.ui.notice == "nothing was injected here yet")
    InjectDialogTests.fill(&model, [.text("0x31"), .text("0-1"), .text("5"), .text("20ms")])
    #expect(model.handle(.enter).count == 1)
    // Another kind, once.
    for _ in 0..<4 { _ = model.handle(.backTab) }
    for _ in 0..<5 { _ = model.handle(.right) }
    for _ in 0..<3 { _ = model.handle(.tab) }
    Self.type("1", &model)
    #expect(model.handle(.enter) == [.perform(.inject(.pin(4, .pulse)))])
    #expect(Self.text(model).contains("PgUp: last used"))
    // A draft.
    _ = model.handle(.backTab)
    _ = model.handle(.right)
    #expect(model.ui.dialog.form.fields[1].text == "assert")
    _ = model.handle(.pageUp)
    #expect(model.ui.dialog.form.fields[1].text == "pulse")
    #expect(Self.text(model).contains("1 of 2 earlier"))
    _ = model.handle(.pageUp)
    #expect(model.ui.dialog.kind == .fixed && Self.text(model).contains("2 of 2 earlier"))
    _ = model.handle(.pageUp)
    #expect(model.ui.notice == "no older injection")
    let again = RepeatedInjection(
      .fixed(vector: 0x31, targets: .first(2)), count: 5, periodNanoseconds: 20_000_000)
    var other = model
    #expect(other.handle(.enter) == [.perform(.injectRepeatedly(again))])
    #expect(other.ui.dialog.history.entries.count == 2, "the same counts once")
    for _ in 0..<2 { _ = model.handle(.pageDown) }
    #expect(model.ui.dialog.kind == .pin && model.ui.dialog.form.fields[1].text == "assert")
    _ = model.handle(.pageDown)
    #expect(model.ui.dialog.history.place == nil)
  }

  @Test func fiftyAreKept() {
    var model = InjectDialogTests.model(.fixed)
    _ = model.handle(.tab)
    for vector in 16..<80 {
      Self.type("\(vector)", &model)
      #expect(model.handle(.enter).count == 1)
    }
    #expect(model.ui.dialog.history.entries.count == InjectHistory.limit)
    for _ in 0..<80 { _ = model.handle(.pageUp) }
    #expect(model.ui.dialog.form.fields[0].text == "30")
  }

  // MARK: Sizes

  /// The field with the focus is always to be seen, and nothing is drawn over the border.
  @Test func anySize() {
    for kind in InjectKind.allCases {
      var model = InjectDialogTests.model(kind)
      Self.absorb(Self.report(41, made: 4, isFinal: false), step: 1, &model)
      _ = model.handle(.enter)
      for field in model.ui.dialog.fields {
        _ = model.handle(.tab)
        for width in [1, 3, 18, 24, 40, 72, 80, 100] {
          for height in [1, 2, 3, 5, 8, 12, 16, 20, 24, 30] {
            model.resize(width: width, height: height)
            let frame = model.frame(glyphs: .ascii)
            guard width >= 18, height >= 3 else { continue }
            let name = ">" + field.name.rawValue.prefix(15)
            #expect(frame.text.contains(name), "\(kind) \(name) \(width)x\(height)\n\(frame.text)")
          }
        }
      }
    }
  }

  @Test func golden() throws {
    var model = Self.model(repeat: "10", every: "500")
    _ = model.handle(.enter)
    Self.absorb(Self.report(41, made: 4, isFinal: false), step: 1, &model)
    try GoldenTests.check(model.frame(glyphs: .unicode), "inject-repeat-80x24")
    var entry = InjectDialogTests.model(.redirectionEntry)
    Self.absorb(Self.report(41, made: 4, isFinal: false), step: 1, &entry)
    try GoldenTests.check(entry.frame(glyphs: .unicode), "inject-entry-80x24")
    entry.resize(width: 40, height: 10)
    try GoldenTests.check(entry.frame(glyphs: .ascii), "inject-entry-40x10-ascii")
  }
}

import Rendezvous
import Telemetry
import Testing

@testable import Monitor

/// The line that tells of a panic that would have been, or of a rendezvous that was broken, and their pages.
@Suite struct IncidentTests {
  /// 20.3 µs after the rendezvous of the bystander's case was over.
  static func failure(sawBit: Bool = false, stopped: Bool = false) -> AssertionFailure {
    let record = Fixture.meeting(.bystander).0.record
    let end = record.startNanoseconds + record.latencyNanoseconds - Fixture.machineStart
    return AssertionFailure(
      vcpu: 2, timeNanoseconds: sawBit ? end - 42_000 : end + 20_300,
      policy: sawBit ? "atomic" : "strict", rip: 0xffff_ffff_8123_4500, last: record,
      sawBit: sawBit, stoppedGuest: stopped)
  }

  static let broken = BrokenRendezvous(
    hazard: .hang, rendezvous: 18_850, policy: "deaf-halt", ageNanoseconds: 1_002_000_000,
    culprits: [.init(vcpu: 3, state: .halted), .init(vcpu: 5, state: .waitForSIPI)],
    culpritCount: 4)

  static func absorb(
    _ events: [LogEvent], _ policy: RendezvousPolicy, in model: inout MonitorModel,
    step: UInt64 = 10
  ) {
    var next = Fixture.snapshot(vcpus: 8, step: step)
    next.allowsUnsafePolicies = true
    next.policy = policy
    next.events = events.map { LogEntry(timeNanoseconds: 192_100_000_000, event: $0) }
    model.absorb(next)
  }

  static func model(
    _ event: LogEvent, _ policy: RendezvousPolicy, width: Int = 80, height: Int = 24
  ) -> MonitorModel {
    var model = Fixture.model(.bystander, width: width, height: height)
    absorb([event], policy, in: &model)
    return model
  }

  private func text(_ model: MonitorModel) -> String { model.frame(glyphs: .unicode).text }

  // MARK: The line

  @Test func itIsOnEveryViewAndTakesTwoKeys() {
    let line = "! panic would have been: vcpu 2  (Enter: look, Esc: dismiss)"
    let start = Self.model(.assertionFailed(Self.failure()), .strict)
    for view in MonitorView.allCases {
      var model = Fixture.pressed(.character(view.key), in: start)
      #expect(text(model).contains(line), "\(view)")
      #expect(text(model).contains("Enter Look"))
      // All other keys are the view's.
      #expect(model.ui.context == .incident && model.ui.view == view)
      _ = model.handle(.escape)
      #expect(!text(model).contains(line) && model.ui.view == view)
      let looked = Fixture.pressed(.character(view.key), .enter, in: start)
      #expect(text(looked).contains("[The panic that would have been]"))
      #expect(!text(Fixture.pressed(.escape, in: looked)).contains(line))
    }
  }

  @Test func itDoesNotStealKeysFromWhoTypes() {
    let event = LogEvent.assertionFailed(Self.failure())
    for keys in [
      [Key.character(":")], [.character("i")], [.character("p")], [.character("?")],
      [.character("6"), .enter], [.character("6"), .character("/")],
      [.character("7"), .character("/")],
    ] {
      var model = Fixture.model(.bystander)
      for key in keys { _ = model.handle(key) }
      let context = model.ui.context
      Self.absorb([event], .strict, in: &model)
      #expect(model.ui.context == context)
      _ = model.handle(.enter)
      #expect(model.ui.pages.isEmpty && model.ui.incidents.banner != nil, "\(context)")
    }
  }

  @Test func eachKindIsToldOnce() {
    var model = Self.model(.assertionFailed(Self.failure()), .strict)
    Self.absorb(
      [.assertionFailed(Self.failure()), .rendezvousBroken(Self.broken)], .strict, in: &model)
    _ = model.handle(.escape)
    #expect(text(model).contains("! deaf-halt hung rendezvous #18850"))
    _ = model.handle(.enter)
    #expect(text(model).contains("[Rendezvous #18850 hung]"))
    _ = model.handle(.escape)
    Self.absorb(
      [.assertionFailed(Self.failure()), .rendezvousBroken(Self.broken)], .strict, in: &model)
    #expect(model.ui.incidents.banner == nil && model.ui.context == .overview)
    var other = Self.broken
    other.policy = "no-clear"
    other.hazard = .livelock
    Self.absorb([.rendezvousBroken(other)], .strict, in: &model)
    #expect(text(model).contains("! no-clear kept vcpus out of the guest"))
  }

  @Test func theMouseLooks() throws {
    var model = Self.model(.assertionFailed(Self.failure()), .strict)
    let look = try #require(
      KeyBar.items(model, width: 80).first { $0.binding.action == .lookAtIncident })
    _ = model.handle(MouseEvent(x: look.columns.lowerBound, y: 23, kind: .press))
    #expect(model.ui.context == .page)
  }

  // MARK: The pages

  @Test(arguments: [
    (LogEvent.assertionFailed(failure()), "The panic that would have been"),
    (.rendezvousBroken(broken), "Rendezvous #18850 hung"),
  ])
  func fromTheLog(event: LogEvent, title: String) {
    let model = Fixture.pressed(
      .escape, .character("7"), .enter, in: Self.model(event, .strict))
    #expect(text(model).contains("[\(title)]"))
  }

  @Test func theOrderOfTime() {
    func lines(_ failure: AssertionFailure, _ policy: RendezvousPolicy) -> [String] {
      let model = Self.model(.assertionFailed(failure), policy)
      // A line that is indented goes on with the one before it.
      let lines = PanicPage.content(failure, model, width: 400).lines.compactMap(\.plain)
      return lines.reduce(into: []) { result, line in
        if line.hasPrefix("  "), !line.contains("µs"), !line.contains("before"), !result.isEmpty {
          result[result.count - 1] += " " + line.drop { $0 == " " }
        } else {
          result.append(line)
        }
      }
    }
    let over = lines(Self.failure(), .strict)
    let start = over.firstIndex { $0.hasPrefix("In order") } ?? 0
    #expect(
      over[start + 1].contains("-63 µs") && over[start + 1].contains("vcpu 0 asks for #18841"))
    #expect(over[start + 2].contains("-20 µs") && over[start + 2].contains("#18841 is over"))
    #expect(over.contains { $0.contains("bit clear, no function: the assertion") })
    #expect(
      over.contains { $0.contains("landed, barrier, tryst") && $0.contains("stayed in the guest") })
    #expect(over.contains { $0.contains("baseline: the assertion is relaxed (D37417)") })
    #expect(over.contains { $0.contains("--stop-on-assertion would stop it") })
    // With its bit one is being published, and ends after the failure.
    let early = lines(Self.failure(sawBit: true, stopped: true), .atomic)
    let from = early.firstIndex { $0.hasPrefix("In order") } ?? 0
    #expect(early[from + 1].contains("-1.0 µs"))
    #expect(early.contains { $0.contains("was being published") })
    #expect(early.contains { $0.contains("+42 µs") && $0.contains("#18841 is over") })
    #expect(early.contains { $0.contains("barrier: the function is stored first") })
    #expect(early.contains { $0.contains("F9 lets it run") })
  }

  @Test func whatToDoDependsOnWhatIsInForce() {
    let broken = LogEvent.rendezvousBroken(Self.broken)
    var model = Fixture.pressed(.enter, in: Self.model(broken, .deafHalt))
    #expect(Fixture.flat(model).contains("p, landed, Enter goes on"))
    #expect(text(model).contains("vcpu 3     H halt: in HLT") && text(model).contains("and 2 more"))
    Self.absorb([], .landed, in: &model, step: 20)
    #expect(text(model).contains("landed is in force now"))
  }

  @Test func fromAPageToItsRendezvousAndPolicy() {
    var model = Fixture.pressed(
      .enter, .character("x"), in: Self.model(.assertionFailed(Self.failure()), .strict))
    #expect(text(model).contains("[Policy strict, in force]"))
    model = Fixture.pressed(.escape, .enter, in: model)
    #expect(text(model).contains("[Rendezvous #18841"))
    model = Fixture.pressed(.escape, .escape, in: model)
    #expect(model.ui.pages.isEmpty)
  }

  @Test func theLinesOfTheLog() {
    #expect(
      IncidentWords.line(Self.failure(stopped: true))
        == "panic would have been: vcpu2 left for one that was over, #18841 before it (strict); guest stopped"
    )
    #expect(
      IncidentWords.line(Self.broken)
        == "hang: rdv #18850 ended after 1.00 s, vcpus 3,5 and 2 more did not come (deaf-halt)")
  }

  // MARK: Pictures

  @Test(arguments: GlyphSet.goldens)
  func goldens(glyphs: GlyphSet) throws {
    for (width, height) in [(20, 5), (40, 10), (80, 24), (160, 50)] {
      let size = "\(width)x\(height)-\(glyphs.goldenName)"
      let panic = Self.model(
        .assertionFailed(Self.failure()), .strict, width: width, height: height)
      try GoldenTests.check(panic.frame(glyphs: glyphs), "incident-banner-\(size)")
      try GoldenTests.check(
        Fixture.pressed(.enter, in: panic).frame(glyphs: glyphs), "incident-panic-\(size)")
      let broken = Self.model(
        .rendezvousBroken(Self.broken), .deafHalt, width: width, height: height)
      try GoldenTests.check(
        Fixture.pressed(.enter, in: broken).frame(glyphs: glyphs), "incident-broken-\(size)")
    }
  }

  @Test func noSizeTraps() {
    for event in [
      LogEvent.assertionFailed(Self.failure(sawBit: true)), .rendezvousBroken(Self.broken),
      .assertionFailed(
        AssertionFailure(
          vcpu: -1, timeNanoseconds: .max, policy: "\u{1b}[2J名", rip: .max, last: nil, sawBit: true,
          stoppedGuest: true)),
      .rendezvousBroken(
        BrokenRendezvous(
          hazard: .missingMembers, rendezvous: .max, policy: "", ageNanoseconds: .max,
          culprits: [.init(vcpu: .max, state: .fault, exits: .max)], culpritCount: .min)),
    ] {
      var model = Self.model(event, .strict)
      for width in [0, 1, 5, 20, 39, 40, 80, 160] {
        for height in [0, 1, 2, 3, 7, 8, 10, 24, 50] {
          model.resize(width: width, height: height)
          for keys in [[], [Key.enter, .end, .pageUp]] {
            let frame = Fixture.pressed(.down, in: keys.reduce(into: model) { _ = $0.handle($1) })
              .frame(glyphs: .ascii)
            #expect(frame.cells.allSatisfy { $0.scalar >= 0x20 && $0.scalar <= 0x7e })
          }
        }
      }
    }
  }
}

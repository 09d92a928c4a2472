import Rendezvous
import Telemetry
import Testing

@testable import Monitor

/// The page of a rendezvous: from where it opens, its keys, and the way back.
@Suite struct ExplainPageTests {
  private func explained(_ model: MonitorModel) -> UInt64? {
    guard case .rendezvous(let explained) = model.ui.pages.last?.subject else { return nil }
    return explained.record.id
  }

  // MARK: Ways in

  @Test func fromTheLogAndBack() {
    var model = Fixture.pressed(.character("7"), in: Fixture.model(.bystander))
    let before = model.frame(glyphs: .unicode)
    #expect(model.handle(.enter).isEmpty)
    #expect(model.ui.context == .page && explained(model) == 18_841)
    #expect(
      model.frame(glyphs: .unicode).text.contains("[Rendezvous #18841: INIT, vcpu0 → 3, 43 µs]"))
    #expect(model.handle(.escape).isEmpty && model.ui.context == .log)
    #expect(model.frame(glyphs: .unicode) == before)
  }

  @Test func fromTheOthers() {
    #expect(explained(Fixture.pressed(.enter, in: Fixture.timeline(vcpus: 8))) == 18_800)
    let vcpu = Fixture.pressed(
      .character("4"), .character("l"), .character("l"), .enter, in: Fixture.model(.entry))
    #expect(explained(vcpu) == 18_843)
    // One cell of the IPI matrix: the last rendezvous of the pair.
    var ipi = Fixture.pressed(.character("3"), in: Fixture.model(.bystander))
    ipi.ui.ipi.destination = 3
    for _ in 0..<8 where ipi.ui.pages.isEmpty { _ = ipi.handle(.enter) }
    #expect(explained(ipi) == 18_841)
    ipi = Fixture.pressed(.escape, .right, .left, .left, in: ipi)
    for _ in 0..<8 where ipi.ui.notice == nil { _ = ipi.handle(.enter) }
    #expect(
      ipi.ui.pages.isEmpty && ipi.ui.notice?.contains("no rendezvous of vcpu 0 with vcpu") == true)
  }

  @Test func fromAnInjection() {
    var model = Fixture.model(.bystander)
    var next = Fixture.snapshot(vcpus: 4, step: 5)
    let record = Fixture.meeting(.bystander).0.record
    next.events = [
      LogEntry(
        timeNanoseconds: 5,
        event: .injection(
          Fixture.report(1, .initIPI(targets: CPUSet([3])), [], rendezvous: [record])))
    ]
    model.absorb(next)
    #expect(explained(Fixture.pressed(.character("7"), .enter, in: model)) == 18_841)
  }

  // MARK: Keys

  @Test func theNeighboursTheTimelineAndThePolicy() {
    var model = Fixture.pressed(.enter, in: Fixture.timeline(vcpus: 8))
    _ = model.handle(.character("]"))
    #expect(model.ui.notice == "this is the newest rendezvous")
    for _ in 0..<2 { _ = model.handle(.character("[")) }
    #expect(explained(model) == 18_798)
    _ = model.handle(.character("]"))
    #expect(explained(model) == 18_799)
    _ = model.handle(.character("x"))
    #expect(model.frame(glyphs: .unicode).text.contains("[Policy baseline, in force]"))
    _ = model.handle(.character("x"))
    #expect(explained(model) == 18_799)
    _ = model.handle(.enter)
    #expect(model.ui.pages.isEmpty && model.ui.view == .timeline)
    #expect(model.timelinePicture?.anatomy.record.id == 18_799)
    // A digit leaves all pages.
    model = Fixture.pressed(.enter, .character("x"), .character("8"), in: model)
    #expect(model.ui.pages.isEmpty && model.ui.context == .policies)
  }

  @Test func itScrollsToItsEnd() {
    var model = Fixture.pressed(.character("7"), .enter, in: Fixture.model(.entry, height: 12))
    let first = model.frame(glyphs: .unicode).text
    _ = model.handle(.pageDown)
    #expect(model.frame(glyphs: .unicode).text != first)
    _ = model.handle(.end)
    let end = model.frame(glyphs: .unicode).text
    for key in [Key.down, .pageDown] { _ = model.handle(key) }
    #expect(model.frame(glyphs: .unicode).text == end && end.contains("early member"))
    _ = model.handle(MouseEvent(x: 5, y: 5, kind: .wheelUp))
    #expect(model.frame(glyphs: .unicode).text != end)
    _ = model.handle(.home)
    #expect(model.frame(glyphs: .unicode).text == first)
    // A tab leaves it.
    model.resize(width: 80, height: 24)
    _ = model.handle(MouseEvent(x: 2, y: 1, kind: .press))
    #expect(model.ui.pages.isEmpty && model.ui.view == .overview)
  }

  @Test func itIsCopiedAsText() throws {
    var model = Fixture.pressed(.character("7"), .enter, in: Fixture.model(.bystander))
    guard case .copy(let text) = model.handle(.character("y")).first else {
      Issue.record("nothing copied")
      return
    }
    #expect(text.contains("slept 40 µs") && text.contains("ICR 0x300000000004500"))
  }

  // MARK: What comes late, and what is gone

  @Test func lanesThatComeLateAreTaken() {
    var model = Fixture.model(.bystander)
    var late = Fixture.snapshot(vcpus: 4, step: 4)
    let record = Fixture.record(18_900, .initIPI, by: 0, [3], microseconds: 40, slowest: 3)
    late.events = [Fixture.entry(record)]
    model.absorb(late)
    _ = model.handle(.character("7"))
    _ = model.handle(.enter)
    #expect(Fixture.flat(model).contains("how it came is not kept"))
    var lanes = Fixture.snapshot(vcpus: 4, step: 5)
    lanes.lanes = [
      Fixture.lane(
        record, 3, .member, .signalled, told: 16, left: 300, came: 320, ran: 330, on: 400)
    ]
    model.absorbNews(lanes)
    #expect(Fixture.flat(model).contains("took 28 µs to leave"))
  }

  /// A storm drops what is looked at from the history; the page stays, and says what it does not know.
  @Test func aStormDoesNotTakeItAway() {
    var model = Fixture.pressed(.character("7"), .enter, in: Fixture.model(.bystander))
    let before = model.frame(glyphs: .unicode).text
    var storm = Fixture.snapshot(vcpus: 4, step: 5)
    storm.policy = .baseline
    storm.events = (20_000..<22_000).map { id in
      Fixture.entry(Fixture.record(id, .initIPI, by: 0, [3], microseconds: 4, slowest: 3))
    }
    model.absorbNews(storm)
    #expect(model.frame(glyphs: .unicode).text == before)
    _ = model.handle(.character("["))
    #expect(model.ui.notice == "the history has gone on beyond rendezvous #18841")
  }

  // MARK: Pictures

  @Test(arguments: Fixture.Case.allCases, GlyphSet.goldens)
  func goldens(which: Fixture.Case, glyphs: GlyphSet) throws {
    for (width, height) in [(40, 10), (80, 24), (160, 50)] {
      let model = Fixture.pressed(
        .character("7"), .enter, in: Fixture.model(which, width: width, height: height))
      try GoldenTests.check(
        model.frame(glyphs: glyphs),
        "explain-\(which.rawValue)-\(width)x\(height)-\(glyphs.goldenName)")
    }
  }

  @Test func noSizeTraps() {
    for which in Fixture.Case.allCases {
      var model = Fixture.pressed(.character("7"), .enter, in: Fixture.model(which))
      for width in [0, 1, 2, 5, 9, 11, 20, 39, 40, 79, 80, 130, 200] {
        for height in [0, 1, 2, 3, 7, 8, 9, 10, 16, 24, 50] {
          model.resize(width: width, height: height)
          for key in [Key.end, .pageUp, .home, .down] { _ = model.handle(key) }
          let frame = model.frame(glyphs: .ascii)
          #expect(frame.cells.allSatisfy { $0.scalar >= 0x20 && $0.scalar <= 0x7e })
        }
      }
    }
  }

  /// Records that make no sense.
  @Test func hostileRecords() {
    var model = RobustnessTests.hostile()
    model.resize(width: 60, height: 20)
    for key in [Key.character("7"), .home, .enter] { _ = model.handle(key) }
    var record = Fixture.record(
      .max, .initIPI, by: 4_000, [0, 4_095], microseconds: 1, slowest: 9_999, bystanders: .max,
      stall: .max)
    record.servedOnBehalf = .max
    record.latencyNanoseconds = .max
    for policy in RendezvousPolicy.presets + RendezvousPolicy.unsafePresets {
      record.servedOnBehalf = record.servedOnBehalf == .max ? .min : .max
      record.bystanders = record.servedOnBehalf == .max ? .min : .max
      let lanes = [
        RendezvousLane(rendezvous: .max, vcpu: -5, role: .bystander, arrivedNanoseconds: .max),
        RendezvousLane(
          rendezvous: .max, vcpu: 9_999, role: .member, kick: .signalled, kickedNanoseconds: .max,
          leftGuestNanoseconds: 1, arrivedNanoseconds: 2, ranNanoseconds: 3, releasedNanoseconds: 1),
        RendezvousLane(rendezvous: .max, vcpu: .max, role: .early, arrivedNanoseconds: 1),
      ]
      _ = ExplainSentences.sentences(record, lanes: lanes, policy: policy)
      var next = Fixture.snapshot(vcpus: 4, step: 90)
      next.timeNanoseconds = .max
      next.policy = policy
      next.events = [LogEntry(timeNanoseconds: .max, event: .rendezvous(record))]
      next.lanes = lanes
      model.absorbNews(next)
      model.ui.pages = []
      for key in [Key.character("7"), .end, .enter] { _ = model.handle(key) }
      #expect(model.ui.context == .page)
      _ = model.frame(glyphs: .ascii)
    }
  }
}

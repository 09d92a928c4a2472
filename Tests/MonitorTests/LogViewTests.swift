import Commands
import Rendezvous
import Telemetry
import Testing

@testable import Monitor

/// The log alone: filter, selection, and the way to the moment.
@Suite struct LogViewTests {
  private func model(_ filter: String? = nil, vcpus: Int = 4) -> MonitorModel {
    var model = Fixture.model(vcpus: vcpus)
    _ = model.handle(.character("7"))
    if let filter {
      for key in "\\\(filter)".unicodeScalars { _ = model.handle(.character(key)) }
      _ = model.handle(.enter)
    }
    return model
  }

  private func events(_ model: MonitorModel) -> [LogEvent] {
    model.filteredLog.map { model.shown.log[$0 - model.shown.log.dropped].event }
  }

  private func records(_ model: MonitorModel) -> [RendezvousRecord] {
    events(model).compactMap { if case .rendezvous(let record) = $0 { record } else { nil } }
  }

  @Test func kindsCausesAndTheirOpposites() {
    let all = events(model()).count
    let rendezvous = events(model("rdv"))
    #expect(rendezvous.count == records(model("rdv")).count && rendezvous.count == 80)
    #expect(events(model("!rdv")).count == all - 80)
    #expect(events(model("rdv,inj")).count == all)
    #expect(records(model("init")).allSatisfy { $0.cause == .initIPI })
    #expect(events(model("init")).count == 40 && events(model("rte")).count == 40)
    #expect(events(model("rdv !init")).count == 40 && events(model("bare")).isEmpty)
  }

  @Test func lagSpuriousVCPUAndNumber() {
    #expect(records(model("spur")).allSatisfy { $0.bystanders > 0 })
    #expect(events(model("spur")).count == 10)
    let slow = records(model("lag>100"))
    #expect(!slow.isEmpty && slow.allSatisfy { $0.latencyNanoseconds > 100_000 })
    let fast = records(model("lag<100"))
    #expect(!fast.isEmpty && fast.allSatisfy { $0.latencyNanoseconds < 100_000 })
    // vcpu 1 is a target of every change of an entry, of no INIT, and asks for nothing.
    #expect(records(model("vcpu:1")).allSatisfy { $0.cause == .redirectionEntry })
    #expect(records(model("vcpu:1-2")).count == 40)
    #expect(records(model("#18801")).map(\.id) == [18_801])
    #expect(events(model("SLOWEST")).count == 80, "letters of any case")
    #expect(events(model("rte spur")).isEmpty)
  }

  @Test(arguments: [
    ("lag>much", "lag>100"), ("vcpu:9", "0-3"), ("vcpu:x", "no vcpu"), ("rdv !", "word behind"),
  ])
  func aMistakeIsSaidAndStays(text: String, words: String) {
    let model = model(text)
    #expect(model.ui.context == .filter && model.ui.logView.prompt == text)
    #expect(model.ui.notice?.contains(words) == true)
    #expect(model.ui.logView.filter == nil)
  }

  @Test func noFilterIsLongerThanItsLimitAndAnyTextIsTaken() {
    for text in [
      String(repeating: "lag>1 ", count: 99), "#", "#99999999999999999999", "lag<", ",", "é[(*",
    ] {
      var model = model(text)
      #expect(model.ui.logView.prompt?.unicodeScalars.count ?? 0 <= LogFilter.limit)
      _ = model.frame(glyphs: .ascii)
      _ = model.handle(.escape)
    }
  }

  @Test func theBlankFilterShowsAll() {
    var model = model("rdv")
    _ = model.handle(.character("/"))
    _ = model.handle(.delete)
    _ = model.handle(.enter)
    #expect(model.ui.logView.filter == nil && events(model).count == 120)
  }

  @Test func theSelectionStaysWhileMoreComes() {
    var model = model()
    for _ in 0..<3 { _ = model.handle(.up) }
    let selected = model.ui.logView.selected
    #expect(selected == model.shown.log.end - 4)
    let before = model.frame(glyphs: .unicode)
    var next = Fixture.snapshot(vcpus: 4, step: 40)
    next.events = Fixture.events(40, vcpus: 4)
    model.absorb(next)
    #expect(model.ui.logView.selected == selected)
    let row = { (frame: Frame) in
      (0..<frame.height).map { y in
        String(frame.row(y).compactMap { Unicode.Scalar($0.scalar).map(Character.init) })
      }
      .first { $0.hasPrefix(">") }
    }
    #expect(row(model.frame(glyphs: .unicode)) == row(before))
    _ = model.handle(.end)
    #expect(model.ui.logView.selected == nil)
    _ = model.handle(.home)
    #expect(model.ui.logView.selected == model.shown.log.dropped)
    _ = model.handle(.pageDown)
    #expect(model.ui.logView.selected == model.shown.log.dropped + model.layout.body.height - 1)
  }

  @Test func enterGoesThere() {
    var model = model("rte")
    _ = model.handle(.up)
    let wanted = records(model).dropLast().last?.id
    _ = model.handle(.enter)
    #expect(model.ui.context == .page)
    _ = model.handle(.enter)
    #expect(model.ui.view == .timeline && model.ui.context == .timeline)
    #expect(model.timelinePicture?.anatomy.record.id == wanted)
    // An injection without a rendezvous leads to its vcpu.
    var other = self.model("inj")
    #expect(other.handle(.enter) == [.watch(vcpu: 0)])
    #expect(other.ui.view == .vcpu && other.ui.vcpu == 0)
  }

  @Test func aClickSelects() {
    var model = model()
    let body = model.layout.body
    _ = model.handle(MouseEvent(x: 5, y: body.y + 2, kind: .press))
    let first = model.shown.log.end - (body.height - 1)
    #expect(model.ui.logView.selected == first + 1)
    _ = model.handle(MouseEvent(x: 5, y: body.y + 2, kind: .wheelDown))
    #expect(model.ui.logView.selected == first + 4)
  }

  @Test(arguments: GlyphSet.goldens)
  func goldens(glyphs: GlyphSet) throws {
    for (width, height) in [(40, 10), (80, 24), (120, 40)] {
      var model = model("rdv lag>60", vcpus: 8)
      model.resize(width: width, height: height)
      _ = model.handle(.up)
      try GoldenTests.check(
        model.frame(glyphs: glyphs), "log-\(width)x\(height)-\(glyphs.goldenName)")
    }
  }

  @Test func anySize() {
    for width in stride(from: 0, through: 200, by: 7) {
      for height in stride(from: 0, through: 60, by: 3) {
        var model = model("spur")
        model.resize(width: width, height: height)
        for key in [Key.up, .pageDown, .home, .end] {
          _ = model.handle(key)
          _ = model.frame(glyphs: .ascii)
        }
      }
    }
  }
}

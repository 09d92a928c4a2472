import Console
import Rendezvous
import Telemetry
import Testing

@testable import Monitor

/// Every view shows the moment that is selected.
@Suite struct TimeTravelTests {
  /// A step of a guest of which everything changes; some of it comes between samples.
  private static func absorb(_ model: inout MonitorModel, vcpus: Int, step: UInt64) {
    var next = Fixture.snapshot(vcpus: vcpus, step: step)
    next.controllers = Fixture.controllers(step: step)
    next.operatorIPIs[.nmi] = step / 3
    if step < 30 { next.policy = .baseline }
    for index in next.vcpus.indices {
      var row = Fixture.traffic(index, of: vcpus, step: step)
      row.vectors.removeAll { $0.count == 0 }
      next.vcpus[index].ipisSent = Fixture.ipisSent(row, step: step)
      next.vcpus[index].handlerNanoseconds[.io] = step * 1_300_000
      // Not all of them are busy.
      if index % 3 != 2 || step % 8 == 0 { next.traffic.append(row) }
    }
    if step % 10 != 9 { next.detail = Fixture.detail(step < 26 ? 2 : 1, step: step / 2 * 2) }
    next.events = Fixture.events(step, vcpus: vcpus)
    next.console = Array("line \(step) of the guest\r\n\u{1b}[7m\(step)\u{1b}[m ".utf8)
    next.droppedLanes = step / 4
    var news = next
    news.timeNanoseconds -= 50_000_000
    news.traffic = news.traffic.filter { $0.source % 2 == 0 }
    news.detail = nil
    news.console = Array("\r\u{1b}[32mbetween\u{1b}[m \(step)".utf8)
    news.events = [
      LogEntry(timeNanoseconds: news.timeNanoseconds, event: .message("news \(step)"))
    ]
    model.absorbNews(news)
    // A report that changes while it is kept.
    if step % 5 == 3, let old = model.live.injection(step - 1) {
      var report = old
      report.targets[0].outcome = .delivered(afterNanoseconds: step * 1_000)
      next.events.append(
        LogEntry(timeNanoseconds: next.timeNanoseconds, event: .injection(report)))
    }
    model.absorb(next)
  }

  private static let panes: [IPIState.Pane] = [.matrix, .vectors, .modes]

  /// The pictures of all views, without the header, which alone says that the picture is frozen.
  private static func pictures(_ model: MonitorModel) -> [String: String] {
    var pictures: [String: String] = [:]
    for view in MonitorView.allCases {
      for pane in panes where view == .ipi || pane == .matrix {
        var copy = model
        copy.ui.notice = nil
        copy.ui.ipi.pane = pane
        copy.show(view)
        // Why there is no close look is said in other words.
        if view == .vcpu && VCPULooks(copy)?.detail == nil { continue }
        let frame = copy.frame(glyphs: .unicode)
        pictures["\(view) \(pane)"] =
          frame.text.split(separator: "\n", omittingEmptySubsequences: false).dropFirst().joined(
            separator: "\n")
      }
    }
    return pictures
  }

  /// Back through all of them, forward again, and at random: each view is as it was.
  @Test(arguments: [(1, 80, 24), (5, 120, 40), (70, 100, 30)])
  func everyViewIsAsItWas(vcpus: Int, width: Int, height: Int) {
    var model = MonitorModel()
    model.resize(width: width, height: height)
    model.ui.vcpu = 2
    var then: [[String: String]] = []
    for step in UInt64(20)..<48 {
      Self.absorb(&model, vcpus: vcpus, step: step)
      then.append(Self.pictures(model))
    }
    model.stepMoment(-1)
    var place = then.count - 2
    func check(_ model: MonitorModel) {
      let now = Self.pictures(model)
      #expect(now.count == then[place].count)
      for (view, picture) in now {
        #expect(picture == then[place][view], "\(view), sample \(place)")
      }
    }
    check(model)
    for way in [-1, -1, -1, -8, 5, -9, 1, 14, -20] {
      for _ in 0..<abs(way) {
        let next = place + way.signum()
        guard then.indices.contains(next), next < then.count - 1 else { break }
        model.stepMoment(way.signum())
        place = next
      }
      check(model)
    }
    // What is recorded meanwhile changes nothing of it.
    for step in UInt64(48)..<52 { Self.absorb(&model, vcpus: vcpus, step: step) }
    check(model)
  }

  private static func changing(_ vcpus: Int = 4) -> MonitorModel {
    var model = MonitorModel()
    model.resize(width: 120, height: 40)
    for step in UInt64(20)..<46 { absorb(&model, vcpus: vcpus, step: step) }
    return model
  }

  @Test func theKeyGoesBackInEveryView() {
    for view in MonitorView.allCases where view != .timeline {
      var model = Self.changing()
      _ = model.handle(.character(view.key))
      let now = model.frame(glyphs: .unicode)
      for _ in 0..<7 { _ = model.handle(.character("[")) }
      let before = model.frame(glyphs: .unicode)
      #expect(before.text.contains("FROZEN 0.7 s back"), "\(view)")
      #expect((3..<38).contains { before.row($0) != now.row($0) }, "\(view)")
    }
  }

  @Test func whatWasRecordedOfAMoment() throws {
    var model = Self.changing()
    for _ in 0..<5 { _ = model.handle(.character("[")) }
    let shown = model.shown
    // Step 40.
    #expect(shown.snapshot.vcpus == model.shown.snapshot.vcpus)
    #expect(shown.traffic.source(1).toSelf.total == 5 * 41)
    #expect(shown.traffic.injected(.nmi).total == 13)
    #expect(shown.recent.detail?.registers.general[0] == 40)
    #expect(shown.snapshot.detail?.vcpu == 1)
    #expect(shown.pins.age(ofEntry: 4) == 200_000_000 && shown.pins.isFresh(4))
    #expect(shown.policies.account("landed")?.inForceNanoseconds == 1_000_000_000)
    #expect(shown.rendezvous.lostLanes == 10)
    let lines = shown.console.lines.map { shown.console.line($0).text }
    #expect(lines.contains("between 40line 40 of the guest"))
    #expect(!lines.contains { $0.contains("line 41") })
    #expect(shown.log.last?.timeNanoseconds ?? .max <= shown.snapshot.timeNanoseconds)
    // Eight samples further back nobody had seen the entry rewritten.
    for _ in 0..<3 { _ = model.handle(.character("[")) }
    #expect(model.shown.pins.age(ofEntry: 4) == nil)
  }

  @Test func aVCPUThatNobodyLookedAtThen() {
    var model = Self.changing()
    model.ui.vcpu = 1
    _ = model.handle(.character("4"))
    #expect(VCPULooks(model)?.detail != nil)
    for _ in 0..<22 { _ = model.handle(.character("[")) }
    #expect(VCPULooks(model)?.detail == nil)
    #expect(model.frame(glyphs: .unicode).text.contains("nobody looked at vcpu 1 then"))
  }

  /// A guest that floods its console: the screens of then, and the scroll-back up to each.
  @Test func theConsoleOfAFlood() {
    var recording = Recording()
    var then: [TerminalEmulator] = []
    for step in UInt64(0)..<60 {
      var next = Snapshot()
      next.timeNanoseconds = step * 100_000_000
      let lines = step % 3 == 0 ? 900 : Int(step % 7)
      next.console = Array(
        (0..<lines).map { "sample \(step) line \($0)\r\n" }.joined().utf8)
      if step == 40 { next.console += Array("\u{1b}[?1049h\u{1b}[2Jalone".utf8) }
      if step == 50 { next.console += Array("\u{1b}[?1049l".utf8) }
      recording.absorb(next)
      then.append(recording.console)
    }
    var cursor = MomentCursor(recording)
    for step in (0..<59).reversed() {
      cursor.move(to: step)
      let (console, was) = (recording.rewound(to: cursor).console, then[step])
      #expect(console.screenTop == was.screenTop && console.cursor == was.cursor)
      #expect(console.isAlternate == was.isAlternate)
      for number in was.lines where console.lines.contains(number) {
        #expect(console.line(number).text == was.line(number).text)
      }
      #expect(console.lines.upperBound == was.lines.upperBound)
      #expect(
        console.lines.lowerBound <= max(was.lines.lowerBound, recording.console.lines.lowerBound))
    }
  }
}

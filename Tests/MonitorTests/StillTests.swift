import Rendezvous
import Telemetry
import Testing

@testable import Monitor

/// What comes while the picture is frozen is recorded later, and nobody can tell.
@Suite struct StillTests {
  /// Two rendezvous, and in every seventh step a message or output of the guest's.
  private func snapshot(_ step: UInt64, vcpus: Int) -> Snapshot {
    var next = Fixture.snapshot(vcpus: vcpus, step: step)
    next.events = Array(Fixture.events(step, vcpus: vcpus).prefix(2))
    if step % 7 == 3 { next.events = Fixture.events(step, vcpus: vcpus) }
    if step % 7 == 5 { next.console = Array("round \(step)\r\n".utf8) }
    return next
  }

  private func frozen(vcpus: Int) -> MonitorModel {
    var model = Fixture.model(vcpus: vcpus)
    _ = model.handle(.character(" "))
    model.painted(nanoseconds: 1)
    return model
  }

  @Test func everySampleIsThereAfterwards() {
    var (model, other) = (frozen(vcpus: 4), Fixture.model(vcpus: 4))
    var waited = 0
    for step in UInt64(40)..<97 {
      model.absorb(snapshot(step, vcpus: 4))
      other.absorb(snapshot(step, vcpus: 4))
      waited = max(waited, model.unrecorded.count)
    }
    #expect(waited > 3)
    _ = model.handle(.character(" "))
    #expect(model.frame(glyphs: .unicode) == other.frame(glyphs: .unicode))
    for _ in 0..<90 {
      _ = (model.handle(.character("[")), other.handle(.character("[")))
      #expect(model.frame(glyphs: .unicode) == other.frame(glyphs: .unicode))
    }
  }

  @Test func noMoreThanASecondWaits() {
    var model = frozen(vcpus: 4)
    var next = Fixture.snapshot(vcpus: 4, step: 40)
    for step in UInt64(40)..<70 {
      next = Fixture.snapshot(vcpus: 4, step: step)
      model.absorb(next)
      #expect(model.unrecorded.count < MonitorModel.unrecordedLimit)
    }
    #expect(model.live.moments.end == 70)
  }

  @Test func whatIsNoNumberIsTakenAtOnce() {
    var model = frozen(vcpus: 4)
    model.absorb(Fixture.snapshot(vcpus: 4, step: 40))
    #expect(model.unrecorded.count == 1)
    // The guest asks its terminal where the cursor is, and waits.
    var asking = Fixture.snapshot(vcpus: 4, step: 41)
    asking.console = Array("\u{1b}[6n".utf8)
    #expect(!model.absorb(asking).isEmpty)
    #expect(model.unrecorded.isEmpty && model.live.moments.end == 42)
    var news = Fixture.snapshot(vcpus: 4, step: 42)
    news.events = [LogEntry(timeNanoseconds: 1, event: .message("the guest is reset"))]
    #expect(!model.hasChanged)
    model.absorb(news)
    #expect(model.unrecorded.isEmpty && model.hasChanged)
    // As between two samples.
    model.absorb(Fixture.snapshot(vcpus: 4, step: 43))
    model.absorbNews(Fixture.snapshot(vcpus: 4, step: 43))
    #expect(model.unrecorded.isEmpty && model.live.moments.end == 44)
  }

  @Test func whatMovesDoesNotWait() {
    var model = Fixture.model(vcpus: 4)
    model.absorb(Fixture.snapshot(vcpus: 4, step: 40))
    #expect(model.unrecorded.isEmpty)
    var page = frozen(vcpus: 4)
    _ = page.handle(.character("?"))
    page.absorb(Fixture.snapshot(vcpus: 4, step: 40))
    #expect(page.unrecorded.isEmpty)
    var many = frozen(vcpus: MonitorModel.unrecordedVCPUs + 1)
    many.absorb(Fixture.snapshot(vcpus: MonitorModel.unrecordedVCPUs + 1, step: 40))
    #expect(many.unrecorded.isEmpty)
  }
}

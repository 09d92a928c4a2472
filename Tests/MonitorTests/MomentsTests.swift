import Telemetry
import Testing

@testable import Monitor

/// Freezing, and going back in time.
@Suite struct MomentsTests {
  private func time(_ model: MonitorModel) -> UInt64 { model.shown.snapshot.timeNanoseconds }

  @Test func stepsBackAndForthThroughSamples() {
    var model = Fixture.model(vcpus: 4)
    let newest = time(model)
    let picture = model.frame(glyphs: .unicode)
    for step in 1...5 {
      #expect(model.handle(.character("[")).isEmpty)
      #expect(model.isFrozen && time(model) == newest - UInt64(step) * 100_000_000)
    }
    // Rates and the log are of that moment, too.
    let text = model.frame(glyphs: .unicode).text
    #expect(text.contains("FROZEN 0.5 s back") && !text.contains("#18879"))
    #expect(model.shown.log.last?.timeNanoseconds ?? .max <= time(model))
    // Recording goes on, and the frozen picture does not see it.
    model.absorb(Fixture.snapshot(vcpus: 4, step: 60))
    #expect(time(model) == newest - 500_000_000)
    for _ in 0..<5 { _ = model.handle(.character("]")) }
    #expect(time(model) == newest)
    _ = model.handle(.character("]"))
    #expect(time(model) == newest && model.ui.notice?.contains("newest") == true)
    _ = model.handle(.character("."))
    #expect(time(model) == newest + 2_100_000_000 && model.isFrozen)
    _ = model.handle(.character(" "))
    #expect(!model.isFrozen && model.frame(glyphs: .unicode) != picture)
  }

  /// A moment looks as it looked when it was the newest, but for what says that it is frozen.
  @Test func aMomentIsAsItWas() {
    var model = MonitorModel()
    model.resize(width: 120, height: 40)
    var pictures: [Frame] = []
    for step in UInt64(0)..<30 {
      var next = Fixture.snapshot(vcpus: 8, step: step)
      next.events = Fixture.events(step, vcpus: 8)
      model.absorb(next)
      pictures.append(model.frame(glyphs: .unicode))
    }
    for back in 1..<25 {
      _ = model.handle(.character("["))
      model.ui.notice = nil
      let (now, then) = (model.frame(glyphs: .unicode), pictures[pictures.count - 1 - back])
      #expect((1..<now.height).allSatisfy { now.row($0) == then.row($0) }, "\(back) back")
    }
  }

  @Test func theOldestIsTheEnd() {
    var model = Fixture.model(vcpus: 1)
    for _ in 0..<100 { _ = model.handle(.character("[")) }
    #expect(time(model) == 192_000_000_000)
    #expect(model.ui.notice?.contains("no older") == true)
  }

  @Test func tenMinutesAreKept() {
    var recording = Recording()
    var small = Snapshot()
    small.vcpus = [VCPUSnapshot()]
    for step in 0..<7_000 {
      small.timeNanoseconds = UInt64(step) * 100_000_000
      small.vcpus[0].exits[.io] = UInt64(step)
      recording.absorb(small)
    }
    let moments = recording.moments
    #expect(moments.count == Moments.countLimit && moments.bytes < 64 << 20)
    #expect(moments.moment(moments.first)?.timeNanoseconds == 100_000_000_000)
    #expect(moments.number(at: 150_050_000_000) == 1_500)
    #expect(moments.number(at: 0) == moments.first)
    #expect(moments.number(at: .max) == moments.end - 1)
    #expect(moments.moment(moments.first - 1) == nil && moments.moment(moments.end) == nil)
    var cursor = MomentCursor(recording)
    cursor.move(to: moments.first)
    #expect(cursor.rows[0].exits[.io] == 1_000)
  }

  @Test(arguments: [80, 120, 200])
  func aClickOnABarGoesThere(width: Int) throws {
    for back in [7, 3, 0] {
      var model = MonitorModel()
      model.resize(width: width, height: 40)
      for step in UInt64(0)..<40 {
        var next = Snapshot()
        next.timeNanoseconds = 1_000_000_000 + step * 100_000_000
        next.vcpus = [VCPUSnapshot()]
        // A spike, `back` samples before the newest, and a lower one at its side.
        next.rendezvous.requested = step >= UInt64(39 - back) ? 900 : step >= 20 ? 100 : 0
        model.absorb(next)
      }
      let row = model.layout.totals.y
      let frame = model.frame(glyphs: .unicode)
      let spike = try #require(
        (0..<width).first { frame[$0, row].scalar == Unicode.Scalar("█").value })
      _ = model.handle(MouseEvent(x: spike, y: row, kind: .press))
      #expect(time(model) == 1_000_000_000 + UInt64(39 - back) * 100_000_000 && model.isFrozen)
    }
  }

  @Test func nothingRecordedIsNoPast() {
    var model = MonitorModel()
    model.resize(width: 80, height: 24)
    for key in "[].[ ".unicodeScalars { _ = model.handle(.character(key)) }
    #expect(!model.isFrozen)
  }
}

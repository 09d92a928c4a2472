import Commands
import Rendezvous
import Telemetry
import Testing

@testable import Monitor

@Suite struct RecordingTests {
  @Test func aFrozenPictureStaysWhileRecordingGoesOn() {
    var model = Fixture.model(vcpus: 4)
    _ = model.handle(.character(" "))
    let frozen = model.frame(glyphs: .unicode)
    #expect(frozen.text.contains("FROZEN"))
    for step in 41..<60 as Range<UInt64> {
      var next = Fixture.snapshot(vcpus: 4, step: step)
      next.events = Fixture.events(step, vcpus: 4)
      next.console = Array("more\r\n".utf8)
      next.isStopped = true
      model.absorb(next)
      #expect(model.frame(glyphs: .unicode) == frozen)
    }
    _ = model.handle(.character(" "))
    let text = model.frame(glyphs: .unicode).text
    #expect(text.contains("STOPPED") && text.contains("more") && !text.contains("FROZEN"))
    #expect(model.live.log.count == 40 * 3 + 19 * 3)
  }

  @Test func ratesAreOverTheLastSecond() {
    var recording = Recording()
    for step in 0..<30 as Range<UInt64> {
      var snapshot = Snapshot()
      snapshot.timeNanoseconds = step * 100_000_000
      snapshot.messages = step < 20 ? 0 : (step - 19) * 5
      recording.absorb(snapshot)
    }
    #expect(recording.rate(.message) == 50)
    #expect(recording.total(.message) == 50)
    #expect(recording.history(.message, 12).suffix(2) == [50, 50])
    #expect(recording.history(.message, 12).prefix(2) == [0, 0])
  }

  @Test func countersThatFallAndTimeThatStandsStillAreNoRates() {
    var recording = Recording()
    var snapshot = Snapshot()
    snapshot.timeNanoseconds = 10
    snapshot.pins = 100
    recording.absorb(snapshot)
    recording.absorb(snapshot)
    #expect(recording.samples.count == 1 && recording.rate(.pin) == 0)
    snapshot.timeNanoseconds = 20
    snapshot.pins = 5
    recording.absorb(snapshot)
    #expect(recording.rate(.pin) == 0)
  }

  @Test func memoryIsBounded() {
    var recording = Recording()
    var snapshot = Snapshot()
    for step in 1...5_000 as ClosedRange<UInt64> {
      snapshot.timeNanoseconds = step
      snapshot.events = [LogEntry(timeNanoseconds: step, event: .policyChanged("landed"))]
      recording.absorb(snapshot)
    }
    #expect(recording.log.count == 2_000 && recording.log.end == 5_000)
    #expect(recording.log[0].timeNanoseconds == 3_001)
    #expect(recording.samples.count == Recording.sampleCount)
  }

  @Test func aReportReplacesTheEarlierOneOfItsId() {
    var recording = Recording()
    func absorb(_ id: UInt64, _ outcome: InjectionOutcome, _ time: UInt64) {
      var snapshot = Snapshot()
      snapshot.timeNanoseconds = time
      let target = InjectionReport.Target(vcpu: 0, outcome: outcome, guestSaw: 1)
      let report = Fixture.report(id, .nmi(targets: CPUSet([0])), [target])
      snapshot.events = [LogEntry(timeNanoseconds: time, event: .injection(report))]
      recording.absorb(snapshot)
    }
    absorb(1, .pending(.stopped), 10)
    absorb(2, .coalesced, 20)
    absorb(1, .delivered(afterNanoseconds: 41_000), 30)
    #expect(recording.log.count == 2)
    #expect(recording.log[0].timeNanoseconds == 10)
    let report = recording.injection(1)
    #expect(report.map(OutcomeWords.line) == "delivered after 41 µs, guest saw it")
  }

  @Test func operatorsIPIsAreIncludedAndMarked() {
    var snapshot = Fixture.snapshot(vcpus: 1, step: 0)
    snapshot.operatorIPIs[.nmi] = 7
    var model = MonitorModel()
    model.resize(width: 200, height: 60)
    model.absorb(snapshot)
    #expect(model.live.total(.nmi) == 7)
    #expect(model.frame(glyphs: .unicode).text.contains("NMI IPIs             7 7 op"))
  }

  @Test func scrolledTextStaysWhileMoreComes() {
    var model = Fixture.model(vcpus: 4)
    _ = model.handle(.backTab)
    #expect(model.ui.focus == .log)
    for _ in 0..<6 { _ = model.handle(.up) }
    func logLines() -> [Substring] {
      let lines = model.frame(glyphs: .unicode).text.split(
        separator: "\n", omittingEmptySubsequences: false)
      return Array(lines[18..<22])
    }
    let before = logLines()
    var next = Fixture.snapshot(vcpus: 4, step: 50)
    next.events = Fixture.events(50, vcpus: 4)
    model.absorb(next)
    #expect(logLines() == before)
    _ = model.handle(.end)
    #expect(logLines().last?.contains("#51") == true)
    _ = model.handle(.home)
    #expect(logLines().first?.contains("#18800") == true)
  }

  @Test func sparklines() {
    #expect(Sparkline.text([0, 1, 4, 8], width: 6) == "   ▂▅█")
    #expect(Sparkline.text([.nan, .infinity, -1, 1e-300], width: 4) == "   █")
    #expect(Sparkline.text([5], width: 0) == "")
  }

  @Test func quantitiesKeepTheirColumns() {
    #expect(Quantity.count(99_999) == "99999")
    #expect(Quantity.count(100_000) == "100k")
    #expect(Quantity.count(1_239_999) == "1.23M")
    #expect(Quantity.count(.max) == "18.4E")
    #expect(Quantity.shortCount(10_400) == "10k")
    #expect(Quantity.rate(99.94) == "99.9")
    #expect(Quantity.rate(.infinity) == "0")
    #expect(Quantity.microseconds(400) == "0.4")
    #expect(Quantity.duration(12_345_678) == "12.3 ms")
    #expect(Quantity.duration(1_209_999_999) == "1.20 s")
    #expect(Quantity.clock(192_400_000_000) == "00:03:12.4")
    #expect(Quantity.logTime(3_792_318_000_000) == "1:03:12.318")
    var value: UInt64 = 1
    while value < .max / 3 {
      for near in [value - 1, value, value + 1] {
        #expect(Quantity.count(near).count <= 5 && Quantity.shortCount(near).count <= 4)
        #expect(Quantity.rate(Double(near)).count <= 5)
        #expect(Quantity.microseconds(near).count <= 5)
      }
      value *= 3
    }
  }
}

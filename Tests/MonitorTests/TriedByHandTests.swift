import Commands
import Rendezvous
import Telemetry
import Testing

@testable import Monitor

/// What annoyed when the views were used for an hour: a key without an answer, a column that ran into the
/// next, the one number that was cut off.
@Suite struct TriedByHandTests {
  private func line(_ model: MonitorModel, _ fromBelow: Int = 2) -> String {
    let rows = model.frame(glyphs: .unicode).text.split(
      separator: "\n", omittingEmptySubsequences: false)
    return String(rows[model.height - fromBelow])
  }

  // MARK: Interrupts

  @Test(arguments: [(24, "all 24 are"), (3, "3 of 24"), (0, "none of 24 is")])
  func onlyThePinsInUseIsAnswered(used: Int, words: String) {
    var model = Fixture.boardModel(vcpus: 4, width: 80, height: 24, view: .interrupts)
    var next = Fixture.snapshot(vcpus: 4, step: 41)
    next.controllers = Fixture.controllers(step: 41)
    for pin in next.controllers.pins.indices {
      next.controllers.pins[pin] = .init()
      next.controllers.pins[pin].entry = pin < used ? 0x40 : PinEntry.powerUp.rawValue
    }
    model.absorb(next)
    _ = model.handle(.character("o"))
    #expect(line(model).contains("only the pins in use: \(words)"), "\(line(model))")
    // Also where not all of them fit, the title tells that others are hidden.
    #expect(model.frame(glyphs: .unicode).text.contains(" of \(used) in use") == (used == 24))
    _ = model.handle(.character("o"))
    #expect(line(model).contains("all 24 pins are shown"))
  }

  @Test func whetherAMaskMakesAllMeetIsReadAt80Columns() {
    var model = Fixture.boardModel(vcpus: 4, width: 80, height: 24, view: .interrupts)
    _ = model.handle(.down)
    _ = model.handle(.character("m"))
    #expect(line(model).contains("no rendezvous (only mask or polarity)"), "\(line(model))")
  }

  // MARK: Log

  private func record(
    _ id: UInt64, bystanders: Int = 0, stall: UInt64 = 0, by initiator: Int? = 0
  ) -> RendezvousRecord {
    var record = Fixture.record(id, .initIPI, CPUSet([29]), by: initiator)
    record.latencyNanoseconds = 323_000
    record.slowest = 29
    record.bystanders = bystanders
    record.bystanderStallNanoseconds = stall
    return record
  }

  private func text(_ record: RendezvousRecord, width: Int) -> String {
    LogWords.spans(
      LogEntry(timeNanoseconds: 5_720_000_000, event: .rendezvous(record)), width: width
    ).map(\.text).joined()
  }

  @Test func aNumberNeverRunsIntoTheCause() {
    for id: UInt64 in [7, 133_113, 999_999, 12_345_678] {
      #expect(text(record(id), width: 80).contains("rdv #\(id) "))
    }
    let columns = [UInt64(7), 133_113, 999_999].map { text(record($0), width: 80).utf8.count }
    #expect(Set(columns).count == 1, "the columns stay where they are")
  }

  @Test(arguments: [(33, UInt64(4_887_000), "33 byst 4887 µs"), (49, 108_000_000, "49 byst 108")])
  func whatBystandersLostFitsInto80Columns(count: Int, stall: UInt64, words: String) {
    let line = text(record(116, bystanders: count, stall: stall), width: 79)
    #expect(line.contains(words) && CellWidth.columns(line) <= 79, "\(line)")
    let wide = text(record(116, bystanders: count, stall: stall), width: 120)
    #expect(wide.contains("\(count) bystanders stalled"))
  }

  @Test func theDurationIsThereIn39Columns() {
    let line = text(record(116), width: 39)
    #expect(line.contains("INIT") && line.hasSuffix("323 µs"), "\(line)")
    #expect(CellWidth.columns(line) <= 39)
  }

  @Test func theVCPUsOfARepeatedInjectionAndOfAMessage() throws {
    let filter = try #require(try LogFilter.parse("vcpu:1", vcpus: 4))
    func accepts(_ injection: Injection) -> Bool {
      var report = InjectionReport(
        id: 1, injection: injection, isFinal: true, outcome: nil, targets: [], rendezvous: [])
      report.repetition = InjectionRepetition(wanted: 200, periodNanoseconds: 1_000_000)
      return filter.accepts(LogEntry(timeNanoseconds: 0, event: .injection(report)))
    }
    #expect(accepts(.fixed(vector: 0x40, targets: CPUSet([1]))))
    #expect(accepts(.nmi(targets: .first(4))) && accepts(.initIPI(targets: CPUSet([1]))))
    #expect(accepts(.startup(vector: 8, targets: CPUSet([1]))))
    #expect(accepts(.rendezvous(targets: CPUSet([1]))))
    #expect(!accepts(.fixed(vector: 0x40, targets: CPUSet([0, 2]))))
    // Physical destination 1; the same as a logical mask; entry 4 to APIC id 1 and to bit 0.
    #expect(accepts(.message(address: 0xfee0_1000, data: 0x40)))
    #expect(!accepts(.message(address: 0xfee0_1004, data: 0x40)))
    #expect(accepts(.redirectionEntry(pin: 4, value: 0x0100_0000_0000_0034)))
    #expect(!accepts(.redirectionEntry(pin: 4, value: 0x0100_0000_0000_0834)))
    #expect(!accepts(.pin(1, .pulse)))

    func accepts(message: String) -> Bool {
      filter.accepts(LogEntry(timeNanoseconds: 0, event: .message(message)))
    }
    #expect(accepts(message: "vcpu 1: this KVM cannot emulate a LOCK"))
    #expect(!accepts(message: "vcpu 10: x") && !accepts(message: "vcpu 99999999999999999999: x"))
    #expect(!accepts(message: "vcpu x") && !accepts(message: "guest stopped"))
  }

  @Test func enterGoesToWhatARepeatedInjectionNames() {
    func opened(_ event: LogEvent) -> MonitorModel {
      var model = Fixture.boardModel(vcpus: 4, view: .log)
      var next = Fixture.snapshot(vcpus: 4, step: 41)
      next.controllers = Fixture.controllers(step: 41)
      next.events = [LogEntry(timeNanoseconds: next.timeNanoseconds, event: event)]
      model.absorb(next)
      _ = model.handle(.enter)
      return model
    }
    func repeated(_ injection: Injection) -> MonitorModel {
      var report = Fixture.report(900, injection, [])
      report.repetition = InjectionRepetition(wanted: 9, periodNanoseconds: 1_000_000)
      return opened(.injection(report))
    }
    let nmi = repeated(.nmi(targets: CPUSet([2])))
    #expect(nmi.ui.view == .vcpu && nmi.selectedVCPU == 2)
    let pin = repeated(.pin(17, .pulse))
    #expect(pin.ui.view == .interrupts && pin.selectedPin == 17)
    let nobody = repeated(.nmi(targets: CPUSet([9])))
    #expect(nobody.ui.view == .log && nobody.ui.notice == "this injection reached no vcpu")
    let message = opened(.message("vcpu 3: this KVM cannot emulate iret; repaired from here on"))
    #expect(message.ui.view == .vcpu && message.selectedVCPU == 3)
    #expect(opened(.message("guest stopped")).ui.notice == "nothing more is known of it")
  }

  // MARK: Console

  @Test func theConsoleViewsTabAndZoomLeadOut() {
    var model = Fixture.model(vcpus: 4)
    _ = model.handle(.character("6"))
    #expect(line(model).contains("e all panes"))
    _ = model.handle(.character("e"))
    #expect(model.ui.view == .overview && model.ui.zoom == nil && model.ui.focus == .console)
    _ = model.handle(.character("6"))
    _ = model.handle(.tab)
    #expect(model.ui.view == .log)
    _ = model.handle(.character("6"))
    _ = model.handle(.backTab)
    #expect(model.ui.view == .interrupts)
  }

  // MARK: The end

  @Test func anEndedGuestsViewsGoOnAnswering() {
    var model = Fixture.boardModel(vcpus: 4, width: 80, height: 24, view: .interrupts)
    var last = Fixture.snapshot(vcpus: 4, step: 41)
    last.controllers = Fixture.controllers(step: 41)
    last.isStopped = true
    last.guestEnded = "the guest ended with value 0"
    model.absorb(last)
    #expect(line(model).contains("pin 0"))
    #expect(!line(model, 1).contains("Go"))
    _ = model.handle(.character("7"))
    #expect(line(model).contains("Enter goes there"))
    _ = model.handle(.character("6"))
    #expect(line(model).contains("ended: the guest ended with value 0  / finds"))
    _ = model.handle(.character("1"))
    #expect(line(model).contains(" the guest ended with value 0"))
    #expect(!line(model).contains("guest ended: the"))
  }

  // MARK: Header

  @Test func oneRateAndNoScenarioWhereThereIsNone() {
    var model = Fixture.model(vcpus: 4, width: 120)
    func header() -> String { line(model, model.height) }
    #expect(header().contains("mixed") && header().contains("10 Hz"))
    for _ in 0..<PaintPace.patience { model.painted(nanoseconds: 90_000_000) }
    #expect(header().contains("slowed to 5 Hz") && !header().contains("10 Hz"), "\(header())")
    var next = Fixture.snapshot(vcpus: 4, step: 41)
    next.guestName = "ioapic.flat"
    model.absorb(next)
    #expect(!header().contains("mixed"))
    _ = model.handle(.character("S"))
    #expect(model.ui.overlay == .none)
    #expect(model.ui.notice == "only the demo guest has scenarios")
  }

  // MARK: Read-only

  @Test func readOnlyOffersNothingThatItRefuses() {
    var model = MonitorModel(isReadOnly: true)
    model.resize(width: 120, height: 24)
    var snapshot = Fixture.snapshot(vcpus: 4, step: 0)
    snapshot.controllers = Fixture.controllers(step: 0)
    model.absorb(snapshot)
    _ = model.handle(.character("5"))
    for word in ["Pulse", "Edit", "Inject", "Stop", "Policy"] {
      #expect(!line(model, 1).contains(word), "\(line(model, 1))")
    }
    #expect(line(model, 1).contains("Help") && line(model, 1).contains("Quit"))
    _ = model.handle(.character("e"))
    #expect(model.ui.overlay == .none && line(model).contains("read-only"))
    _ = model.handle(.character("6"))
    #expect(!line(model).contains("Enter types"))
    _ = model.handle(.character("8"))
    _ = model.handle(.up)
    #expect(!line(model).contains("Enter puts"))
  }

  // MARK: Help

  @Test func whatAViewsHelpLacksIsLookedForInAll() {
    var model = Fixture.model(vcpus: 4)
    for key in "5?/next characters".unicodeScalars { _ = model.handle(.character(key)) }
    #expect(model.frame(glyphs: .unicode).text.contains("no line here, F1 looks in all views"))
    _ = model.handle(.function(1))
    #expect(model.frame(glyphs: .unicode).text.contains("ascii, blocks, braille"))
  }
}

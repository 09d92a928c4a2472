import Commands
import Rendezvous
import Telemetry
import Testing

@testable import Monitor

@Suite struct InjectDialogTests {
  /// The dialog of `kind`, open over a guest with four vcpus of which 2 is selected.
  static func model(_ kind: InjectKind) -> MonitorModel {
    var model = Fixture.model(vcpus: 4)
    _ = model.handle(.down)
    _ = model.handle(.down)
    _ = model.handle(.character("i"))
    for _ in 0..<kind.rawValue { _ = model.handle(.right) }
    return model
  }

  /// Fills the fields in order: text is typed, a number is how often Right is pressed.
  enum Entry {
    case text(String)
    case choice(Int)
  }
  static func fill(_ model: inout MonitorModel, _ entries: [Entry]) {
    for entry in entries {
      _ = model.handle(.tab)
      switch entry {
      case .text(let text):
        _ = model.handle(.delete)
        for scalar in text.unicodeScalars { _ = model.handle(.character(scalar)) }
      case .choice(let steps): for _ in 0..<steps { _ = model.handle(.right) }
      }
    }
  }

  static func injected(_ kind: InjectKind, _ entries: [Entry]) -> [MonitorEffect] {
    var model = model(kind)
    fill(&model, entries)
    return model.handle(.enter)
  }

  @Test func everyKindIsInjected() {
    func one(_ injection: Injection) -> [MonitorEffect] { [.perform(.inject(injection))] }
    #expect(
      Self.injected(.fixed, [.text("0x31"), .text("0, 2 - 3")])
        == one(.fixed(vector: 0x31, targets: CPUSet([0, 2, 3]))))
    #expect(Self.injected(.nmi, [.text("others")]) == one(.nmi(targets: CPUSet([0, 1, 3]))))
    #expect(Self.injected(.initIPI, []) == one(.initIPI(targets: CPUSet([2]))))
    #expect(
      Self.injected(.startup, [.text("0"), .text("all")])
        == one(.startup(vector: 0, targets: .first(4))))
    #expect(
      Self.injected(.message, [.text("3"), .text("64"), .choice(1), .choice(1)])
        == one(.message(address: 0xfee0_300c, data: 0x140)))
    #expect(Self.injected(.pin, [.text("23"), .choice(2)]) == one(.pin(23, .deassert)))
    #expect(
      Self.injected(
        .redirectionEntry,
        [
          .text("9"), .text("0xfe"), .text("255"), .choice(2), .choice(1), .choice(1), .choice(1),
          .choice(1),
        ]) == one(.redirectionEntry(pin: 9, value: 0xff00_0000_0001_acfe)))
    #expect(
      Self.injected(.rendezvous, [.text("self")]) == one(.rendezvous(targets: CPUSet([2]))))
  }

  @Test func badInputIsRefusedInWords() {
    let cases: [(InjectKind, [Entry], String)] = [
      (.fixed, [.text("12")], "vector 12: FIXED takes 16-255 (0-15 are reserved)"),
      (.fixed, [.text("zz")], "vector: 'zz' is no number; give 0x10-0xff or 16-255"),
      (.fixed, [.text("256")], "vector 256: FIXED takes 16-255"),
      (.fixed, [.text("")], "vector: nothing given; give 0x10-0xff or 16-255"),
      (.fixed, [.text("0x40"), .text("7")], "vcpu 7: this guest has vcpus 0-3"),
      (.nmi, [.text("")], "targets: nothing given"),
      (.initIPI, [.text("3-1")], "'3-1' runs backwards"),
      (.startup, [.text("300")], "vector 300: SIPI takes 0-255"),
      (.message, [.text("256")], "destination 256: an APIC id here has 8 bits: 0-255"),
      (.message, [.text("0"), .text("15")], "vector 15: fixed takes 16-255"),
      (.message, [.text("0"), .text("15"), .choice(1)], "vector 15: lowest takes 16-255"),
      (.pin, [.text("24")], "pin 24: the I/O APIC has pins 0-23"),
      (.redirectionEntry, [.text("24")], "pin 24: the I/O APIC has pins 0-23"),
      (.redirectionEntry, [.text("1"), .text("3")], "vector 3: fixed takes 16-255"),
      (.redirectionEntry, [.text("1"), .text("64"), .text("x")], "destination: 'x' is no number"),
      (.rendezvous, [.text("some")], "targets: 'some' is no vcpu"),
    ]
    for (kind, entries, words) in cases {
      var model = Self.model(kind)
      Self.fill(&model, entries)
      #expect(model.handle(.enter).isEmpty, "\(words)")
      #expect(model.ui.overlay == .inject, "the dialog stays open")
      let refusal = model.ui.dialog.refusal ?? ""
      #expect(refusal.contains(words), "\(refusal)")
      let text = model.frame(glyphs: .unicode).text
      #expect(text.contains("refused: "))
      // Typing clears the refusal.
      _ = model.handle(.backspace)
      _ = model.handle(.character("1"))
      #expect(model.ui.dialog.refusal == nil)
    }
  }

  /// A masked entry may hold any vector, and NMI delivery ignores it.
  @Test func vectorsThatDoNotMatterAreNotJudged() {
    let masked = Self.injected(
      .redirectionEntry,
      [
        .text("1"), .text("0"), .text("0"), .choice(0), .choice(0), .choice(0), .choice(0),
        .choice(1),
      ])
    #expect(masked == [.perform(.inject(.redirectionEntry(pin: 1, value: 0x1_0000)))])
    let nmi = Self.injected(.message, [.text("0"), .text("0"), .choice(2)])
    #expect(nmi == [.perform(.inject(.message(address: 0xfee0_0000, data: 0x400)))])
  }

  @Test func theOutcomeIsShownAndUpdated() {
    var model = Self.model(.fixed)
    #expect(model.handle(.enter).count == 1)
    #expect(model.frame(glyphs: .unicode).text.contains("sent, no answer yet"))
    let injection = Injection.fixed(vector: 0x40, targets: CPUSet([2]))
    func answer(_ id: UInt64, _ outcome: InjectionOutcome, saw: UInt64?, isFinal: Bool) {
      var next = Fixture.snapshot(vcpus: 4, step: 50 + id)
      let target = InjectionReport.Target(vcpu: 2, outcome: outcome, guestSaw: saw)
      next.events = [
        LogEntry(
          timeNanoseconds: 1,
          event: .injection(Fixture.report(id, injection, [target], isFinal: isFinal)))
      ]
      model.absorb(next)
    }
    answer(41, .pending(.interruptsDisabled), saw: nil, isFinal: false)
    #expect(model.frame(glyphs: .unicode).text.contains("#41 FIXED 0x40 → 2: pending: IF=0"))
    answer(41, .delivered(afterNanoseconds: 41_000), saw: 1, isFinal: true)
    let text = model.frame(glyphs: .unicode).text
    #expect(text.contains("#41 FIXED 0x40 → 2: delivered after 41 µs, guest saw it"))
    // Two more before an answer: the second answer is the second one's.
    _ = model.handle(.enter)
    _ = model.handle(.enter)
    answer(42, .coalesced, saw: nil, isFinal: true)
    #expect(model.frame(glyphs: .unicode).text.contains("sent, no answer yet"))
    answer(43, .pending(.processorPriority), saw: nil, isFinal: false)
    #expect(model.frame(glyphs: .unicode).text.contains("#43 FIXED 0x40 → 2: pending: PPR"))
  }

  @Test func eachKindSaysWhetherItCausesARendezvousAndRemembersItsValues() {
    var model = Self.model(.fixed)
    Self.fill(&model, [.text("0x99")])
    _ = model.handle(.backTab)
    for kind in InjectKind.allCases {
      #expect(model.ui.dialog.kind == kind)
      #expect(model.frame(glyphs: .unicode).text.contains(kind.consequence))
      _ = model.handle(.right)
    }
    #expect(model.ui.dialog.form.fields[0].text == "0x99")
    _ = model.handle(.escape)
    _ = model.handle(.function(7))
    #expect(model.ui.dialog.form.fields[0].text == "0x99")
  }

  @Test func textFieldsAreBoundedAndLettersAreNoCommands() {
    var model = Self.model(.nmi)
    _ = model.handle(.tab)
    #expect(model.handle(.character("q")) == [.watch(vcpu: nil)], "nobody is meant any more")
    for _ in 0..<200 { #expect(model.handle(.character("q")).isEmpty) }
    #expect(model.ui.dialog.form.fields[0].text.unicodeScalars.count <= FormField.textLimit + 4)
    #expect(model.handle(.function(10)) == [.quit])
  }

  @Test func outcomesInWords() {
    let nmi = Injection.nmi(targets: .first(4))
    func line(_ targets: [InjectionReport.Target]) -> String {
      OutcomeWords.line(Fixture.report(1, nmi, targets))
    }
    func target(
      _ vcpu: Int, _ outcome: InjectionOutcome, _ saw: UInt64? = nil
    ) -> InjectionReport.Target {
      InjectionReport.Target(vcpu: vcpu, outcome: outcome, guestSaw: saw)
    }
    #expect(line([target(2, .coalesced)]) == "coalesced: already pending in IRR")
    #expect(
      line([target(2, .ignored(.notWaitingForSIPI))]) == "ignored: vcpu 2 does not wait for SIPI")
    #expect(
      line([
        target(0, .delivered(afterNanoseconds: 5_000), 1), target(1, .pending(.processorPriority)),
        target(2, .delivered(afterNanoseconds: 41_000), 0),
      ])
        == "vcpus 0,2 delivered after up to 41 µs, guest saw 1 of 2; vcpu 1 pending: PPR blocks it")
    let pin = Fixture.report(1, .pin(4, .pulse), [], outcome: .ignored(.pinMasked))
    #expect(OutcomeWords.line(pin) == "ignored: pin masked")
    let reset = Fixture.report(
      1, .initIPI(targets: CPUSet([1])), [target(1, .done(afterNanoseconds: 35_000))],
      rendezvous: [Fixture.record(12, .initIPI, CPUSet([1]), by: nil)])
    #expect(OutcomeWords.line(reset) == "done after 35 µs; rendezvous #12 41 µs")
    for reason in PendingReason.allCases { #expect(!reason.words.isEmpty) }
    for reason in IgnoredReason.allCases { #expect(!reason.words(vcpu: nil).isEmpty) }
  }
}

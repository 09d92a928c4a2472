import Testing

@testable import Monitor

@Suite struct CopyTests {
  /// What `y` copies in `model`; nil where it copies nothing.
  static func copy(_ model: MonitorModel) -> String? {
    var model = model
    let effects = model.handle(.character("y"))
    guard case .copy(let text)? = effects.first else {
      #expect(effects.isEmpty)
      #expect(model.ui.notice == "nothing is selected that could be copied")
      return nil
    }
    #expect(effects.count == 1)
    // What it was is said, and that it may have failed.
    #expect(model.ui.notice?.hasPrefix("copied ") == true)
    #expect(model.ui.notice?.contains("if the terminal allows it") == true)
    return text
  }

  static func shown(_ view: MonitorView, _ model: MonitorModel) -> MonitorModel {
    var model = model
    _ = model.handle(.character(view.key))
    return model
  }

  @Test func theSelectedVCPU() {
    var model = Fixture.model(vcpus: 4)
    _ = model.handle(.down)
    let text = Self.copy(model)
    #expect(text?.hasPrefix("vcpu 1 ") == true)
    #expect(text?.contains("rip 0x100040") == true)
    #expect(text?.contains("\n") == false)
    #expect(Self.copy(MonitorModel()) == nil)
  }

  @Test func theSelectedCounter() {
    var model = Fixture.model(vcpus: 4)
    for key in [Key.tab, .down] { _ = model.handle(key) }
    #expect(Self.copy(model) == "rendezvous caused by INIT: 41239, 10.0/s")
  }

  @Test func theScreenOfTheConsole() {
    let model = Self.shown(.console, Fixture.model(vcpus: 4))
    let lines = Self.copy(model)?.split(separator: "\n") ?? []
    #expect(lines.count == 24)
    #expect(lines.last == "[demo] _")
    #expect(lines.first?.hasPrefix("[demo] round 188") == true)
    // The overview's pane is the same console.
    var overview = Fixture.model(vcpus: 4)
    for _ in 0..<2 { _ = overview.handle(.tab) }
    #expect(Self.copy(overview) == Self.copy(model))
    // Scrolled: what is shown.
    var scrolled = model
    _ = scrolled.handle(.home)
    #expect(Self.copy(scrolled)?.hasPrefix("[demo] round 18800 ok") == true)
  }

  @Test func theSelectedEntryOfTheLog() {
    var model = Self.shown(.log, Fixture.model(vcpus: 4))
    for _ in 0..<2 { _ = model.handle(.up) }
    let text = Self.copy(model)
    #expect(text?.contains("rdv #18878") == true)
    #expect(text?.contains("INIT") == true)
  }

  @Test func theSelectedRendezvousAndLane() {
    var model = Self.shown(.timeline, Fixture.timeline(vcpus: 8))
    _ = model.handle(.up)
    let numbers = model.shown.rendezvous.numbers
    let number = model.ui.timeline.number(of: numbers) ?? -1
    let id = model.shown.rendezvous.entry(number)?.record.id ?? 0
    #expect(Self.copy(model)?.contains("#\(id) ") == true)
    _ = model.handle(.character("l"))
    #expect(Self.copy(model)?.hasPrefix("vcpu") == true)
    #expect(Self.copy(model)?.contains(" came after ") == true)
    #expect(Self.copy(Self.shown(.timeline, MonitorModel())) == nil)
  }

  @Test func theCellThePinThePolicyAndTheWholeVCPU() {
    var ipi = Self.shown(.ipi, Fixture.ipiModel(vcpus: 8))
    for key in [Key.home, .down, .right] { _ = ipi.handle(key) }
    #expect(Self.copy(ipi)?.contains("1 → 1") == true)
    #expect(Self.copy(Self.shown(.ipi, MonitorModel())) == nil)

    let pin = Self.copy(Fixture.boardModel(vcpus: 4, view: .interrupts))
    #expect(pin?.hasPrefix("pin 0, output of the 8259 pair: entry 0x") == true)

    let policy = Self.copy(Self.shown(.policies, Fixture.model(vcpus: 4)))
    #expect(policy?.hasPrefix("landed: check ") == true)
    #expect(policy?.contains("117 rendezvous") == true)

    let vcpu = Self.copy(Fixture.vcpuView(vcpus: 8, selected: 5))
    #expect(vcpu?.hasPrefix("vcpu 5 ") == true)
    for word in ["rax", "TPR", "IRR", "Exits"] { #expect(vcpu?.contains(word) == true, "\(word)") }
  }

  // MARK: The filter

  @Test func onlyLinesOfCharactersComeOut() {
    #expect(
      ClipboardText.filtered("a\u{1b}]52;c;eA==\u{7}b\u{9}c\r\nd\u{202e}\u{9b}")
        == "a]52;c;eA==b c\nd")
    #expect(ClipboardText.filtered("\n\n one  \n\ntwo \n\n") == " one\n\ntwo")
    #expect(ClipboardText.filtered("\u{0}\n \n").isEmpty)
    #expect(ClipboardText.filtered("漢字 é µ") == "漢字 é µ")
  }

  @Test func aHundredThousandBytesAtMost() {
    let long = String(repeating: "µ", count: 80_000)
    #expect(ClipboardText.filtered(long).utf8.count == 100_000)
    #expect(ClipboardText.filtered("x" + long).utf8.count == 99_999)
  }

  @Test(arguments: MonitorView.allCases) func hostileValues(view: MonitorView) {
    guard let text = Self.copy(Self.shown(view, RobustnessTests.hostile())) else { return }
    #expect(
      text.unicodeScalars.allSatisfy { $0 == "\n" || CellWidth.of($0) > 0 })
  }
}

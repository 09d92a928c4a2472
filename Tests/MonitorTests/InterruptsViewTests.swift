import Commands
import Rendezvous
import Telemetry
import Testing

@testable import Monitor

/// Redirection entries: 82093AA data sheet, 3.2.4 ("IOREDTBL"); the 8259: 8259A data sheet.
@Suite struct InterruptsViewTests {
  static func model(
    vcpus: Int = 4, width: Int = 120, height: Int = 40, pin: Int = 0
  ) -> MonitorModel {
    var model = Fixture.boardModel(vcpus: vcpus, width: width, height: height, view: .interrupts)
    for _ in 0..<pin { _ = model.handle(.down) }
    #expect(model.selectedPin == pin)
    return model
  }

  // MARK: Words

  /// 3.2.4: each field at its bits.
  @Test func fieldsOfAnEntry() {
    let entry = PinEntry(rawValue: 0xb500_0000_0001_f9a5)
    #expect(entry.vector == 0xa5 && entry.deliveryMode == 1 && entry.modeWord == "lowest")
    #expect(entry.isLogical && entry.isSendPending && entry.isActiveLow && entry.hasRemoteIRR)
    #expect(entry.isLevel && entry.isMasked && entry.destination == 0xb5)
    let none = PinEntry(rawValue: 0x00ff_ffff_fffe_0000)
    #expect(!none.isLogical && !none.isSendPending && !none.isActiveLow && !none.hasRemoteIRR)
    #expect(!none.isLevel && !none.isMasked && none.destination == 0 && none.vector == 0)
  }

  @Test(arguments: [
    (0, "fixed"), (1, "lowest"), (2, "SMI"), (3, "res. 3"), (4, "NMI"), (5, "INIT"),
    (6, "res. 6"), (7, "ExtINT"),
  ])
  func deliveryModes(bits: UInt64, word: String) {
    let entry = PinEntry(rawValue: bits << 8 | 0x40)
    #expect(entry.modeWord == word)
    #expect(entry.message == (bits < 2 ? "\(word) 0x40" : word))
  }

  @Test(arguments: [
    (UInt64(0), 4, "vcpu 0"), (3, 4, "vcpu 3"), (4, 4, "id 4: none"), (254, 8, "id 254: none"),
    (255, 64, "vcpus 0-63"), (255, 1_024, "vcpus 0-1023"), (255, 1, "every vcpu"),
    (255, 0, "every vcpu"),
  ])
  func physicalDestinations(id: UInt64, vcpus: Int, words: String) {
    #expect(PinEntry(rawValue: id << 56).receivers(vcpus: vcpus) == words)
  }

  @Test(arguments: [
    (UInt64(0x0f), "bits 0-3"), (0, "no bits set"), (0xff, "bits 0-7"), (0x81, "bits 0,7"),
    (0xb5, "bits 0xb5"),
  ])
  func logicalDestinations(mask: UInt64, words: String) {
    #expect(PinEntry(rawValue: mask << 56 | 1 << 11).receivers(vcpus: 4) == words)
  }

  @Test func theBoardsWires() {
    #expect(BoardWiring.word(2) == "8254 timer" && BoardWiring.words(2).hasSuffix("ISA IRQ 0"))
    #expect(BoardWiring.word(4) == "COM1" && BoardWiring.word(9) == "ACPI SCI")
    #expect(BoardWiring.word(0) == "8259 pair" && BoardWiring.word(16).isEmpty)
    for pin in -1...30 { #expect(CellWidth.columns(BoardWiring.word(pin)) <= 10) }
  }

  @Test func thePairsRegistersAsDigits() {
    #expect(PairView.bits(0b1000_0001, from: 0) == "0······7")
    #expect(PairView.bits(0b0000_0110, from: 8) == "·9a·····")
  }

  // MARK: Keys

  @Test(arguments: [Key.enter, .character("u")])
  func pulse(key: Key) {
    var model = Self.model(pin: 2)
    #expect(model.handle(key) == [.perform(.inject(.pin(2, .pulse)))])
    #expect(
      model.ui.notice == "pulses pin 2: edge, fixed 0x30 to vcpu 0; no rendezvous")
    model = Self.model(pin: 3)
    #expect(model.handle(key) == [.perform(.inject(.pin(3, .pulse)))])
    #expect(model.ui.notice == "pulses pin 3: masked, nothing is delivered; no rendezvous")
  }

  @Test func theLineIsToggled() {
    var model = Self.model(pin: 1)
    #expect(model.handle(.character("a")) == [.perform(.inject(.pin(1, .assert)))])
    model = Self.model(pin: 9)
    #expect(model.handle(.character("a")) == [.perform(.inject(.pin(9, .deassert)))])
    #expect(model.ui.notice == "deasserts pin 9: delivers nothing; no rendezvous")
  }

  /// The mask alone changes, remote IRR or not: nobody meets.
  @Test(arguments: [(2, UInt64(0x1_0030)), (8, 0x38), (9, 0x1_c039)])
  func mask(pin: Int, value: UInt64) {
    var model = Self.model(pin: pin)
    let effects = model.handle(.character("m"))
    #expect(effects == [.perform(.inject(.redirectionEntry(pin: pin, value: value)))])
    #expect(model.ui.notice?.contains("no rendezvous (only mask or polarity)") == true)
  }

  /// While the picture is frozen, what is rewritten is the entry as it is now.
  @Test func aFrozenPictureDoesNotRewriteThePast() {
    var model = Self.model(pin: 4)
    _ = model.handle(.character(" "))
    var next = Fixture.snapshot(vcpus: 4, step: 41)
    next.controllers = Fixture.controllers(step: 41)
    next.controllers.pins[4].entry = 0x77
    model.absorb(next)
    #expect(
      model.handle(.character("m"))
        == [.perform(.inject(.redirectionEntry(pin: 4, value: 0x1_0077)))])
  }

  @Test func editOpensTheDialogWithTheEntry() {
    var model = Self.model(pin: 10)
    #expect(model.handle(.character("e")).isEmpty)
    #expect(model.ui.context == .inject && model.ui.notice == nil)
    // Unchanged it says so; with another vector everybody meets.
    #expect(model.frame(glyphs: .unicode).text.contains("nothing changes"))
    _ = model.handle(.delete)
    for scalar in "0x5b".unicodeScalars { _ = model.handle(.character(scalar)) }
    // The sentence goes on in the next line of the box, between what lies behind it.
    let text = model.frame(glyphs: .unicode).text
    #expect(text.contains("masked, level,"))
    #expect(text.contains("lowest 0x5b to bits 0xb5"))
    #expect(text.contains("makes all vcpus meet"))
    #expect(
      model.handle(.enter)
        == [
          .perform(.inject(.redirectionEntry(pin: 10, value: 0xb500_0000_0001_a95b)))
        ])
  }

  @Test func editSaysWhatTheDialogDoesNotHave() {
    var model = Self.model()
    _ = model.handle(.character("e"))
    #expect(model.ui.notice == "ExtINT is none of the dialog's modes: it starts with fixed")
  }

  @Test func whatARewriteCauses() {
    func words(_ old: UInt64, _ new: UInt64, _ policy: RendezvousPolicy = .landed) -> String {
      PinPlan(4, rewriting: PinEntry(rawValue: old), as: new, policy, vcpus: 8).words
    }
    #expect(
      words(0x1_0000, 0x34)
        == "rewrites pin 4's entry, makes all vcpus meet: edge, fixed 0x34 to vcpu 0")
    #expect(words(0x34, 0x34 | 1 << 14).contains(", nothing changes: "))
    #expect(words(0x34, 0x1_2034).contains(", no rendezvous (only mask or polarity): masked"))
    var filtered = RendezvousPolicy.landed
    filtered.triggerModeFilter = .levelOnly
    #expect(words(0x34, 0x35, filtered).contains("no rendezvous (edge before and after)"))
    #expect(words(0x34, 0x8034, filtered).contains("makes all vcpus meet"))
  }

  @Test func selectionMoves() {
    var model = Self.model(width: 80, height: 24)
    let rows = model.interruptsLayout.rows.height
    #expect(rows > 0 && rows < 24)
    for (key, pin) in [
      (Key.down, 1), (.character("j"), 2), (.up, 1), (.character("k"), 0), (.pageDown, rows),
      (.pageUp, 0), (.end, 23), (.home, 0), (.character("G"), 23), (.down, 23),
      (.character("g"), 0), (.up, 0),
    ] {
      #expect(model.handle(key).isEmpty)
      #expect(model.selectedPin == pin, "\(key)")
      // The selected one is always to be seen.
      #expect(model.frame(glyphs: .unicode).text.contains("\n>"))
    }
  }

  @Test func onlyThoseInUse() {
    var model = Self.model(pin: 3)
    _ = model.handle(.character("o"))
    #expect(model.ui.interrupts.pins(model.shown) == [0, 1, 2, 4, 8, 9, 10, 16, 17, 18])
    #expect(model.selectedPin == 2)
    _ = model.handle(.down)
    #expect(model.selectedPin == 4)
    _ = model.handle(.character("o"))
    #expect(model.ui.interrupts.pins(model.shown).count == 24 && model.selectedPin == 4)
  }

  @Test func nothingIsInjectedWhereThereIsNothing() {
    var next = Fixture.snapshot(vcpus: 2, step: 0)
    next.controllers.pins = []
    var model = MonitorModel()
    model.absorb(next)
    _ = model.handle(.character("5"))
    for key in "uame".unicodeScalars {
      #expect(model.handle(.character(key)).isEmpty)
      #expect(model.ui.notice == "no pin is selected" && model.ui.context == .interrupts)
    }
    next = Fixture.snapshot(vcpus: 2, step: 1)
    next.guestEnded = "powered off"
    model.absorb(next)
    for key in "uame".unicodeScalars {
      #expect(model.handle(.character(key)).isEmpty)
      #expect(model.ui.notice == "the guest has ended" && model.ui.context == .interrupts)
    }
  }

  @Test func mouse() {
    var model = Self.model(width: 80, height: 24)
    let rows = model.interruptsLayout.rows
    _ = model.handle(MouseEvent(x: 9, y: rows.y + 4, kind: .press))
    #expect(model.selectedPin == 4)
    _ = model.handle(MouseEvent(x: 9, y: rows.y, kind: .wheelDown))
    #expect(model.selectedPin == 7)
    _ = model.handle(MouseEvent(x: 9, y: rows.y, kind: .wheelUp))
    #expect(model.selectedPin == 4)
    // A click never scrolls: the row under the mouse stays.
    for _ in 0..<19 { _ = model.handle(.down) }
    let before = model.frame(glyphs: .unicode).text.split(separator: "\n")[rows.y + 2]
    _ = model.handle(MouseEvent(x: 9, y: rows.y + 2, kind: .press))
    let after = model.frame(glyphs: .unicode).text.split(separator: "\n")[rows.y + 2]
    #expect(after.dropFirst() == before.dropFirst() && after.first == ">")
  }

  // MARK: Time

  @Test func ratesAndRewritesOfPins() {
    var history = PinHistory()
    for step in 0..<30 as Range<UInt64> {
      var snapshot = Snapshot()
      snapshot.timeNanoseconds = step * 100_000_000
      snapshot.controllers.pins[2].delivered = step * 2
      if step >= 10 { snapshot.controllers.pins[4].entry = 0x34 }
      // Remote IRR alone is no rewrite.
      if step % 2 == 0 { snapshot.controllers.pins[9].entry |= 1 << 14 }
      history.absorb(snapshot)
      #expect(history.isFresh(4) == (10..<20).contains(step), "step \(step)")
    }
    #expect(history.rate(2).rounded() == 20 && history.rate(4) == 0)
    #expect(history.history(2, 5).map { $0.rounded() } == [20, 20, 20, 20, 20])
    #expect(history.age(ofEntry: 4) == 1_900_000_000 && history.age(ofEntry: 9) == nil)
    #expect(history.rate(-1) == 0 && history.rate(240) == 0 && history.age(ofEntry: -1) == nil)
  }

  @Test func ages() {
    #expect(PinTable.age(340_000_000) == "0.3 s" && PinTable.age(12_000_000_000) == "12 s")
    #expect(PinTable.age(300_000_000_000) == "5 min" && PinTable.age(7_200_000_000_000) == "2 h")
    #expect(CellWidth.columns(PinTable.age(.max)) <= 8)
  }

  // MARK: Pictures

  @Test(arguments: GlyphSet.goldens)
  func goldens(glyphs: GlyphSet) throws {
    for (width, height) in [(40, 10)] + GoldenTests.sizes {
      let name = "\(width)x\(height)-\(glyphs.goldenName)"
      var model = Self.model(width: width, height: height, pin: 4)
      try GoldenTests.check(model.frame(glyphs: glyphs), "interrupts-4-\(name)")
      _ = model.handle(.character("o"))
      try GoldenTests.check(model.frame(glyphs: glyphs), "interrupts-used-\(name)")
    }
  }

  /// Vcpus are only in who receives what.
  @Test(arguments: [1, 8, 64, 256, 1_024])
  func goldensOfSizes(vcpus: Int) throws {
    for (width, height) in [(80, 24), (200, 60)] {
      let model = Self.model(vcpus: vcpus, width: width, height: height, pin: 17)
      try GoldenTests.check(
        model.frame(glyphs: .unicode), "interrupts-\(vcpus)-\(width)x\(height)")
    }
  }

  @Test func goldenOfTheDialog() throws {
    var model = Self.model(width: 80, height: 24, pin: 4)
    _ = model.handle(.character("e"))
    try GoldenTests.check(model.frame(glyphs: .unicode), "interrupts-edit-80x24")
    _ = model.handle(.escape)
    _ = model.handle(.function(1))
    try GoldenTests.check(model.frame(glyphs: .unicode), "interrupts-help-80x24")
  }
}

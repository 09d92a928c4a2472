import Commands
import Rendezvous
import Telemetry
import Testing

@testable import Monitor

@Suite struct VCPUViewTests {
  static func text(_ model: MonitorModel) -> String { model.frame(glyphs: .unicode).text }

  /// How far the events are scrolled.
  static func position(_ model: MonitorModel, _ state: VCPUViewState) -> Int {
    VCPUEventLines.position(model.selectedVCPU, model.shown.log, before: state.eventAnchor)
  }

  // MARK: Pictures

  static let pictures = [
    (80, 24, 8), (120, 40, 8), (200, 60, 8), (40, 10, 8), (80, 24, 1), (80, 24, 64),
    (80, 24, 256), (80, 24, 1_024),
  ]

  @Test(arguments: pictures, GlyphSet.goldens)
  func goldens(picture: (width: Int, height: Int, vcpus: Int), glyphs: GlyphSet) throws {
    let model = Fixture.vcpuView(
      vcpus: picture.vcpus, selected: picture.vcpus * 5 / 8, width: picture.width,
      height: picture.height)
    try GoldenTests.check(
      model.frame(glyphs: glyphs),
      "vcpu-\(picture.width)x\(picture.height)-\(picture.vcpus)-\(glyphs.goldenName)")
  }

  @Test func otherPictures() throws {
    var model = Fixture.vcpuView(vcpus: 8, selected: 5)
    for key in [Key.character("d"), .character("m")] {
      _ = model.handle(key)
      let name = key == .character("d") ? "marks" : "more"
      try GoldenTests.check(model.frame(glyphs: .unicode), "vcpu-\(name)-80x24")
    }
    model = Fixture.vcpuView(vcpus: 8, selected: 5, hasDetail: false)
    try GoldenTests.check(model.frame(glyphs: .unicode), "vcpu-waiting-80x24")
    model = Fixture.vcpuView(vcpus: 8, selected: 5)
    _ = model.handle(.function(7))
    try GoldenTests.check(model.frame(glyphs: .unicode), "vcpu-inject-80x24")
  }

  // MARK: Keys

  /// Every key of the view does what its help says.
  @Test func keysChooseTheVCPU() {
    for (keys, wanted) in [
      ([Key.character("h"), .left], 4), ([.character("l"), .right], 6), ([.home], 0), ([.end], 7),
    ] {
      for key in keys {
        var model = Fixture.vcpuView(vcpus: 8, selected: 5)
        let effects = model.handle(key)
        #expect(model.ui.vcpu == wanted, "\(key)")
        #expect(effects == [.watch(vcpu: wanted)], "\(key)")
        // The look is of another vcpu still.
        #expect(Self.text(model).contains("waiting for vcpu \(wanted) to leave the guest"))
      }
    }
  }

  @Test func theFirstAndTheLastVCPUStay() {
    var model = Fixture.vcpuView(vcpus: 8, selected: 0)
    #expect(model.handle(.left).isEmpty && model.ui.vcpu == 0)
    model = Fixture.vcpuView(vcpus: 8, selected: 7)
    #expect(model.handle(.right).isEmpty && model.ui.vcpu == 7)
  }

  @Test func dMarksWhatChanged() {
    var model = Fixture.vcpuView(vcpus: 8, selected: 5)
    // Only rax differs from step to step.
    #expect(!Self.text(model).contains("*rax"))
    _ = model.handle(.character("d"))
    #expect(Self.text(model).contains("*rax"))
    #expect(!Self.text(model).contains("*rbx"))
    _ = model.handle(.character("d"))
    #expect(!Self.text(model).contains("*rax"))
  }

  /// A vcpu that writes nothing keeps the marks of its last move.
  @Test func marksStayWhileTheVCPUSleeps() {
    var model = Fixture.vcpuView(vcpus: 8, selected: 5)
    _ = model.handle(.character("d"))
    var next = Fixture.snapshot(vcpus: 8, step: 70)
    next.detail = Fixture.detail(5, step: 61)
    model.absorb(next)
    #expect(Self.text(model).contains("*rax"))
  }

  @Test func mShowsMoreWhereThereIsNoRoom() {
    var model = Fixture.vcpuView(vcpus: 8, selected: 5)
    #expect(!Self.text(model).contains("LINT0"))
    _ = model.handle(.character("m"))
    let text = Self.text(model)
    for word in ["LINT0", "ICR", "FIXED 0xfd → APIC id 2", "periodic", "count 412345 of 1000000"] {
      #expect(text.contains(word), "\(word)")
    }
    _ = model.handle(.character("m"))
    #expect(!Self.text(model).contains("LINT0"))
    model.resize(width: 120, height: 40)
    _ = model.handle(.character("m"))
    #expect(Self.text(model).contains("everything is on the screen already"))
    #expect(Self.text(model).contains("LINT0"))
  }

  @Test(arguments: [Key.up, .character("k"), .down, .character("j"), .pageUp, .pageDown])
  func keysScroll(key: Key) {
    let isDown = [Key.down, .character("j"), .pageDown].contains(key)
    for (width, height) in [(40, 10), (120, 40)] {
      var model = Fixture.vcpuView(vcpus: 8, selected: 5, width: width, height: height)
      for _ in 0..<9 { _ = model.handle(.down) }
      let before = model.ui.vcpuView
      _ = model.handle(key)
      let after = model.ui.vcpuView
      let (from, to) =
        width == 40
        ? (before.pageTop, after.pageTop)
        : (Self.position(model, before), Self.position(model, after))
      #expect(from == 9)
      #expect(isDown ? to > from : to < from)
    }
  }

  /// What the operator scrolled to stays while news come; at the newest it follows again.
  @Test func scrolledEventsStay() {
    var model = Fixture.vcpuView(vcpus: 8, selected: 5, width: 120, height: 40)
    _ = model.handle(.down)
    let oldest = "#18921 "
    let isAbove = Self.text(model).split(separator: "\n").first { $0.contains("rdv #") }
    #expect(isAbove?.contains(oldest) == true)
    var next = Fixture.snapshot(vcpus: 8, step: 70)
    next.events = Fixture.events(70, vcpus: 8)
    model.absorb(next)
    #expect(
      Self.text(model).split(separator: "\n").first { $0.contains("rdv #") }?.contains(oldest)
        == true)
    _ = model.handle(.pageUp)
    #expect(model.ui.vcpuView.eventAnchor == nil && Self.text(model).contains("#18941 "))
  }

  /// Scrolling ends where everything was seen.
  @Test func thePageEndsWithItsLastLine() {
    var model = Fixture.vcpuView(vcpus: 8, selected: 5, width: 40, height: 10)
    for _ in 0..<50 { _ = model.handle(.pageDown) }
    #expect(Self.text(model).contains("IOPL 0"))
    for _ in 0..<50 { _ = model.handle(.pageUp) }
    #expect(Self.text(model).contains("0x4f waits"))
  }

  @Test func enterExplainsTheNewestOfTheEvents() {
    var model = Fixture.vcpuView(vcpus: 8, selected: 5)
    #expect(model.handle(.enter).isEmpty)
    #expect(model.ui.view == .vcpu && model.ui.context == .page)
  }

  @Test(arguments: [Key.function(7), .character("i")])
  func injectsHere(key: Key) {
    var model = Fixture.vcpuView(vcpus: 8, selected: 5)
    _ = model.handle(key)
    #expect(model.ui.overlay == .inject)
    #expect(
      model.handle(.enter) == [.perform(.inject(.fixed(vector: 0x40, targets: CPUSet([5]))))])
    // Elsewhere it is the dialog that it was.
    for key in [Key.escape, .escape, .character("i")] { _ = model.handle(key) }
    #expect(model.ui.dialog.form.fields.last?.text == "self")
  }

  @Test func theMouse() {
    var model = Fixture.vcpuView(vcpus: 8, selected: 5, width: 120, height: 40)
    let body = model.layout.body
    let lines = Self.text(model).split(separator: "\n", omittingEmptySubsequences: false)
    let arrow = lines[body.y].unicodeScalars.firstIndex(of: "→").map {
      lines[body.y].unicodeScalars.distance(
        from: lines[body.y].unicodeScalars.startIndex, to: $0)
    }
    _ = model.handle(MouseEvent(x: arrow ?? 0, y: body.y, kind: .press))
    #expect(model.ui.vcpu == 6)
    _ = model.handle(MouseEvent(x: 1, y: body.y, kind: .press))
    #expect(model.ui.vcpu == 5)
    _ = model.handle(MouseEvent(x: 30, y: body.y + 9, kind: .wheelDown))
    #expect(Self.position(model, model.ui.vcpuView) == 3)
    let event = lines.lastIndex { $0.contains("rdv #") } ?? 0
    _ = model.handle(MouseEvent(x: 30, y: event, kind: .press))
    #expect(model.ui.context == .page)
  }

  // MARK: What is shown

  /// The view works on the frozen picture; nobody looked at another vcpu then.
  @Test func aFrozenPictureStays() {
    var model = Fixture.vcpuView(vcpus: 8, selected: 5)
    _ = model.handle(.character(" "))
    let before = Self.text(model)
    var next = Fixture.snapshot(vcpus: 8, step: 70)
    next.detail = Fixture.detail(5, step: 70)
    next.detail?.localAPIC.interruptRequest = []
    model.absorb(next)
    #expect(Self.text(model) == before)
    _ = model.handle(.right)
    #expect(Self.text(model).contains("frozen: nobody looked at vcpu 6 then"))
    for key in [Key.left, .character(" ")] { _ = model.handle(key) }
    #expect(Self.text(model).contains("Nothing pends in IRR"))
  }

  /// Rates are over the last second or two; where the clock goes back they begin anew.
  @Test func ratesAreOfTheLastSecondOrTwo() {
    var recent = VCPURecent()
    var last = Snapshot()
    for step in 0..<50 as Range<UInt64> {
      last = Fixture.snapshot(vcpus: 2, step: step)
      recent.absorb(last)
      let elapsed = recent.change(of: 1, until: last)?.elapsedNanoseconds
      let wanted = step == 0 ? nil : (step < 10 ? step : 10 + step % 10) * 100_000_000
      #expect(elapsed == wanted, "step \(step)")
    }
    #expect(recent.change(of: 1, until: last)?.rate { $0.exits[.mmio] } == 200)
    #expect(recent.change(of: 2, until: last) == nil)
    last.timeNanoseconds = 5
    recent.absorb(last)
    #expect(recent.change(of: 1, until: last) == nil)
  }

  @Test func itSaysHowOldTheLookIs() {
    let model = Fixture.vcpuView(vcpus: 8, selected: 5)
    #expect(Self.text(model).contains("as of its last exit, 31.0 ms ago (cr0-efer 91.0 ms)"))
  }

  @Test func aSnapshotWithoutALookKeepsTheLast() {
    var model = Fixture.vcpuView(vcpus: 8, selected: 5)
    model.absorb(Fixture.snapshot(vcpus: 8, step: 70))
    #expect(Self.text(model).contains("0x4f waits"))
    #expect(Self.text(model).contains("931.0 ms ago"))
  }

  @Test func eventsAreThoseOfTheVCPU() {
    var model = Fixture.vcpuView(vcpus: 8, selected: 5, width: 120, height: 40)
    // INIT goes from vcpu 0 to the last one: vcpu 5 has no part in it.
    #expect(!Self.text(model).contains("INIT "))
    #expect(Self.text(model).contains("RTE  member"))
    model = Fixture.vcpuView(vcpus: 8, selected: 7, width: 120, height: 40)
    #expect(Self.text(model).contains("INIT slowest"))
    model = Fixture.vcpuView(vcpus: 8, selected: 0, width: 200, height: 60)
    #expect(Self.text(model).contains("INIT initiator"))
    #expect(Self.text(model).contains("RTE  initiator, member"))
    #expect(Self.text(model).contains("FIXED 0x31 → 0  pending: IF=0"))
  }

  @Test func exitsHaveRateShareAndTime() {
    let model = Fixture.vcpuView(vcpus: 8, selected: 5, width: 120, height: 40)
    guard let looks = VCPULooks(model) else { return #expect(Bool(false), "no vcpu") }
    let line = VCPUActivityLines.exits(looks, width: 77)[1].map(\.text).joined()
    // mmio: 700 and 20 a step of 100 ms, of all exits 1 %; 31 ms and 150 us a step in our code.
    let words = line.split(separator: " ").map(String.init)
    #expect(words[0] == "mmio" && words.contains("1920") && words.contains("200"))
    #expect(words.contains("20") && words.contains("40.1"), "\(line)")
  }
}

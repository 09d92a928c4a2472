import Rendezvous
import Telemetry
import Testing

@testable import Monitor

/// The `:` prompt as it is typed into: completing, choosing, remembering, and what is refused.
@Suite struct PaletteTests {
  static func type(_ text: String, _ model: inout MonitorModel) {
    for scalar in text.unicodeScalars { _ = model.handle(.character(scalar)) }
  }

  /// A monitor with `text` in its palette.
  static func typed(_ text: String, vcpus: Int = 4) -> MonitorModel {
    var model = Fixture.model(vcpus: vcpus)
    model.themeNames = ["tryst", "terminal", "mono", "tokyo"]
    type(":" + text, &model)
    return model
  }

  static func words(_ model: MonitorModel) -> [String] { model.paletteCompletions.map(\.word) }

  @Test func theKeyOpensAndEscapeCloses() {
    for view in MonitorView.allCases {
      var model = Fixture.model(vcpus: 4)
      _ = model.handle(.character(view.key))
      let before = model.frame(glyphs: .ascii)
      Self.type(":", &model)
      #expect(model.ui.context == .palette && model.ui.palette.line == "")
      #expect(model.handle(.escape).isEmpty && model.ui.context == view.context)
      #expect(model.frame(glyphs: .ascii) == before)
    }
  }

  // MARK: Completing

  /// What begins with it, then what has it in it, then what has its letters.
  @Test func theBestComesFirst() {
    #expect(PaletteMatch("FR", in: "freeze") == .start)
    #expect(PaletteMatch("eez", in: "freeze") == .part)
    #expect(PaletteMatch("fz", in: "freeze") == .letters)
    #expect(PaletteMatch("zf", in: "freeze") == nil && PaletteMatch("freezer", in: "freeze") == nil)
    #expect(PaletteMatch("", in: "") == .start)
    let words = Self.words(Self.typed("the"))
    #expect(words.prefix(2) == ["theme NAME", "next-theme"])
    let letters = Self.words(Self.typed("stl"))
    #expect(letters == ["show-timeline"])
    #expect(Self.words(Self.typed("qqq")).isEmpty)
  }

  @Test func tabFillsInWhatIsCommonThenGoesThroughTheList() {
    var model = Self.typed("sho")
    _ = model.handle(.tab)
    #expect(model.ui.palette.line == "show-")
    let lines = model.paletteCompletions.map(\.line)
    #expect(lines.count >= 8 && lines.prefix(2) == ["show-overview", "show-timeline"])
    // Those that only have the letters are in the list, but do not count for the common part.
    _ = model.handle(.tab)
    #expect(model.ui.palette.line == lines[0])
    for line in lines.dropFirst() {
      _ = model.handle(.tab)
      #expect(model.ui.palette.line == line)
    }
    _ = model.handle(.tab)
    #expect(model.ui.palette.line == "show-" && model.ui.palette.marked == nil)
    _ = model.handle(.backTab)
    #expect(model.ui.palette.line == lines[lines.count - 1])
    // A character continues what is marked.
    for key in [Key.tab, .down, .character("x")] { _ = model.handle(key) }
    #expect(model.ui.palette.line == lines[0] + "x" && model.paletteCompletions.isEmpty)
    _ = model.handle(.backspace)
    #expect(model.ui.palette.line == lines[0])
  }

  @Test func aCommandWithSomethingBehindItWaitsForIt() {
    var model = Self.typed("sce")
    _ = model.handle(.tab)
    #expect(model.ui.palette.line == "scenario ")
    #expect(Self.words(model).contains("init-storm"))
    for key in [Key.down, .down, .enter] {
      #expect(model.ui.palette.isOpen)
      let effects = model.handle(key)
      if key == .enter { #expect(effects == [.perform(.setScenario(.mixed))]) }
    }
    #expect(!model.ui.palette.isOpen)
    // Enter alone goes as far, and then asks.
    model = Self.typed("policy")
    #expect(model.handle(.enter).isEmpty && model.ui.palette.line == "policy ")
    #expect(model.handle(.enter).isEmpty)
    let names = RendezvousPolicy.presets.map(\.preset).joined(separator: ", ")
    #expect(model.ui.palette.mistake == "policy: which? \(names)")
    // What is optional is waited for where it was chosen from the list, not where it was typed.
    model = Self.typed("fi")
    for key in [Key.down, .enter] { _ = model.handle(key) }
    #expect(model.ui.palette.line == "filter " && model.ui.view == .overview)
    _ = model.handle(.enter)
    #expect(model.ui.view == .log)
  }

  @Test func whatStandsBehindIsOffered() {
    func offered(_ text: String) -> [String] { Self.words(Self.typed(text)) }
    #expect(offered("policy ") == RendezvousPolicy.presets.map(\.preset))
    #expect(offered("theme t") == ["tryst", "terminal", "tokyo"])
    #expect(offered("theme o") == ["mono", "tokyo"])
    #expect(offered("refresh ") == ["1", "2", "5", "10", "20", "30", "60"])
    #expect(offered("vcpu ") == ["0", "1", "2", "3"])
    #expect(offered("rendezvous 1887").first == "18879")
    #expect(offered("view po") == ["policies"])
    // The samples reach back 3.9 s.
    #expect(offered("back ") == ["1"])
    #expect(offered("filter rdv sp") == ["spur"])
    #expect(Self.typed("filter rdv sp").paletteCompletions.first?.line == "filter rdv spur")
    #expect(offered("now ").isEmpty && offered("help x").isEmpty && offered("nonsense x").isEmpty)
    #expect(offered("find ").isEmpty)
  }

  @Test(arguments: [
    ("", "fixed"), ("fi", "fixed"), ("fixed ", "0x40"), ("fixed 0x40 ", "to"),
    ("fixed 0x40 to ", "all"), ("fixed 0x40 to all ", "every"),
    ("fixed 0x40 to all every ", "500us"), ("nmi to all every 500us ", "times"),
    ("nmi to all every 500us times ", "10"), ("init ", "to"), ("rendezvous to ot", "others"),
    ("sipi ", "0x08"), ("sipi 8 to ", "all"), ("msi 0x40 ", "to"), ("msi 0x40 to 0 ", "fixed"),
    ("msi 0x40 to 0 nmi ", "physical"), ("msi a", "address"), ("msi address ", "0xfee00000"),
    ("msi address 1 ", "data"), ("msi address 1 data ", "0x40"), ("msi address 1 data 2 ", "every"),
    ("pin ", "4"), ("pin 4 a", "assert"), ("pin 4 pulse ", "every"), ("entry ", "4"),
    ("entry 4 ", "vector"), ("entry 4 vector ", "0x40"), ("entry 4 value ", "0x10000"),
    ("entry 4 vector 0x40 to ", "0"), ("entry 4 vector 0x40 to 0 fixed physical ", "edge"),
    ("entry 4 vector 0x40 to 0 fixed physical edge high masked ", "every"),
    ("entry 4 value 1 ", "every"),
  ])
  func injectionsAreCompleted(text: String, first: String) {
    #expect(Self.words(Self.typed("inject " + text)).first == first)
  }

  // MARK: What was typed before

  @Test func theHistory() {
    var model = Self.typed("freeze")
    _ = model.handle(.enter)
    for text in ["refresh 5", " :now ", "refresh 5"] {
      Self.type(":" + text, &model)
      _ = model.handle(.enter)
    }
    // Each line once, where it was done last.
    #expect(model.ui.palette.history == ["freeze", "now", "refresh 5"])
    Self.type(":", &model)
    var seen: [String] = []
    for key in [Key.up, .up, .up, .up, .down, .down, .down, .down] {
      _ = model.handle(key)
      seen.append(model.ui.palette.line)
    }
    let first = model.paletteCompletions[0].line
    #expect(
      seen == ["refresh 5", "now", "freeze", "freeze", "now", "refresh 5", "", first])
    // From what is marked, Up goes back to what was typed, and then to the history.
    for _ in 0..<2 { _ = model.handle(.up) }
    #expect(model.ui.palette.line == "refresh 5")
    // A mended line is typed text.
    for key in [Key.backspace, .character("2"), .enter] { _ = model.handle(key) }
    #expect(model.ui.palette.history.last == "refresh 2")
    for number in 0..<80 { model.ui.palette.remember("vcpu \(number)") }
    #expect(model.ui.palette.history.count == 50 && model.ui.palette.history.first == "vcpu 30")
  }

  // MARK: What is refused

  @Test(arguments: [
    ("freze", "no command 'freze'; did you mean 'freeze'?"),
    ("zzzzzz", "no command 'zzzzzz'"),
    ("sh", "'sh' begins 8 commands, show-overview and others; Tab chooses"),
    ("freeze 5", "freeze takes nothing behind it"),
    ("pulse-pin", "pulse-pin has no meaning in the view overview"),
    (
      "policy blue",
      "no policy 'blue'; there are baseline, strict, mutex, atomic, barrier, empty, double, double-function-first, landed, illumos, tryst"
    ),
    ("policy basline", "no policy 'basline'; did you mean 'baseline'?"),
    ("scenario mixd", "no scenario 'mixd'; did you mean 'mixed'?"),
    ("theme tokio", "no theme 'tokio'; did you mean 'tokyo'?"),
    ("refresh 7", "refresh: '7' is not one of 1, 2, 5, 10, 20, 30, 60"),
    ("refresh 99999999999999999999", "not one of"),
    ("vcpu 4", "vcpu 4: this guest has vcpus 0-3"), ("vcpu x", "vcpu: 'x' is no number"),
    ("vcpu 18446744073709551615", "this guest has vcpus 0-3"),
    ("rendezvous 7", "rendezvous #7 is not held any more; #18800 to #18879 are"),
    ("rendezvous #99999", "rendezvous #99999 is not there yet; #18800 to #18879 are"),
    ("rendezvous x", "rendezvous: 'x' is no number"),
    ("filter lag>", "'lag>': give microseconds, as in lag>100"),
    ("find zebra", "no 'zebra' above"), ("find", "nothing to look for yet"),
    ("view logs", "no view 'logs'; did you mean 'log'?"),
    ("back 60", "60.00 s back is not kept; the oldest is 3.90 s back"),
    ("back -1", "back: '-1' is no number of seconds"), ("back nan", "no number of seconds"),
    ("back 1e300", "no number of seconds"),
    ("inject fixed 3 to 0", "16-255"), ("inject", ""),
    ("inject nmi to 9", "this guest has vcpus 0-3"),
  ])
  func aMistakeIsSaidAndTheLineStays(text: String, words: String) {
    var model = Self.typed(text)
    #expect(model.handle(.enter).isEmpty)
    if text == "inject" { _ = model.handle(.enter) }
    let mistake = model.ui.palette.mistake ?? "none"
    #expect(words.isEmpty || mistake.contains(words), "\(mistake)")
    #expect(model.ui.palette.line.hasPrefix(text) && model.ui.view == .overview)
    #expect(!model.isFrozen && model.ui.palette.history.isEmpty)
    for width in [80, 120, 200] {
      model.resize(width: width, height: 24)
      let shown = model.frame(glyphs: .ascii).text.split(separator: "\n").joined(separator: " ")
      let isThere = mistake.split(separator: " ").allSatisfy { shown.contains($0) }
      #expect(isThere, "\(width): \(shown)")
    }
    // The next key takes it away.
    _ = model.handle(.backspace)
    #expect(model.ui.palette.mistake == nil && model.ui.palette.isOpen)
  }

  @Test func theOnlyOneThatBeginsSoIsMeant() {
    var model = Self.typed("freez")
    _ = model.handle(.enter)
    #expect(model.isFrozen)
    Self.type(":", &model)
    #expect(model.handle(.enter).isEmpty && !model.ui.palette.isOpen)
  }

  @Test func theLineIsBounded() {
    var model = Self.typed(String(repeating: "x", count: 300))
    #expect(model.ui.palette.line.unicodeScalars.count == PaletteState.limit)
    _ = model.handle(paste: Array(repeating: 0x79, count: 5_000))
    #expect(model.ui.palette.line.unicodeScalars.count == PaletteState.limit)
    for key in [Key.delete, .character("z"), .control("u")] { _ = model.handle(key) }
    #expect(model.ui.palette.line == "")
    _ = model.handle(paste: Array("now\u{1b}[31m\r\n名".utf8))
    #expect(model.ui.palette.line == "now[31m名")
    for _ in 0..<20 { _ = model.handle(.backspace) }
    #expect(model.ui.palette.line == "" && model.ui.palette.isOpen)
  }

  // MARK: Mouse

  @Test func aClickDoesIt() throws {
    var model = Self.typed("theme ")
    let place = PalettePlace(model, model.paletteCompletions)
    #expect(place.list.height == 4)
    let effects = model.handle(MouseEvent(x: 9, y: place.list.y + 2, kind: .press))
    #expect(effects == [.useTheme("mono")] && !model.ui.palette.isOpen)
    // The wheel marks; a click elsewhere does nothing.
    model = Self.typed("vcpu ")
    _ = model.handle(MouseEvent(x: 9, y: 9, kind: .wheelDown))
    _ = model.handle(MouseEvent(x: 9, y: 9, kind: .wheelDown))
    #expect(model.ui.palette.line == "vcpu 1")
    _ = model.handle(MouseEvent(x: 9, y: 9, kind: .wheelUp))
    #expect(model.handle(MouseEvent(x: 9, y: 3, kind: .press)).isEmpty)
    #expect(model.ui.palette.line == "vcpu 0")
    let last = PalettePlace(model, model.paletteCompletions).list.bottom - 1
    #expect(model.handle(MouseEvent(x: 9, y: last, kind: .press)) == [.watch(vcpu: 3)])
    // The bar's keys are there as well.
    model = Self.typed("freeze")
    let item = try #require(KeyBar.items(.palette, width: 80, isStopped: false).first)
    _ = model.handle(MouseEvent(x: item.columns.lowerBound, y: 23, kind: .press))
    #expect(model.isFrozen)
  }

  /// Where more are there than rows, the list goes with the mark.
  @Test func theListScrolls() {
    var model = Self.typed("", vcpus: 4)
    for index in model.paletteCompletions.indices {
      _ = model.handle(.down)
      let place = PalettePlace(model, model.paletteCompletions)
      #expect(place.list.height == 8 && place.visible.contains(index))
      let lines = model.frame(glyphs: .ascii).text.split(
        separator: "\n", omittingEmptySubsequences: false)
      let marked = lines[place.list.y + index - place.visible.lowerBound]
      #expect(marked.hasPrefix(">\(model.paletteCompletions[index].word)"))
    }
  }
}

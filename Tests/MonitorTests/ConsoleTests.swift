import Commands
import Console
import Telemetry
import Testing

@testable import Monitor

/// The console's pane: what it shows, scrolling and searching, and whose the keyboard is.
@Suite struct ConsoleTests {
  /// A monitor with the focus on the console, after the guest has written `text`.
  static func model(_ text: String, width: Int = 80, height: Int = 24) -> MonitorModel {
    var model = MonitorModel()
    model.resize(width: width, height: height)
    model.absorb(snapshot(text))
    for _ in 0..<2 { _ = model.handle(.tab) }
    return model
  }

  static func snapshot(_ text: String) -> Snapshot {
    var snapshot = Fixture.snapshot(vcpus: 4, step: 1)
    snapshot.console = Array(text.utf8)
    return snapshot
  }

  static func input(_ text: String) -> [MonitorEffect] {
    [.perform(.serialInput(Array(text.utf8)))]
  }

  static func lines(_ count: Int) -> String {
    (1...count).map { "line \($0)\r\n" }.joined()
  }

  /// The rows of the console's pane.
  static func pane(_ model: MonitorModel) -> [String] {
    guard let rect = model.layout.panes[.console] else { return [] }
    let lines = model.frame(glyphs: .unicode).text.split(
      separator: "\n", omittingEmptySubsequences: false)
    let isInUse = model.isAttached || model.ui.zoom == .console
    let margin = rect.width > model.shown.console.columns || !isInUse ? 1 : 0
    return lines[(rect.y + 1)..<rect.bottom].map { String($0.dropFirst(rect.x + margin)) }
  }

  // MARK: What it shows

  @Test func itFollowsTheEnd() {
    var model = Self.model(Self.lines(100))
    let rows = model.rows(.console)
    #expect(Self.pane(model) == (101 - rows...100).map { "line \($0)" })
    model.absorb(Self.snapshot("more\r\n"))
    #expect(Self.pane(model).last == "more")
  }

  @Test func scrollingStaysWhereItIs() {
    var model = Self.model(Self.lines(100))
    _ = model.handle(.pageUp)
    let before = Self.pane(model)
    #expect(before.last == "line \(100 - model.rows(.console))")
    model.absorb(Self.snapshot(Self.lines(50)))
    #expect(Self.pane(model) == before)
    _ = model.handle(.character("g"))
    #expect(Self.pane(model).first == "line 1")
    _ = model.handle(.character("G"))
    #expect(Self.pane(model).last == "line 50")
  }

  @Test func theWheelScrollsAlsoWhileTyping() {
    var model = Self.model(Self.lines(100))
    _ = model.handle(.enter)
    let rect = model.layout.panes[.console]
    _ = model.handle(MouseEvent(x: 5, y: (rect?.y ?? 0) + 1, kind: .wheelUp))
    #expect(!Self.pane(model).contains("line 100"))
    // Whoever types wants to see it.
    #expect(model.handle(.character("x")) == Self.input("x"))
    #expect(Self.pane(model).contains("line 100"))
  }

  @Test func theGuestsColoursAreInTheFrame() {
    let model = Self.model("\u{1b}[1;31;44mred\u{1b}[m")
    let cell = model.frame(glyphs: .unicode).cells.first {
      $0.scalar == 0x72 && $0.role == .console
    }
    #expect(cell?.rendition.foreground == 1)
    #expect(cell?.rendition.background == 4)
    #expect(cell?.rendition.attributes == .bold)
    // Nowhere else.
    let others = model.frame(glyphs: .ascii).cells.filter { $0.role != .console }
    #expect(others.allSatisfy { $0.rendition == Rendition() })
    #expect(!Self.pane(Self.model("\u{1b}[8msecret")).joined().contains("secret"))
  }

  @Test func longLinesAreCutWithASign() {
    var model = Self.model(String(repeating: "x", count: 80), width: 60)
    #expect(Self.pane(model).contains { $0 == String(repeating: "x", count: 58) + "…" })
    model = Self.model(String(repeating: "名", count: 40), width: 60)
    #expect(Self.pane(model).contains { $0 == String(repeating: "名", count: 29) + "…" })
  }

  @Test func aFullScreenProgramIsSeenWhereItsCursorIs() {
    var model = Self.model("old\r\n\u{1b}[?1049h\u{1b}[24;1Hbottom\u{1b}[2;1Htop")
    #expect(model.rows(.console) < 24)
    #expect(Self.pane(model).contains("top"))
    model.absorb(Self.snapshot("\u{1b}[24;3H"))
    #expect(Self.pane(model).last == "bottom")
    model.absorb(Self.snapshot("\u{1b}[?1049l"))
    #expect(Self.pane(model).contains("old"))
  }

  @Test func nothingOfTheGuestReachesTheScreenRaw() {
    var model = RobustnessTests.hostile()
    model.resize(width: 130, height: 50)
    for cell in model.frame(glyphs: .unicode).cells {
      #expect(cell.scalar == 0 || cell.scalar >= 0x20)
      #expect(cell.scalar < 0x7f || cell.scalar >= 0xa0)
      #expect(cell.scalar != 0x202e)
    }
  }

  @Test func questionsOfTheGuestAreAnswered() {
    var model = MonitorModel()
    #expect(model.absorb(Self.snapshot("ab\u{1b}[6n")) == Self.input("\u{1b}[1;3R"))
    #expect(model.absorb(Self.snapshot("x")).isEmpty)
    #expect(model.absorbNews(Self.snapshot("\u{1b}[5n")) == Self.input("\u{1b}[0n"))
  }

  @Test func newsAreNoSample() {
    var model = Fixture.model(vcpus: 4)
    let samples = model.live.samples.count
    model.absorbNews(Self.snapshot("news\r\n"))
    #expect(model.live.samples.count == samples)
    #expect(model.frame(glyphs: .unicode).text.contains("news"))
  }

  // MARK: The keyboard

  @Test func everyKeyGoesToTheGuestUntilTheEscapeKey() {
    var model = Self.model("login: ")
    #expect(model.handle(.enter).isEmpty)
    #expect(model.isAttached)
    // Among them those that quit, open dialogs or move the focus elsewhere.
    let keys: [(Key, String)] = [
      (.character("q"), "q"), (.character("?"), "?"), (.character("é"), "é"), (.enter, "\r"),
      (.tab, "\t"), (.backTab, "\u{1b}[Z"), (.escape, "\u{1b}"), (.backspace, "\u{7f}"),
      (.control("c"), "\u{3}"), (.control("h"), "\u{8}"), (.control("j"), "\n"),
      (.control("@"), "\0"), (.control("\\"), "\u{1c}"), (.control("_"), "\u{1f}"),
      (.up, "\u{1b}[A"), (.left, "\u{1b}[D"), (.home, "\u{1b}[H"), (.end, "\u{1b}[F"),
      (.pageUp, "\u{1b}[5~"), (.insert, "\u{1b}[2~"), (.delete, "\u{1b}[3~"),
      (.function(1), "\u{1b}OP"), (.function(4), "\u{1b}OS"), (.function(5), "\u{1b}[15~"),
      (.function(10), "\u{1b}[21~"), (.function(12), "\u{1b}[24~"),
      (.modified(.up, .control), "\u{1b}[1;5A"), (.modified(.function(1), .shift), "\u{1b}[1;2P"),
      (.modified(.delete, .alt), "\u{1b}[3;3~"), (.modified(.backTab, .shift), "\u{1b}[Z"),
    ]
    for (key, text) in keys {
      #expect(model.handle(key) == Self.input(text), "\(key)")
      #expect(model.isAttached)
    }
    #expect(model.handle(.control("]")).isEmpty)
    #expect(!model.isAttached)
    #expect(model.handle(.function(10)) == [.quit])
  }

  /// DECCKM.
  @Test func applicationCursorKeys() {
    var model = Self.model("\u{1b}[?1h")
    _ = model.handle(.enter)
    #expect(model.handle(.up) == Self.input("\u{1b}OA"))
    #expect(model.handle(.home) == Self.input("\u{1b}OH"))
    #expect(model.handle(.modified(.up, .control)) == Self.input("\u{1b}[1;5A"))
  }

  @Test func theEscapeKeyTwiceIsSent() {
    var model = Self.model("")
    _ = model.handle(.enter)
    _ = model.handle(.control("]"))
    #expect(model.handle(.control("]")) == Self.input("\u{1d}"))
    #expect(model.isAttached)
  }

  @Test func pastes() {
    var model = Self.model("")
    #expect(model.handle(paste: Array("q".utf8)).isEmpty)
    _ = model.handle(.enter)
    #expect(
      model.handle(paste: Array("a\r\nb\nc\u{1d}\u{1b}[201~é\td".utf8))
        == Self.input("a\rb\rc[201~é\td"))
    #expect(model.isAttached)
    model.absorb(Self.snapshot("\u{1b}[?2004h"))
    #expect(model.handle(paste: Array("ls\n".utf8)) == Self.input("\u{1b}[200~ls\r\u{1b}[201~"))
    _ = model.handle(.control("]"))
    _ = model.handle(.character("/"))
    #expect(model.handle(paste: Array("fi\u{1b}nd".utf8)).isEmpty)
    #expect(model.ui.search.prompt == "find")
  }

  @Test func aSmallPaneGetsTheScreenWhileTyping() {
    var model = Self.model("x")
    #expect(model.rows(.console) < MonitorModel.attachedRows)
    _ = model.handle(.enter)
    #expect(model.rows(.console) == 20)
    _ = model.handle(.control("]"))
    #expect(model.ui.zoom == nil && model.ui.focus == .console)
    // What was alone before stays so.
    _ = model.handle(.character("e"))
    _ = model.handle(.enter)
    _ = model.handle(.control("]"))
    #expect(model.ui.zoom == .console)
    // And a large one stays beside the others.
    model = Self.model("x", width: 120, height: 60)
    #expect(model.rows(.console) >= MonitorModel.attachedRows)
    _ = model.handle(.enter)
    #expect(model.ui.zoom == nil)
  }

  /// On every size of the screen that has room for it.
  @Test func theEscapeKeyIsShownWhileTyping() {
    for width in 10...130 {
      for height in [1, 2, 5, 8, 12, 24, 40] {
        var model = Self.model("login: ")
        _ = model.handle(.enter)
        model.resize(width: width, height: height)
        let text = model.frame(glyphs: .ascii).text
        #expect(text.contains("^]"), "\(width)x\(height)")
      }
    }
  }

  @Test func theCursorIsShownWhileTyping() {
    var model = Self.model("login: ")
    func reversed() -> Int {
      model.frame(glyphs: .unicode).cells.count { $0.rendition.attributes.contains(.reverse) }
    }
    #expect(reversed() == 0)
    _ = model.handle(.enter)
    #expect(reversed() == 1)
    model.absorb(Self.snapshot("\u{1b}[?25l"))
    #expect(reversed() == 0)
  }

  @Test func aClickElsewhereTakesTheKeyboardBack() {
    var model = Self.model("", width: 120, height: 60)
    _ = model.handle(.enter)
    let (console, log) = (model.layout.panes[.console], model.layout.panes[.log])
    _ = model.handle(MouseEvent(x: 3, y: (console?.y ?? 0) + 1, kind: .press))
    #expect(model.isAttached)
    _ = model.handle(MouseEvent(x: 3, y: (log?.y ?? 0) + 1, kind: .press))
    #expect(!model.isAttached && model.ui.focus == .log)
  }

  @Test func aFrozenPictureMovesWhenTyping() {
    var model = Self.model("")
    _ = model.handle(.character(" "))
    #expect(model.isFrozen)
    _ = model.handle(.enter)
    #expect(!model.isFrozen && model.isAttached)
  }

  @Test func anEndedGuestGetsNoKeys() {
    var model = Self.model("")
    var snapshot = Self.snapshot("")
    snapshot.guestEnded = "shutdown"
    model.absorb(snapshot)
    _ = model.handle(.enter)
    #expect(!model.isAttached)
    #expect(model.handle(.control("]")).isEmpty)
  }

  // MARK: Searching

  static func type(_ text: String, into model: inout MonitorModel) {
    for scalar in text.unicodeScalars { _ = model.handle(.character(scalar)) }
  }

  @Test func search() {
    var model = Self.model(Self.lines(100))
    Self.type("/LINE 1", into: &model)
    #expect(model.frame(glyphs: .unicode).text.contains("find: LINE 1_"))
    _ = model.handle(.enter)
    #expect(model.ui.context == .console)
    #expect(model.ui.search.match == TerminalMatch(line: 99, column: 0, cells: 6))
    let marked = model.frame(glyphs: .unicode).cells.filter { $0.role == .selection }
    #expect(marked.count >= 6)
    _ = model.handle(.character("n"))
    #expect(model.ui.search.match?.line == 18)
    #expect(Self.pane(model).contains("line 19"))
    _ = model.handle(.character("N"))
    #expect(model.ui.search.match?.line == 99)
    #expect(Self.pane(model).contains("line 100"))
    _ = model.handle(.character("N"))
    #expect(model.ui.search.match?.line == 99)
    #expect(model.frame(glyphs: .unicode).text.contains("no 'LINE 1' more below"))
  }

  @Test func searchForNothing() {
    var model = Self.model(Self.lines(3))
    _ = model.handle(.character("n"))
    #expect(model.frame(glyphs: .unicode).text.contains("nothing to look for yet"))
    Self.type("/absent", into: &model)
    _ = model.handle(.enter)
    #expect(model.frame(glyphs: .unicode).text.contains("no 'absent' above"))
    // Without text it is the last one again.
    model.absorb(Self.snapshot("Absent no more\r\n"))
    _ = model.handle(.character("/"))
    _ = model.handle(.enter)
    #expect(model.ui.search.match?.line == 3)
    _ = model.handle(.character("/"))
    _ = model.handle(.escape)
    #expect(model.ui.context == .console)
  }

  @Test func aMatchOverTheMarginIsMarkedInBothLines() {
    var model = Self.model(String(repeating: "-", count: 76) + "kernel panic", height: 40)
    Self.type("/kernel panic", into: &model)
    _ = model.handle(.enter)
    #expect(model.ui.search.columns(ofLine: 0, width: 80) == 76..<80)
    #expect(model.ui.search.columns(ofLine: 1, width: 80) == 0..<8)
    #expect(model.ui.search.columns(ofLine: 2, width: 80) == nil)
  }
}

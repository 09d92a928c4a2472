import Testing

@testable import Monitor

/// Searching in the help, and the help of all views.
@Suite struct HelpSearchTests {
  static func text(_ model: MonitorModel) -> String { model.frame(glyphs: .ascii).text }

  static func found(_ words: String, in context: InputContext) -> [String] {
    HelpSearch(words).matches(in: HelpContent.lines(context, KeyBinding.all)).lines.filter {
      !$0.isTitle
    }
    .map(\.text)
  }

  @Test func byKeyByActionAndByText() {
    #expect(Self.found("F9", in: .overview).map { $0.contains("stop the guest") } == [true])
    #expect(Self.found("f9", in: .overview).count == 1)
    // A single character is a key, also where nearly every line has it.
    #expect(Self.found("s", in: .overview).contains { $0.contains("what the demo guest does") })
    #expect(Self.found("e", in: .timeline).isEmpty == false)
    #expect(Self.found("z", in: .timeline).count == 2)
    // The words of the action, which are not on the screen.
    #expect(Self.found("open-inject", in: .overview).count == 1)
    #expect(Self.found("choose scenario", in: .overview).count == 1)
    // All words, in any order and case.
    #expect(Self.found("AGAIN stop", in: .overview).count == 1)
    #expect(Self.found("bystander", in: .overview).count >= 3)
    #expect(Self.found("no such thing", in: .overview).isEmpty)
  }

  @Test func onlyMatchingLinesAreShownWithTheirNumber() {
    var model = Fixture.model(vcpus: 4)
    PaletteTests.type("?", &model)
    let all = HelpView.shown(UIState.Help(context: .overview), .standard).lines.count
    #expect(Self.text(model).contains("of \(all) lines"))
    PaletteTests.type("/FREEZ", &model)
    #expect(model.ui.context == .helpSearch)
    #expect(Self.text(model).contains("/FREEZ_"))
    let shown = HelpView.shown(model.ui.help ?? UIState.Help(context: .overview), .standard)
    #expect(shown.count == 4 && Self.text(model).contains("4 lines"))
    for line in shown.lines where !line.isTitle {
      #expect(line.text.lowercased().contains("freez"))
      #expect(Self.text(model).contains(line.text.split(separator: " ").last ?? "?"))
    }
    // Titles of what is found only.
    #expect(!Self.text(model).contains("| Move"))
    PaletteTests.type("xyz", &model)
    #expect(Self.text(model).contains("/FREEZxyz_  no line"))
    for _ in 0..<3 { _ = model.handle(.backspace) }
    #expect(Self.text(model).contains("4 lines"))
    // Kept, then left, then closed.
    _ = model.handle(.enter)
    #expect(model.ui.context == .help && Self.text(model).contains("/FREEZ  4 lines"))
    _ = model.handle(.escape)
    #expect(model.ui.context == .help && model.ui.help?.search == "")
    _ = model.handle(.escape)
    #expect(model.ui.help == nil)
    PaletteTests.type("?/abc", &model)
    _ = model.handle(.escape)
    #expect(model.ui.context == .help && model.ui.help?.search == "")
  }

  @Test func everyKeyOfTheSearch() {
    var model = Fixture.model(vcpus: 4)
    PaletteTests.type("?/e", &model)
    for (key, top) in [
      (Key.down, 1), (.up, 0), (.pageDown, 20), (.pageUp, 0),
    ] {
      _ = model.handle(.delete)
      PaletteTests.type("the", &model)
      #expect(model.ui.help?.top == 0)
      _ = model.handle(key)
      let last = HelpView.lastTop(model: model)
      #expect(model.ui.help?.top == min(top, last), "\(key)")
    }
    PaletteTests.type("?q", &model)
    #expect(model.ui.help?.search == "the?q")
    _ = model.handle(.delete)
    #expect(model.ui.help?.search == "")
    _ = model.handle(paste: Array("mask\n".utf8))
    #expect(model.ui.help?.search == "mask")
    PaletteTests.type(String(repeating: "k", count: 300), &model)
    #expect(model.ui.help?.search.count == MonitorModel.helpSearchLimit)
    _ = model.handle(.function(1))
    #expect(model.ui.help?.isAll == true && model.ui.context == .helpSearch)
    #expect(model.handle(.control("c")) == [.quit])
    _ = model.handle(.function(1))
    #expect(model.ui.help == nil)
  }

  @Test func againShowsAllViewsAndAThirdTimeCloses() {
    var model = Fixture.model(vcpus: 4)
    PaletteTests.type("?", &model)
    #expect(Self.text(model).contains("? again: all views  / search"))
    PaletteTests.type("?", &model)
    #expect(Self.text(model).contains("Help: all views") && Self.text(model).contains("? closes"))
    PaletteTests.type("?", &model)
    #expect(model.ui.help == nil)
    PaletteTests.type("??", &model)
    _ = model.handle(.escape)
    #expect(model.ui.help == nil)
  }

  @Test func allViewsHaveEveryBindingOnce() {
    let lines = HelpContent.all(KeyBinding.all)
    for binding in KeyBinding.all {
      let found = lines.filter { line in
        line.text.contains(binding.help) && binding.keys.allSatisfy { line.keys.contains($0.name) }
      }
      #expect(!found.isEmpty, "\(binding.help)")
      if binding.isEverywhere { #expect(found.count == 1, "\(binding.help)") }
    }
    for line in lines { #expect(CellWidth.columns(line.text) <= 77, "\(line.text)") }
    for view in MonitorView.allCases {
      let title = view.context.title
      #expect(lines.contains { $0.isTitle && $0.text.lowercased() == title.lowercased() })
    }
  }

  @Test(arguments: ["?", "??", "?/the", "??/no such", "?/名"])
  func anySize(keys: String) {
    var model = Fixture.model(vcpus: 4)
    PaletteTests.type(keys, &model)
    for width in [0, 1, 2, 3, 5, 9, 20, 39, 40, 41, 79, 80, 81, 120, 250] {
      for height in [0, 1, 2, 3, 4, 5, 7, 8, 10, 16, 24, 50, 80] {
        model.resize(width: width, height: height)
        let frame = model.frame(glyphs: .ascii)
        let isASCII = frame.cells.allSatisfy { $0.scalar >= 0x20 && $0.scalar <= 0x7e }
        #expect(frame.cells.count == width * height && isASCII, "\(width)x\(height)")
      }
    }
  }

  @Test func golden() throws {
    var model = Fixture.model(vcpus: 4)
    PaletteTests.type("??", &model)
    try GoldenTests.check(model.frame(glyphs: .blocks), "help-all-80x24")
    PaletteTests.type("/zoom", &model)
    try GoldenTests.check(model.frame(glyphs: .blocks), "help-search-80x24")
    model.resize(width: 40, height: 10)
    try GoldenTests.check(model.frame(glyphs: .ascii), "help-search-40x10-ascii")
  }
}

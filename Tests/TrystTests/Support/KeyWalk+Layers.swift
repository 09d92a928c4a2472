import Monitor

extension KeyWalk {
  /// Through what lies over a view: prompts, dialogs, help.
  static let layers: [KeyWalk] =
    [attached, search, filter, chooser, inject, palette, help, helpSearch] + pages + incident
    + leavingLayers

  private static let attached = KeyWalk(
    .attached, .live, options: quiet, opening: [.character("6"), .enter],
    landmark: "keys go to the guest",
    steps: [.press(.control("]"), .hides("keys go to the guest"))])

  private static let search = KeyWalk(
    .search, opening: [.character("6")], way: [.character("/")],
    landmark: "find:",
    steps: [
      .press(.function(1), .shows("Help: "), then: [.escape]),
      .press(.backspace, after: [.character("d"), .character("e")]),
      .press(.delete), .press(.escape, .hides("find:")),
      .press(.enter, .hides("find:"), after: [.character("/"), .character("d")]),
    ])

  private static let filter = KeyWalk(
    .filter, opening: [.character("7")], way: [.character("\\")],
    landmark: "filter:",
    steps: [
      .press(.function(1), .shows("Help: "), then: [.escape]),
      .press(.backspace, after: [.character("i"), .character("x")]),
      .press(.delete), .press(.escape, .hides("filter:")),
      .press(.enter, .hides("filter:"), after: [.character("\\")] + typed("vcpu:1")),
    ])

  private static let chooser = KeyWalk(
    .chooser, .frozen, opening: [.character("1")], way: [.character("S")],
    landmark: "Scenario: what the demo guest",
    steps: [
      .press("?", .shows("Help: "), then: [.escape]),
      .press(.function(1), .shows("Help: "), then: [.escape]),
      .press(.up), .press(.down), .press("k"), .press("j"), .press(.home), .press(.end),
      .press("g"), .press("G"), .press(.pageUp), .press(.pageDown),
      .press("x", .shows("no review has them")),
      .press("q", .hides("Scenario: what the demo guest")),
      .press(.escape, .hides("Scenario: what the demo guest"), after: [.character("S")]),
      .press(
        .enter, .logs("set scenario idle", filter: "set", lines: 1),
        after: [.character(" "), .character("S"), .home]),
    ])

  /// The storm would change what the dialog tells beforehand; in an idle guest keys alone change it.
  private static let inject = KeyWalk(
    .inject, .frozen, options: quiet, way: [.character("i")],
    landmark: "─ Inject ",
    steps: [
      .press("?", .shows("Help: "), then: [.escape]),
      .press(.function(1), .shows("Help: "), then: [.escape]),
      .press(.right), .press(.left), .press(.down), .press(.up), .press(.tab), .press(.backTab),
      .press(.backspace, after: [.down]), .press(.delete),
      .press(.pageUp, .shows("nothing was injected"), after: [.up]),
      .press(.enter, .shows("#1 "), after: [.right]),
      .press(.pageUp, after: [.left]), .press(.pageDown),
      .press(.control("x"), .shows("nothing is repeated")),
      .press(.escape, .hides("─ Inject ")),
    ])

  private static let palette = KeyWalk(
    .palette, way: [.character(":")], landmark: "refresh HERTZ",
    steps: [
      .press(.function(1), .shows("Help: "), then: [.escape]),
      .press(.down), .press(.up), .press(.backTab, after: [.down, .down]),
      .press(.tab, after: [.delete] + typed("pol")), .press(.backspace), .press(.delete),
      .press(.control("u"), after: typed("no")),
      .press(.enter, .shows("[3 IPI]"), after: typed("show-ipi")),
      .press(.escape, .hides("refresh HERTZ"), after: [.character(":")]),
    ])

  private static let help = KeyWalk(
    .help, way: [.character("?")], landmark: "Help: overview",
    steps: [
      .press(.down), .press(.up), .press("j"), .press("k"), .press(.end), .press(.home),
      .press("G"), .press("g"), .press(.pageDown), .press(.pageUp),
      .press("/", then: [.escape]),
      .press("?", .shows("Help: all views"), then: [.escape, .character("?")]),
      .press(.function(1), .shows("Help: all views"), then: [.escape, .character("?")]),
      .press("h", .shows("Help: all views"), then: [.escape, .character("?")]),
      .press("q", .hides("Help: ")), .press(.escape, .hides("Help: "), after: [.character("?")]),
    ])

  private static let helpSearch = KeyWalk(
    .helpSearch, way: [.character("?"), .character("/")],
    landmark: "Help: overview",
    steps: [
      .press(.pageDown), .press(.pageUp), .press(.down), .press(.up),
      .press(.backspace, after: typed("frx")), .press(.delete),
      .press(.control("u"), after: typed("fr")),
      .press(.function(1), .shows("Help: all views"), then: [.escape, .escape, .character("?")]),
      .press(.enter, after: [.character("/")] + typed("fre")),
      .press(.escape, after: [.character("/")] + typed("x")),
    ])

  private static let leavingLayers: [KeyWalk] = [
    (InputContext.search, [Key.character("6"), .character("/")], "find:"),
    (.filter, [.character("7"), .character("/")], "filter:"),
    (.chooser, [.character("p")], "Policy: how a vcpu"),
    (.inject, [.character("i")], "─ Inject "),
    (.help, [.character("?")], "Help: "),
    (.helpSearch, [.character("?"), .character("/")], "Help: "),
    (.palette, [.character(":")], "refresh HERTZ"),
    (.page, [.character("8"), .character("x")], "[Policy "),
  ].flatMap { context, opening, landmark in
    [Key.function(10), .control("c")].map { key in
      leaving(context, key, opening: opening, landmark: landmark)
    }
  }
}

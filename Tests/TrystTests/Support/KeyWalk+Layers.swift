import Monitor

extension KeyWalk {
  /// Through what lies over a view: prompts, dialogs, help.
  static let layers: [KeyWalk] =
    [attached, search, filter, chooser] + leaving

  private static let attached = KeyWalk(
    .attached, way: [.character("6"), .enter],
    landmark: "keys go to the guest",
    steps: [.press(.control("]"), .hides("keys go to the guest"))])

  private static let search = KeyWalk(
    .search, way: [.character("6"), .character(" "), .character("/")],
    landmark: "find:",
    steps: [
      .press(.function(1), .shows("Help: "), then: [.escape]),
      .press(.backspace, after: [.character("d"), .character("e")]),
      .press(.delete), .press(.escape, .hides("find:")),
      .press(.enter, .hides("find:"), after: [.character("/"), .character("d")]),
    ])

  private static let filter = KeyWalk(
    .filter, way: [.character("7"), .character(" "), .character("\\")],
    landmark: "filter:",
    steps: [
      .press(.function(1), .shows("Help: "), then: [.escape]),
      .press(.backspace, after: [.character("i"), .character("x")]),
      .press(.delete), .press(.escape, .hides("filter:")),
      .press(.enter, .hides("filter:"), after: [.character("\\")] + "vcpu:1".map(typed)),
    ])

  private static let chooser = KeyWalk(
    .chooser, way: [.character(" "), .character("S")],
    landmark: "Scenario: what the demo guest",
    steps: [
      .press("?", .shows("Help: "), then: [.escape]),
      .press(.function(1), .shows("Help: "), then: [.escape]),
      .press(.up), .press(.down), .press("k"), .press("j"), .press(.home), .press(.end),
      .press("g"), .press("G"), .press(.pageUp), .press(.pageDown),
      .press("q", .hides("Scenario: what the demo guest")),
      .press(.escape, .hides("Scenario: what the demo guest"), after: [.character("S")]),
      .press(
        .enter, .logs("set scenario idle", filter: "set", lines: 1),
        after: [.character(" "), .character("S"), .home]),
    ])

  private static let leaving: [KeyWalk] = [
    (InputContext.search, [Key.character("6"), .character("/")], "find:"),
    (.filter, [.character("7"), .character("/")], "filter:"),
    (.chooser, [.character("p")], "Policy: how a vcpu"),
    (.inject, [.character("i")], "─ Inject "),
    (.help, [.character("?")], "Help: "),
  ].flatMap { context, way, landmark in
    [Key.function(10), .control("c")].map { key in
      KeyWalk(
        context, way: way, landmark: landmark,
        steps: [.press(key, .leaves)])
    }
  }

  private static func typed(_ character: Character) -> Key {
    .character(character.unicodeScalars.first ?? " ")
  }
}

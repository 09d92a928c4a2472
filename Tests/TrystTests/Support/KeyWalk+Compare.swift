import Monitor

extension KeyWalk {
  /// Through the page of comparisons.
  static let comparisons: [KeyWalk] = [table, pair] + leavingComparisons

  private static let table = KeyWalk(
    .compare, .frozen, options: quiet, way: [.character("C")], landmark: "[Table]",
    steps: [
      .press("?", .shows("Help: comparison"), then: [.escape]),
      .press(.function(1), .shows("Help: comparison"), then: [.escape]),
      .press("S", .shows("reroute-storm, 4 vcpus")), .press("n", .shows("8 vcpus")),
      .press("u", .shows("those marked ! too"), then: [.character("u")]),
      .press("e", .shows("Enter measures: E1")),
      .press(.enter, .hides("Policies beside each other")), .press("s", .shows("─ Measured")),
      // More lines than rows, with every policy.
      .press(.end, after: [.home]), .press(.home), .press("G"), .press("g"), .press(.down),
      .press(.up), .press("j"), .press("k"), .press(.pageDown), .press(.pageUp),
      .press("w", .shows(".json")), .press("y"), .press("t"),
      .press("a"), .press("a"), .press("a"),
      .press(.tab, .shows("[A|B]"), then: [.tab]),
      .press(.escape, .hides("[Table]")), .press("q", .hides("[Table]"), after: [.character("C")]),
      .press("C", .hides("[Table]"), after: [.character("C")]),
    ])

  private static let pair = KeyWalk(
    .pair, .frozen, options: quiet, way: [.character("C"), .tab], landmark: "[A|B]",
    steps: [
      .press("?", .shows("Help: A|B"), then: [.escape]),
      .press(.function(1), .shows("Help: A|B"), then: [.escape]),
      .press("a", .shows("A strict")), .press("A", .shows("A baseline")),
      .press("b", .shows("B illumos")), .press("B", .shows("B landed")),
      .press("S", .shows("reroute-storm, 4 vcpus")), .press("n", .shows("8 vcpus")),
      .press("u"), .press("t"),
      .press(.enter, .shows("rdv/s")), .press("s", .shows("ended after")),
      .press(.tab, .shows("[Table]"), then: [.tab]),
      .press(.escape, .hides("[A|B]")), .press("q", .hides("[A|B]"), after: [.character("C")]),
      .press("C", .hides("[A|B]"), after: [.character("C")]),
    ])

  private static let leavingComparisons: [KeyWalk] = [Key.function(10), .control("c")].flatMap {
    key in
    [
      leaving(.compare, key, opening: [.character("C")], landmark: "[Table]"),
      leaving(.pair, key, opening: [.character("C"), .tab], landmark: "[A|B]"),
    ]
  }
}

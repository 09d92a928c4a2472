extension KeyBinding {
  /// The key that opens the page of comparisons, and those on it.
  static let compare: [KeyBinding] =
    [
      KeyBinding(
        views, .views, .openCompare, [.character("C")], nil,
        "policies compared: a table, or two machines side by side")
    ] + table + pair

  private static let table: [KeyBinding] = [
    own(
      .compare, .display, .runComparison, [.enter], "Run", "measure it, in guests of their own"),
    own(
      .compare, .display, .endComparison, [.character("s")], "End",
      "end it with what is measured so far"),
    own(.compare, .views, .switchPage, [.tab], "A|B", "two machines side by side"),
    own(
      .compare, .display, .chooseScenario, [.character("S")], "Scenario", "next scenario to measure"
    ),
    own(.compare, .display, .chooseVCPUs, [.character("n")], "vCPUs", "next number of vcpus"),
    own(
      .compare, .display, .chooseExperiment, [.character("e")], "Experiment",
      "next experiment of the review; after the last one none"),
    own(
      .compare, .display, .allowUnsafe, [.character("u")], "Unsafe",
      "with policies that can hang a guest, or without"),
    own(.compare, .move, .up, [.up, .character("k")], nil, "a line up"),
    own(.compare, .move, .down, [.down, .character("j")], nil, "a line down"),
    own(.compare, .move, .pageUp, [.pageUp], nil, "a page up"),
    own(.compare, .move, .pageDown, [.pageDown], nil, "a page down"),
    own(.compare, .move, .home, [.home, .character("g")], nil, "to the first line"),
    own(.compare, .move, .end, [.end, .character("G")], nil, "to the last line"),
    own(
      .compare, .program, .saveView, [.character("w")], nil,
      "save the report as JSON in the current folder"),
    own(
      .compare, .program, .copySelection, [.character("y")], nil,
      "copy the tables as Markdown; the terminal must allow it"),
    own(
      .compare, .views, .close, [.escape, .character("q"), .character("C")], nil,
      "back to the views; what runs goes on"),
  ]

  private static let pair: [KeyBinding] = [
    own(.pair, .display, .runComparison, [.enter], "Run", "start both, or start them again"),
    own(.pair, .display, .endComparison, [.character("s")], "End", "end both"),
    own(.pair, .views, .switchPage, [.tab], "Table", "the table of all policies"),
    own(.pair, .display, .choosePolicyA, [.character("a")], "A", "next policy of A"),
    own(.pair, .display, .choosePolicyB, [.character("b")], "B", "next policy of B"),
    own(.pair, .display, .previousPolicyA, [.character("A")], nil, "the policy of A before"),
    own(.pair, .display, .previousPolicyB, [.character("B")], nil, "the policy of B before"),
    own(.pair, .display, .chooseScenario, [.character("S")], "Scenario", "next scenario of both"),
    own(.pair, .display, .chooseVCPUs, [.character("n")], "vCPUs", "next number of vcpus of each"),
    own(
      .pair, .display, .allowUnsafe, [.character("u")], "Unsafe",
      "with policies that can hang a guest, or without"),
    own(
      .pair, .views, .close, [.escape, .character("q"), .character("C")], nil,
      "back to the views; both are ended"),
  ]

  private static func own(
    _ context: InputContext, _ section: Section, _ action: Action, _ keys: [Key],
    _ label: String?, _ help: String
  ) -> KeyBinding {
    KeyBinding([context], section, action, keys, label, help)
  }
}

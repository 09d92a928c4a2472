import Monitor

extension KeyWalk {
  /// All of them; each context of the key table has one at least.
  static let all: [KeyWalk] = views + endings + layers + comparisons

  /// Through the eight views. The picture is frozen on the way, so that it changes by keys alone.
  private static let views: [KeyWalk] = [
    view(.overview, "[1 Overview]", "1", overview),
    view(.timeline, "[2 Timeline]", "2", timeline),
    view(.ipi, "[3 IPI]", "3", ipi),
    view(.vcpu, "[4 vCPU]", "4", vcpu, ready: "as of its last exit", columns: 80, rows: 16),
    view(
      .interrupts, "[5 Interrupts]", "5", interrupts, opening: [.character("m")],
      live: [
        .press(.enter, .logs("pin 0 pulse", filter: "pulse", lines: 1)),
        .press("u", .logs("pin 0 pulse", filter: "pulse", lines: 2)),
        .press("a", .logs("pin 0 assert", filter: "pin", lines: 1)),
        .press("m", .logs("entry", filter: "entry", lines: 2)),
      ]),
    view(.console, "[6 Console]", "6", console, ready: "[demo] scenario init-storm", rows: 24),
    // Entries that have a page.
    view(
      .log, "[7 Log]", "7", log, opening: [.character("\\")] + typed("rdv") + [.enter]),
    view(
      .policies, "[8 Policies]", "8", policies,
      live: [.press(.enter, .logs("set policy baseline", filter: "set", lines: 1))], columns: 60,
      rows: 16),
  ]

  private static func view(
    _ context: InputContext, _ tab: String, _ digit: Unicode.Scalar, _ own: [Step],
    opening: [Key] = [], ready: String? = nil, live: [Step] = [], columns: Int = 100, rows: Int = 30
  ) -> KeyWalk {
    let digits = Array("12345678".unicodeScalars)
    let titles = [
      "[1 Overview]", "[2 Timeline]", "[3 IPI]", "[4 vCPU]", "[5 Interrupts]", "[6 Console]",
      "[7 Log]", "[8 Policies]",
    ]
    var steps = own
    if context != .timeline {
      steps += [
        .press("[", after: [.character(".")]), .press("]"),
        .press(".", after: [.character("["), .character("[")]),
      ]
    } else {
      steps.append(.press("."))
    }
    // What lies over the view.
    steps += [
      .press("?", .shows("Help: "), then: [.escape]),
      .press(.function(1), .shows("Help: "), then: [.escape]),
      .press("i", .shows("─ Inject "), then: [.escape]),
      .press(.function(7), .shows("─ Inject "), then: [.escape]),
      .press("p", .shows("Policy: how a vcpu"), then: [.escape]),
      .press("C", .shows("[Table]"), then: [.escape]),
      .press("S", .shows("Scenario: what the demo guest"), then: [.escape]),
      .press("t"),
      .press("+", .shows("refresh 20 Hz")),
      .press("=", .shows("refresh 30 Hz")),
      .press("-", .shows("refresh 20 Hz")),
      .press("w", .shows(".json")), .press("y"),
      .press(":", then: [.escape]), .press(.control("x"), .shows("nothing is repeated")),
    ]
    // In the interrupts' view the letter is the pin's line.
    // Thrice, and the characters are those of before.
    if context != .interrupts { steps += [.press("a"), .press("a"), .press("a")] }
    // The other views and back; this view's own digit comes from another.
    for (index, title) in titles.enumerated() where title != tab {
      steps.append(.press(digits[index], .shows(title)))
    }
    steps.append(.press(digit, .shows(tab)))
    let place = titles.firstIndex(of: tab) ?? 0
    if context == .overview || context == .console {
      // There the focus goes round among panes.
      steps += [.press(.tab), .press(.backTab)]
    } else {
      steps += [
        .press(.tab, .shows(titles[(place + 1) % 8])),
        .press(.backTab, .shows(titles[(place + 7) % 8]), after: [.character(digit)]),
      ]
    }
    if context == .overview {
      steps.append(.press(.escape, after: [.enter]))
    } else {
      steps.append(.press(.escape, .shows("[1 Overview]"), after: [.character(digit)]))
    }
    // Live from here on; and quiet, so that the log stays.
    steps += [
      .press(" ", .hides("FROZEN"), after: [.character(digit)]),
      .press(.function(9), .hides("■ STOPPED"), after: [.character("S"), .home, .enter]),
    ]
    steps += live
    steps += [.press(.function(8), .logs(" bare ", filter: "bare", lines: 1))]
    return KeyWalk(
      context, columns: columns, rows: rows, opening: [.character(digit)] + opening,
      ready: ready ?? tab, landmark: tab, steps: steps)
  }

  /// Each key that leaves needs a run of its own.
  private static let endings: [KeyWalk] = InputContext.views.flatMap { context, digit, tab in
    [Key.character("q"), .function(10), .control("c")].map { key in
      leaving(context, key, opening: [.character(digit)], landmark: tab)
    }
  }

  private static let overview: [Step] = [
    .press(.down), .press(.up), .press("j"), .press("k"),
    .press(.end), .press(.home), .press("G"), .press("g"),
    .press(.pageDown), .press(.pageUp),
    .press(.enter), .press("e"),
    .press(.function(5)), .press(.right), .press(.left), .press("l"),
    .press("c"), .press("F"),
    .press("h", .shows("Help: "), then: [.escape]),
  ]

  private static let timeline: [Step] = [
    .press(.up), .press(.down), .press("k"), .press("j"),
    .press(.home), .press(.end), .press("g"), .press("G"),
    .press(.pageUp), .press(.pageDown),
    .press("["), .press("]"),
    .press("z"), .press(.right), .press(.left), .press("Z"),
    .press("x"), .press("s"), .press("f"),
    .press("l", after: [.character("f")]),
    .press(.enter, .shows("[4 vCPU]"), then: [.character("2")]),
  ]

  private static let ipi: [Step] = [
    .press(.right), .press(.left), .press("l"), .press("h"),
    .press(.down), .press(.up), .press("j"), .press("k"),
    .press(.end), .press(.home), .press("G"), .press("g"),
    .press(.pageDown), .press(.pageUp),
    .press(.enter, .shows("[Rendezvous #"), after: [.right], then: [.escape]),
    .press(.backspace), .press("r"), .press("n"), .press("z"),
    .press("o"), .press("v"),
  ]

  private static let vcpu: [Step] = [
    .press(.right), .press(.left), .press("l"), .press("h"),
    .press(.end), .press(.home), .press("d"), .press("m"),
    .press(.pageDown), .press(.pageUp), .press(.down), .press(.up),
    .press("j"), .press("k"), .press(.enter, .shows("[Rendezvous #"), then: [.escape]),
  ]

  private static let interrupts: [Step] = [
    .press(.down), .press(.up), .press("j"), .press("k"),
    .press(.end), .press(.home), .press("G"), .press("g"),
    .press(.pageDown), .press(.pageUp), .press("o"),
    .press("e", .shows("─ Inject "), after: [.character("o")], then: [.escape]),
  ]

  /// The demo's few lines scroll in the overview's low pane only.
  private static let console: [Step] = [
    .press("1", .shows("[1 Overview]")),
    .press(.pageUp), .press(.pageDown), .press(.home), .press(.end), .press(.up), .press(.down),
    .press("k"), .press("j"), .press("g"),
    .press("G"),
    .press("e", .shows("[1 Overview]"), after: [.character("6")], then: [.character("6")]),
    .press("/", .shows("find:")),
    .press("n", after: [.character("d"), .character("e"), .enter]),
    .press("N"),
    .press(.enter, .shows("keys go to the guest"), then: [.control("]")]),
    .press(.control("]"), .shows("keys go to the guest"), then: [.control("]")]),
    .press("h", .shows("Help: "), then: [.escape]),
  ]

  private static let log: [Step] = [
    .press(.up), .press(.down), .press("k"), .press("j"),
    .press(.home), .press(.end), .press("g"), .press("G"),
    .press(.pageUp), .press(.pageDown), .press("f", after: [.home]),
    .press(.function(4), .shows("rdv_"), then: [.escape]),
    .press("\\", .shows("rdv_"), then: [.escape]),
    .press("/", .shows("rdv_"), then: [.escape]),
    .press(.enter, .shows("[Rendezvous #"), after: [.home], then: [.escape]),
  ]

  private static let policies: [Step] = [
    .press(.up), .press(.down), .press("k"), .press("j"),
    .press(.home), .press(.end), .press("g"), .press("G"),
    .press("x", .shows("[Policy "), then: [.escape]),
    .press(.pageUp), .press(.pageDown), .press(.home),
  ]
}

extension InputContext {
  /// The views' contexts, with the digits that show them, and their tabs.
  fileprivate static let views: [(InputContext, Unicode.Scalar, String)] = [
    (.overview, "1", "[1 Overview]"), (.timeline, "2", "[2 Timeline]"), (.ipi, "3", "[3 IPI]"),
    (.vcpu, "4", "[4 vCPU]"), (.interrupts, "5", "[5 Interrupts]"), (.console, "6", "[6 Console]"),
    (.log, "7", "[7 Log]"), (.policies, "8", "[8 Policies]"),
  ]
}

/// One line of the key table (``KeyTable``), which alone decides what a key does, what the bar shows and
/// what the help screen says.
public struct KeyBinding: Sendable, Equatable {
  /// The part of the help screen that it is in.
  public enum Section: String, Sendable, CaseIterable {
    case guest = "Guest"
    case views = "Views"
    case display = "Display"
    case move = "Move"
    case dialog = "Dialog"
    case program = "Program"
  }

  /// Where it is valid.
  public let contexts: [InputContext]
  /// The keys, the one that the bar names first.
  public let keys: [Key]
  /// What they do.
  public let action: Action
  /// The word in the bar, or nil where it is not there.
  public let label: String?
  /// One line for the help screen.
  public let help: String
  /// Its part of the help screen.
  public let section: Section

  init(
    _ contexts: [InputContext], _ section: Section, _ action: Action, _ keys: [Key],
    _ label: String?, _ help: String
  ) {
    self.contexts = contexts
    self.section = section
    self.action = action
    self.keys = keys
    self.label = label
    self.help = help
  }

  /// The views, the overview with or without the focus on the console.
  static let views: [InputContext] = [
    .overview, .console, .timeline, .ipi, .vcpu, .interrupts, .log, .policies,
  ]
  /// Those that scroll as the overview's panes do.
  private static let panes: [InputContext] = [.overview, .console]

  /// The key table as it is without settings. Quit is the last of each context: the bar always has it.
  public static let all: [KeyBinding] =
    timeline + ipi + vcpu + interrupts + log + policies + compare + injecting + common + viewKeys
    + export + palette + helpScreen + page + incident + quit

  /// The digits, and the way round.
  private static let viewKeys: [KeyBinding] =
    zip(
      MonitorView.allCases,
      [
        Action.showOverview, .showTimeline, .showIPI, .showVCPU, .showInterrupts, .showConsole,
        .showLog, .showPolicies,
      ]
    ).map { view, action in
      KeyBinding(
        views + [.page], .views, action, [.character(view.key)], nil,
        "\(view.title): \(view.meaning)")
    } + [
      KeyBinding(
        [.timeline, .ipi, .vcpu, .interrupts, .log, .policies], .views, .nextView, [.tab], nil,
        "the next view"),
      KeyBinding(
        [.timeline, .ipi, .vcpu, .interrupts, .log, .policies], .views, .previousView, [.backTab],
        nil, "the view before"),
    ]

  private static let common: [KeyBinding] = [
    KeyBinding(
      views + [.inject, .chooser, .help, .compare, .pair], .program, .help,
      [.function(1), .character("?")], "Help",
      "help for what is on top; again: all views; Esc closes it"),
    KeyBinding([.search], .program, .help, [.function(1)], "Help", "help"),
    KeyBinding(
      [.overview, .console, .help], .program, .help, [.character("h")], nil, "the same as ?"),
    KeyBinding(
      [.inject], .dialog, .inject, [.enter], "Inject",
      "inject; the outcome is shown, the dialog stays"),
    KeyBinding(
      [.console], .guest, .attach, [.enter], "Type",
      "every key goes to the guest until ^]; a small pane is alone"),
    KeyBinding(
      [.console], .guest, .sendEscapeKey, [.control("]")], nil,
      "sends ^] itself to the guest, and every key after it"),
    KeyBinding(
      [.attached], .guest, .detach, [.control("]")], "Detach",
      "take the keyboard back; once more sends ^] to the guest"),
    KeyBinding(
      [.console], .move, .openSearch, [.character("/")], "Find",
      "find text in the console, upwards from what is shown"),
    KeyBinding([.console], .move, .findOlder, [.character("n")], nil, "the next one above"),
    KeyBinding([.console], .move, .findNewer, [.character("N")], nil, "the next one below"),
    KeyBinding(
      [.search], .dialog, .apply, [.enter], "Find",
      "find it, or if empty the last one; case does not count"),
    KeyBinding([.chooser], .dialog, .apply, [.enter], "Apply", "apply the marked one and close"),
    KeyBinding(
      [.chooser], .dialog, .showReview, [.character("x")], "Review",
      "what review D37390 said of the marked policy; a page"),
    KeyBinding(
      [.inject, .chooser, .help, .search, .filter], .dialog, .close, [.escape], "Close",
      "close; never quits"
    ),
    KeyBinding([.chooser, .help], .dialog, .close, [.character("q")], nil, "close"),
    KeyBinding(
      [.inject], .dialog, .nextField, [.tab, .down], "Next", "next field"),
    KeyBinding([.inject], .dialog, .previousField, [.backTab, .up], nil, "previous field"),
    KeyBinding(
      [.inject], .dialog, .nextChoice, [.right], "Choose", "next value of a field with choices"),
    KeyBinding([.inject], .dialog, .previousChoice, [.left], nil, "previous value"),
    KeyBinding(
      [.inject, .search, .filter], .dialog, .erase, [.backspace], nil, "erase the last character"),
    KeyBinding([.inject, .search, .filter], .dialog, .clear, [.delete], nil, "clear the field"),
    KeyBinding(
      views, .guest, .openInject, [.function(7), .character("i")], "Inject",
      "inject an interrupt, IPI, redirection entry or rendezvous"),
    KeyBinding(
      views, .guest, .rendezvousAll, [.function(8)], "Rdv",
      "a bare rendezvous of all vcpus, now"),
    KeyBinding(
      views, .guest, .stopOrContinue, [.function(9)], "Stop",
      "stop the guest, or let it run again"),
    KeyBinding(
      views, .guest, .choosePolicy, [.character("p")], "Policy",
      "choose the rendezvous policy"),
    KeyBinding(
      views, .guest, .chooseScenario, [.character("S")], "Scenario",
      "choose what the demo guest does"),
    KeyBinding(
      views, .display, .freeze, [.character(" ")], "Freeze",
      "freeze the picture, not the guest; recording goes on"),
    KeyBinding(
      views.filter { $0 != .timeline }, .display, .olderMoment, [.character("[")], nil,
      "freeze, and back by a sample, up to ten minutes"),
    KeyBinding(
      views.filter { $0 != .timeline }, .display, .newerMoment, [.character("]")], nil,
      "forward by a sample of the frozen picture"),
    KeyBinding(
      views, .display, .takeSample, [.character(".")], nil,
      "freeze at the newest sample: one at a time"),
    KeyBinding(
      views, .display, .faster, [.character("+"), .character("=")], nil,
      "refresh faster: 1 2 5 10 20 30 60 Hz"),
    KeyBinding(views, .display, .slower, [.character("-")], nil, "refresh slower"),
    KeyBinding(
      [.overview], .display, .toggleGrid, [.function(5), .character("F")], nil,
      "vcpus as a table, or as a grid of cells"),
    KeyBinding(
      [.overview], .display, .colorBy, [.character("c")], nil,
      "the grid shows state, exits, stall, lag, IPIs, rdv, TPR"),
    KeyBinding([.overview], .move, .left, [.left], nil, "the cell to the left in the grid"),
    KeyBinding(
      [.overview], .move, .right, [.right, .character("l")], nil, "the cell to the right"),
    KeyBinding(
      [.overview], .display, .zoom, [.enter, .character("e")], nil,
      "the focused pane alone, or all again"),
    KeyBinding(
      [.console], .display, .zoom, [.character("e")], nil, "the console alone, or all again"),
    KeyBinding(views, .display, .close, [.escape], nil, "the overview with all panes; never quits"),
    KeyBinding(
      [.overview, .console], .move, .nextPane, [.tab], "Pane",
      "next pane: vcpus, counters, console, log"),
    KeyBinding(
      views + [.compare, .pair], .display, .nextTheme, [.character("t")], "Theme", "next theme"),
    KeyBinding([.overview, .console], .move, .previousPane, [.backTab], nil, "previous pane"),
    KeyBinding(
      panes + [.chooser, .help], .move, .up, [.up, .character("k")], nil,
      "up: select (vcpus, counters) or scroll"),
    KeyBinding(
      panes + [.chooser, .help], .move, .down, [.down, .character("j")], nil, "down"),
    KeyBinding(
      panes + [.chooser, .help], .move, .pageUp, [.pageUp], nil, "a page up"),
    KeyBinding(
      panes + [.chooser, .help], .move, .pageDown, [.pageDown], nil, "a page down"),
    KeyBinding(
      panes + [.chooser, .help], .move, .home, [.home, .character("g")], nil,
      "to the first"),
    KeyBinding(
      panes + [.chooser, .help], .move, .end, [.end, .character("G")], nil,
      "to the last; console and log follow again"),
  ]

  private static let quit: [KeyBinding] = [
    KeyBinding(
      views, .program, .quit, [.function(10), .character("q"), .control("c")], "Quit",
      "leave; the guest ends with it"),
    KeyBinding(
      [.inject, .chooser, .help, .search, .filter, .compare, .pair], .program, .quit,
      [.function(10), .control("c")], "Quit",
      "leave; the guest ends with it"),
  ]
}

extension Key {
  /// The key's name on the screen.
  public var name: String {
    switch self {
    case .character(" "): "Space"
    case .character(let scalar): String(Character(scalar))
    case .control(let scalar): "^" + String(Character(scalar)).uppercased()
    case .function(let number): "F\(number)"
    case .up: "Up"
    case .down: "Down"
    case .left: "Left"
    case .right: "Right"
    case .home: "Home"
    case .end: "End"
    case .pageUp: "PgUp"
    case .pageDown: "PgDn"
    case .tab: "Tab"
    case .backTab: "S-Tab"
    case .enter: "Enter"
    case .escape: "Esc"
    case .backspace: "Bksp"
    case .delete: "Del"
    case .insert: "Ins"
    case .modified(let key, let modifiers):
      (modifiers.contains(.control) ? "C-" : "") + (modifiers.contains(.alt) ? "M-" : "")
        + (modifiers.contains(.shift) ? "S-" : "") + key.name
    }
  }
}

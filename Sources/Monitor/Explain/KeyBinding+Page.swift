extension KeyBinding {
  /// The keys of a page over what is shown.
  static let page: [KeyBinding] = [
    own(.program, .help, [.function(1), .character("?")], "Help", "help; again: all views"),
    own(.dialog, .close, [.escape, .character("q")], "Back", "back to where it was opened"),
    own(
      .views, .openEntry, [.enter], "Timeline",
      "to the timeline with its lanes, or an incident's rendezvous"),
    own(
      .display, .showReview, [.character("x")], "Policy",
      "the policy that was in force; once more goes back"),
    own(.move, .previousRendezvous, [.character("[")], "Prev", "the rendezvous before this one"),
    own(.move, .nextRendezvous, [.character("]")], "Next", "the rendezvous after this one"),
    own(.move, .up, [.up, .character("k")], nil, "a line up"),
    own(.move, .down, [.down, .character("j")], nil, "a line down"),
    own(.move, .pageUp, [.pageUp], nil, "a page up"),
    own(.move, .pageDown, [.pageDown], nil, "a page down"),
    own(.move, .home, [.home, .character("g")], nil, "to the first line"),
    own(.move, .end, [.end, .character("G")], nil, "to the last line"),
    own(
      .program, .copySelection, [.character("y")], nil,
      "copy the page as text; the terminal must allow it"),
    own(
      .program, .quit, [.function(10), .control("c")], "Quit", "leave; the guest ends with it"),
  ]

  private static func own(
    _ section: Section, _ action: Action, _ keys: [Key], _ label: String?, _ help: String
  ) -> KeyBinding {
    KeyBinding([.page], section, action, keys, label, help)
  }
}

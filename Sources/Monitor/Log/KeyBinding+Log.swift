extension KeyBinding {
  /// The keys of the log alone.
  static let log: [KeyBinding] = [
    KeyBinding(
      [.log], .views, .openEntry, [.enter], "Open",
      "explain the rendezvous, panic or hang; else to its vcpu"
    ),
    KeyBinding(
      [.log], .display, .editFilter, [.function(4), .character("\\"), .character("/")], "Filter",
      "which entries are shown: rdv spur lag>100 vcpu:0-3 !inj"),
    KeyBinding([.log], .move, .up, [.up, .character("k")], nil, "the entry above"),
    KeyBinding([.log], .move, .down, [.down, .character("j")], nil, "the entry below"),
    KeyBinding([.log], .move, .pageUp, [.pageUp], nil, "a page up"),
    KeyBinding([.log], .move, .pageDown, [.pageDown], nil, "a page down"),
    KeyBinding([.log], .move, .home, [.home, .character("g")], nil, "the oldest that is kept"),
    KeyBinding(
      [.log], .move, .end, [.end, .character("G"), .character("f")], nil,
      "the newest, and follow"),
    KeyBinding([.filter], .program, .help, [.function(1)], "Help", "help"),
    KeyBinding(
      [.filter], .dialog, .apply, [.enter], "Apply", "filter by it; empty: show everything"),
  ]
}

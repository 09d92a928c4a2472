extension KeyBinding {
  static let interrupts: [KeyBinding] = [
    own(
      .guest, .pulsePin, [.enter, .character("u")], "Pulse",
      "pulse the pin: assert it, then deassert it"),
    own(
      .guest, .togglePin, [.character("a")], "Line",
      "assert the pin's line, or deassert it where it is"),
    own(
      .guest, .maskPin, [.character("m")], "Mask", "mask the entry, or unmask it: bit 16 alone"),
    own(
      .guest, .editEntry, [.character("e")], "Edit",
      "edit the entry: the inject dialog with its fields"),
    own(
      .display, .showUsedPins, [.character("o")], nil,
      "only the pins in use, or all of them"),
    own(.move, .up, [.up, .character("k")], nil, "the pin above"),
    own(.move, .down, [.down, .character("j")], nil, "the pin below"),
    own(.move, .pageUp, [.pageUp], nil, "a page up"),
    own(.move, .pageDown, [.pageDown], nil, "a page down"),
    own(.move, .home, [.home, .character("g")], nil, "the first pin"),
    own(.move, .end, [.end, .character("G")], nil, "the last pin"),
  ]

  private static func own(
    _ section: Section, _ action: Action, _ keys: [Key], _ label: String?, _ help: String
  ) -> KeyBinding {
    KeyBinding([.interrupts], section, action, keys, label, help)
  }
}

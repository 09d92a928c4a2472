extension KeyBinding {
  /// The keys that carry something out of the monitor, and what it is drawn with.
  static let export: [KeyBinding] = [
    KeyBinding(
      views, .program, .saveView, [.character("w")], nil,
      "save this view's data as JSON in the current folder"),
    KeyBinding(
      views, .program, .copySelection, [.character("y")], nil,
      "copy what is selected; the terminal must allow it"),
    KeyBinding(
      // There the letter is the pin's line.
      views.filter { $0 != .interrupts } + [.compare], .display, .nextGlyphs, [.character("a")],
      nil,
      "next characters: ascii, blocks, braille"),
  ]
}

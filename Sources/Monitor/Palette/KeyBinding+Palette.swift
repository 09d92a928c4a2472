extension KeyBinding {
  /// The key of the palette, and those in it. The bar has `:` where there is room.
  static let palette: [KeyBinding] = [
    KeyBinding(
      views, .program, .openPalette, [.character(":")], "Command",
      "a command by name: Tab completes, Up has the last ones"),
    own(.dialog, .apply, [.enter], "Do", "do it; what is wrong is said, the line stays"),
    own(.dialog, .close, [.escape], "Close", "close; never quits"),
    own(
      .dialog, .completeCommand, [.tab], "Complete",
      "what all in the list begin with; then one after the other"),
    own(.dialog, .nextChoice, [.down], nil, "mark the next in the list"),
    own(
      .dialog, .previousChoice, [.up, .backTab], nil,
      "mark the one before; in an empty line: the last command"),
    own(.dialog, .erase, [.backspace], nil, "erase the last character"),
    own(.dialog, .clear, [.delete, .control("u")], nil, "clear the line"),
    own(.program, .help, [.function(1)], "Help", "help"),
    own(.program, .quit, [.function(10), .control("c")], "Quit", "leave; the guest ends with it"),
  ]

  private static func own(
    _ section: Section, _ action: Action, _ keys: [Key], _ label: String?, _ help: String
  ) -> KeyBinding {
    KeyBinding([.palette], section, action, keys, label, help)
  }
}

extension KeyBinding {
  /// The keys of the help screen alone, and of what is looked for in it.
  static let helpScreen: [KeyBinding] = [
    KeyBinding(
      [.help], .move, .openSearch, [.character("/")], "Search",
      "only lines with some words: a key, an action, anything"),
    typing(.program, .help, [.function(1)], "All", "every view's keys; once more closes"),
    typing(.dialog, .apply, [.enter], "Keep", "keep the lines that are found, to scroll in them"),
    typing(.dialog, .close, [.escape], "Leave", "all lines again; once more closes the help"),
    typing(.dialog, .erase, [.backspace], nil, "erase the last character"),
    typing(.dialog, .clear, [.delete, .control("u")], nil, "clear it"),
    typing(.move, .up, [.up], nil, "up"),
    typing(.move, .down, [.down], nil, "down"),
    typing(.move, .pageUp, [.pageUp], nil, "a page up"),
    typing(.move, .pageDown, [.pageDown], nil, "a page down"),
    typing(
      .program, .quit, [.function(10), .control("c")], "Quit", "leave; the guest ends with it"),
  ]

  private static func typing(
    _ section: Section, _ action: Action, _ keys: [Key], _ label: String?, _ help: String
  ) -> KeyBinding {
    KeyBinding([.helpSearch], section, action, keys, label, help)
  }
}

extension KeyBinding {
  /// The two keys that the line over every view takes while it is there.
  static let incident: [KeyBinding] = [
    KeyBinding(
      [.incident], .views, .lookAtIncident, [.enter], "Look", "a page on what the line tells of"),
    KeyBinding(
      [.incident], .dialog, .dismissIncident, [.escape], "Dismiss",
      "take the line away; the log keeps the entry"),
    KeyBinding(
      [.incident], .program, .quit, [.function(10), .control("c")], "Quit",
      "leave; the guest ends with it"),
  ]
}

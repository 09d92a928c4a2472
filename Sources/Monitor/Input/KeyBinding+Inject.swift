extension KeyBinding {
  /// The inject dialog's own keys, and the one that ends what it began.
  static let injecting: [KeyBinding] = [
    KeyBinding(
      [.inject], .dialog, .olderInjection, [.pageUp], nil,
      "the last injection again, then older ones, up to 50"),
    KeyBinding(
      [.inject], .dialog, .newerInjection, [.pageDown], nil, "back to newer injections"),
    KeyBinding(
      views + [.inject], .guest, .stopRepeating, [.control("x")], nil,
      "stop every repeated injection that is under way"),
  ]
}

extension KeyBinding {
  static let policies: [KeyBinding] = [
    own(
      .guest, .apply, [.enter], "Use",
      "put the marked policy in force, between two rendezvous"),
    own(
      .display, .showReview, [.character("x")], "Review",
      "what review D37390 said of it, what it costs; a page"),
    own(.move, .up, [.up, .character("k")], nil, "the policy above"),
    own(.move, .down, [.down, .character("j")], nil, "the policy below"),
    own(.move, .pageUp, [.pageUp], nil, "a page up in the review's words, or the table"),
    own(.move, .pageDown, [.pageDown], nil, "a page down there"),
    own(.move, .home, [.home, .character("g")], nil, "the first policy"),
    own(.move, .end, [.end, .character("G")], nil, "the last policy"),
  ]

  private static func own(
    _ section: Section, _ action: Action, _ keys: [Key], _ label: String?, _ help: String
  ) -> KeyBinding {
    KeyBinding([.policies], section, action, keys, label, help)
  }
}

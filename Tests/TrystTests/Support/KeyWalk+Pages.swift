import Monitor

extension KeyWalk {
  /// Through the pages: few rows, so that they scroll.
  static let pages: [KeyWalk] = [rendezvous, policy, panic]

  private static let rendezvous = KeyWalk(
    .page, rows: 16,
    opening: [.character("7"), .character("\\")] + typed("rdv") + [.enter], ready: "[7 Log]",
    way: [.enter], landmark: "[Rendezvous #",
    steps: scrolling + [
      .press("["), .press("]"),
      .press("?", .shows("Help: "), then: [.escape]),
      .press(.function(1), .shows("Help: "), then: [.escape]),
      .press("y", .shows("copied the page")),
      .press("x", .shows("[Policy landed"), then: [.escape]),
      .press("1", .shows("[1 Overview]"), then: back),
      .press("2", .shows("[2 Timeline]"), then: back),
      .press("3", .shows("[3 IPI]"), then: back), .press("4", .shows("[4 vCPU]"), then: back),
      .press("5", .shows("[5 Interrupts]"), then: back),
      .press("6", .shows("[6 Console]"), then: back),
      .press("8", .shows("[8 Policies]"), then: back),
      .press("7", .hides("[Rendezvous #"), then: [.enter]),
      .press(.enter, .shows("[2 Timeline]"), then: back),
      .press("q", .hides("[Rendezvous #"), then: [.enter]),
      .press(.escape, .hides("[Rendezvous #")),
    ])

  private static let back: [Key] = [.character("7"), .enter]

  private static let scrolling: [Step] = [
    .press(.down), .press(.up), .press("j"), .press("k"), .press(.end), .press(.home),
    .press("G"), .press("g"), .press(.pageDown), .press(.pageUp),
  ]

  /// What a review said, from the list of policies.
  private static let policy = KeyWalk(
    .page, .frozen, options: quiet, columns: 60, rows: 12, opening: [.character("8")],
    ready: "[8 Policies]", way: [.character("x")], landmark: "[Policy landed",
    steps: scrolling + [
      .press("[", .shows("of no rendezvous")), .press(.enter, .shows("in force")),
      .press("y", .shows("copied the page")),
      .press("x", .hides("[Policy landed"), then: [.character("x")]),
      .press(.escape, .hides("[Policy landed")),
    ])

  /// The design before D37390 panics at once where INITs name one vcpu and the others leave the guest all the
  /// time.
  private static let panicking = ["--cpus", "4", "--scenario", "init-storm", "--policy", "strict"]
  private static let title = "[The panic that would have been]"

  private static let panic = KeyWalk(
    .page, .frozen, options: panicking, rows: 12, ready: "panic would have been", way: [.enter],
    landmark: title,
    steps: scrolling + [
      .press("[", .shows("of no rendezvous")), .press("y", .shows("copied the page")),
      .press("x", .shows("[Policy strict"), then: [.escape]),
      .press(.enter, .shows("[Rendezvous #"), then: [.escape]),
      .press("1", .hides(title)),
    ])

  /// The line that tells of an incident: once in a run, so that each key has its own.
  static let incident: [KeyWalk] = [
    (Key.enter, Effect.shows(title)), (.escape, .hides("panic would have been")),
    (.function(10), .leaves), (.control("c"), .leaves),
  ].map { key, effect in
    KeyWalk(
      .incident, .live, options: panicking, opening: [.character("1")],
      landmark: "panic would have been", steps: [.press(key, effect)])
  }
}

import Monitor

extension KeyWalk {
  /// Through the pages: few rows, so that they scroll.
  static let pages: [KeyWalk] = [rendezvous, policy, panic, broken]

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
    way: [.character("x")], landmark: "[Policy landed",
    steps: scrolling + [
      .press("[", .shows("of no rendezvous")), .press(.enter, .shows("there Enter puts landed")),
      .press("y", .shows("copied the page")),
      .press("x", .hides("[Policy landed"), then: [.character("x")]),
      .press(.escape, .hides("[Policy landed")),
    ])

  /// The design before D37390 panics at once where two vcpus INIT others that leave the guest all the time.
  private static let panic = KeyWalk(
    .page, .frozen,
    options: ["--cpus", "6", "--scenario", "pair-init", "--policy", "strict"], rows: 12,
    ready: "panic would have been", way: [.enter], landmark: "[The panic that would have been]",
    steps: scrolling + [
      .press("[", .shows("of no rendezvous")), .press("y", .shows("copied the page")),
      .press("x", .shows("[Policy strict"), then: [.escape]),
      .press(.enter, .shows("[Rendezvous #"), then: [.escape]),
      .press("1", .hides("[The panic that would have been]")),
    ])

  /// A request that is never cleared: after half a second the watchdog ends it and tells.
  private static let breaking = quiet + ["--policy", "no-clear", "--unsafe-policies"]
  private static let livelock = "[Vcpus in a livelock]"
  private static let line = "no-clear kept vcpus out of the guest"

  private static let broken = KeyWalk(
    .page, .frozen, options: breaking, rows: 12, ready: line, way: [.enter], landmark: livelock,
    steps: scrolling + [
      .press(.enter, .shows("[Rendezvous #"), then: [.escape]),
      .press("y", .shows("copied the page")),
      .press("x", .shows("[Policy !no-clear"), then: [.escape]),
      .press(.escape, .hides(livelock)),
    ])

  /// The line that tells of an incident: once in a run, so that each key has its own.
  static let incident: [KeyWalk] = [
    (Key.enter, Effect.shows(livelock)), (.escape, .hides(line)), (.function(10), .leaves),
    (.control("c"), .leaves),
  ].map { key, effect in
    KeyWalk(
      .incident, .live, options: breaking, opening: [.character("1")], landmark: line,
      steps: [.press(key, effect)])
  }
}

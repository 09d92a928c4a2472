import Monitor

extension KeyWalk {
  /// Through the page of a rendezvous: few rows, so that it scrolls.
  static let page = KeyWalk(
    .page, rows: 16, way: [.character("7"), .character(" "), .enter],
    landmark: "[Rendezvous #",
    steps: [
      .press(.down), .press(.up), .press("j"), .press("k"), .press(.end), .press(.home),
      .press("G"), .press("g"), .press(.pageDown), .press(.pageUp),
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

  /// The line that tells of an incident: once in a run, so that each key has its own. The design before D37390
  /// panics at once where INITs name one vcpu and the others leave the guest all the time.
  static let incident: [KeyWalk] = [
    (Key.enter, Effect.shows("[The panic that would have been]")),
    (.escape, .hides("panic would have been")), (.function(10), .leaves), (.control("c"), .leaves),
  ].map { key, effect in
    KeyWalk(
      .incident, options: ["--cpus", "6", "--scenario", "init-storm", "--policy", "strict"],
      way: [.character("1")], landmark: "panic would have been", steps: [.press(key, effect)])
  }
}

import Themes

/// What the letters and shades of the lanes mean, in as many words as there is room for.
enum LaneLegend {
  static func paint(_ frame: inout Frame, _ rect: Rect, _ y: Int) {
    let spans = wordings.first { width($0) < rect.width } ?? wordings[wordings.count - 1]
    frame.put(rect.x + 1, y, spans, limit: rect.width - 1)
  }

  private static func width(_ spans: [Span]) -> Int {
    spans.reduce(0) { $0 + CellWidth.columns($1.text) }
  }

  /// The longest first.
  private static let wordings: [[Span]] = [
    legend([
      ("!", "asked"), ("k", "told by a signal"), ("w", "by a wake-up"), ("e", "already out"),
      ("▒", "still in the guest"), ("▓", "under way"), ("A", "arrived"), ("=", "runs"),
      ("─", "waits for the last"), ("B~", "bystander, waits for nothing"), ("X", "goes on"),
      ("*", "straggler"),
    ]),
    legend([
      ("!", "ask"), ("k", "signal"), ("w", "woken"), ("e", "elided"), ("▒", "in guest"),
      ("▓", "under way"), ("A", "arrived"), ("=", "run"), ("─", "wait"), ("B~", "bystander"),
      ("X", "go on"), ("*", "late"),
    ]),
    legend([
      ("!", "ask"), ("k w e", "kick"), ("▒", "guest"), ("▓", "vmm"), ("A", "came"), ("=", "run"),
      ("─", "wait"), ("B~", "byst"), ("X", "go"), ("*", "late"),
    ]),
    legend([("k", "kick"), ("A", "came"), ("─", "wait"), ("B~", "byst"), ("*", "late")]),
  ]

  private static func legend(_ words: [(String, String)]) -> [Span] {
    words.enumerated().flatMap { place, pair in
      [
        Span((place > 0 ? "  " : "") + pair.0, roles[pair.0] ?? .laneKick),
        Span(" " + pair.1, .dim),
      ]
    }
  }

  private static let roles: [String: Role] = [
    "!": .rendezvous, "▒": .laneGuest, "▓": .laneVMM, "A": .laneArrived, "=": .laneArrived,
    "─": .laneParked, "B~": .spurious, "X": .laneReleased, "*": .straggler,
  ]

  /// The same for the help screen, in full.
  static let help: [(String, String, Role)] = [
    ("!", "the request; the lane's vcpu is the one that asked", .rendezvous),
    ("k w e", "told by a signal; by a wake-up; elided, was out already", .laneKick),
    ("▒", "told, but still in the guest", .laneGuest),
    ("▓", "out of the guest, under way to the handler", .laneVMM),
    ("A", "a member arrived; = it runs the action", .laneArrived),
    ("─", "waits for the last member", .laneParked),
    ("B ~", "a bystander came, and waits for nothing", .spurious),
    ("X", "goes on", .laneReleased),
    ("│", "the end of the rendezvous", .border),
    ("*", "straggler: the last, or later than twice the median", .straggler),
    ("lag", "from the request until the arrival", .text),
  ]
}

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
      "asked", "told by a signal", "by a wake-up", "already out", "still in the guest", "under way",
      "arrived", "runs", "waits for the last", "bystander, waits for nothing", "goes on",
      "straggler",
    ]),
    legend([
      "asked", "signalled", "woken", "elided", "in guest", "under way", "arrived", "runs", "waits",
      "bystander", "goes on", "straggler",
    ]),
    legend([
      "ask", "kick", nil, nil, "guest", "vmm", "came", "run", "wait", "bystander", "go on", "late",
    ]),
    legend([nil, "kick", nil, nil, nil, nil, "came", nil, "wait", "byst", nil, "late"]),
  ]

  /// The signs with `words`, those without one left out.
  private static func legend(_ words: [String?]) -> [Span] {
    zip(signs, words).flatMap { sign, word in
      word.map { [Span(sign.0 + " ", sign.1), Span($0 + "  ", .dim)] } ?? []
    }
  }

  private static let signs: [(String, Role)] = [
    ("!", .rendezvous), ("k", .laneKick), ("w", .laneKick), ("e", .laneKick),
    ("▒", .laneGuest), ("▓", .laneVMM), ("A", .laneArrived), ("=", .laneArrived),
    ("─", .laneParked), ("B~", .spurious), ("X", .laneReleased), ("*", .straggler),
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

import Rendezvous
import Telemetry
import Themes

/// Two lines of totals: rates with sparklines, then the latency of rendezvous and the exits.
enum TotalsView {
  static func paint(_ frame: inout Frame, _ rect: Rect, _ model: MonitorModel) {
    guard !rect.isEmpty else { return }
    rates(&frame, rect, model.shown)
    if rect.height > 1 { latency(&frame, rect.dropping(1), model.shown) }
  }

  /// A metric of the first line: where its word begins, and where its sparkline is.
  private struct Place {
    let metric: Metric
    let x: Int
    let graph: Range<Int>
  }

  private static func places(_ rect: Rect) -> [Place] {
    var metrics: [Metric] = [.rendezvous, .spurious, .ipis]
    if rect.width >= 110 { metrics.append(.exits) }
    // A number is never cut: it would be another one.
    while metrics.count > 1, metrics.reduce(0, { $0 + CellWidth.columns($1.word) + 7 }) > rect.width
    {
      metrics.removeLast()
    }
    let labels = metrics.reduce(0) { $0 + CellWidth.columns($1.word) }
    // Each has a blank before it, its word, five columns of number and its sparkline.
    let bars = (rect.width - labels - metrics.count * 8) / metrics.count
    let width = max(0, min(bars, Recording.sampleCount - 1))
    var x = rect.x
    return metrics.map { metric in
      let start = x + CellWidth.columns(metric.word) + 8
      defer { x = width > 0 ? start + bars : start - 1 }
      return Place(metric: metric, x: x + 1, graph: start..<(start + width))
    }
  }

  private static func rates(_ frame: inout Frame, _ rect: Rect, _ recording: Recording) {
    for place in places(rect) {
      let rate = recording.rate(place.metric)
      let isAlarming = place.metric == .spurious && rate > 0
      let x = frame.put(place.x, rect.y, place.metric.word, place.metric.role)
      let number = Quantity.rate(rate).rightAligned(6)
      frame.put(x, rect.y, number, isAlarming ? .spurious : .text)
      frame.putCurve(
        place.graph.lowerBound, rect.y, width: place.graph.count, .graph,
        recording.history(place.metric, frame.samples(inCurve: place.graph.count)))
    }
  }

  /// The moment of the bar at that place, nanoseconds since the machine started; nil where there is none.
  static func moment(
    _ x: Int, _ y: Int, in rect: Rect, _ recording: Recording, _ glyphs: GlyphSet
  ) -> UInt64? {
    guard rect.height > 0 && y == rect.y,
      let place = places(rect).first(where: { $0.graph.contains(x) })
    else { return nil }
    // The newest is the rightmost; the oldest sample has no rate. Of two in a cell, the newer.
    let cells = place.graph.upperBound - x - 1
    let index = recording.samples.count - 1 - cells * glyphs.samplesPerCell
    return index > 0 ? recording.samples[index].timeNanoseconds : nil
  }

  private static func latency(_ frame: inout Frame, _ rect: Rect, _ recording: Recording) {
    let snapshot = recording.snapshot
    let rendezvous = snapshot.rendezvous
    let latency = rendezvous.latency
    var facts: [[Span]] = []
    // Broken promises come first, and only where there are any.
    for (_, word, value) in alarms(snapshot) where value > 0 {
      facts.append([Span("\(word) \(Quantity.count(value))  ", .error)])
    }
    facts.append([Span("rdv µs", .rendezvous)])
    for (word, value) in [
      ("p50", latency.p50), ("p90", latency.p90), ("p99", latency.p99), ("max", latency.max),
    ] {
      facts.append([
        Span(" \(word) ", .dim), Span(Quantity.microseconds(value).leftAligned(5)),
      ])
    }
    facts.append([
      Span(rect.width < 110 ? " req " : "  requested ", .dim),
      Span(Quantity.count(rendezvous.requested).leftAligned(5)),
    ])
    let open = String(rendezvous.requested &- rendezvous.completed)
    facts.append([Span(" open ", .dim), Span(open.leftAligned(2))])
    if rect.width < 110 {
      facts.append([Span(" exits/s ", .dim), Span(Quantity.rate(recording.rate(.exits)))])
    } else {
      for (word, _, value) in alarms(snapshot) where value == 0 {
        facts.append([Span("  \(word) 0", .dim)])
      }
      // No alarm: what bhyve's assertion would have found is a property of the policy (D37417).
      let assertions = Quantity.count(snapshot.sum { $0.assertionWouldFire })
      facts.append([Span("  would assert \(assertions)", .dim)])
    }
    frame.put(rect.x + 1, rect.y, facts: facts, limit: rect.width - 1)
  }

  /// What is 0 unless a policy or a wake-up is broken.
  static func alarms(_ snapshot: Snapshot) -> [(calm: String, alarm: String, value: UInt64)] {
    [
      ("missing", "MEMBERS MISSING", snapshot.rendezvous.missingMembers),
      ("rescues", "LOST WAKE-UPS", snapshot.rendezvous.timeoutRescues),
    ]
  }
}

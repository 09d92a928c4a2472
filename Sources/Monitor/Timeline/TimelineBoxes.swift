import Rendezvous
import Telemetry
import Themes

/// Two boxes of text on wide screens: where the time of this rendezvous went, and the selected lane.
enum TimelineBoxes {
  static func paint(_ frame: inout Frame, _ picture: TimelinePicture, _ history: RendezvousHistory)
  {
    let rect = picture.layout.boxes
    guard !rect.isEmpty else { return }
    let half = rect.width / 2
    let left = Rect(x: rect.x, y: rect.y, width: half, height: rect.height)
    let right = Rect(x: rect.x + half, y: rect.y, width: rect.width - half, height: rect.height)
    box(&frame, left, "This rendezvous", rendezvous(picture.anatomy))
    if let part = picture.part {
      let title =
        "\(part.isStraggler ? "Straggler" : part.isBystander ? "Bystander" : "Lane") vcpu\(part.lane.vcpu)"
      box(&frame, right, title, lane(part, picture.anatomy, history))
    } else {
      box(&frame, right, "Lane", [[Span("none", .dim)]])
    }
  }

  private static func box(_ frame: inout Frame, _ rect: Rect, _ title: String, _ lines: [[Span]]) {
    frame.rule(
      Rect(x: rect.x, y: rect.y, width: rect.width - 1, height: 1), title: title, hasFocus: false)
    for (row, line) in lines.enumerated() where row < rect.height - 1 {
      frame.put(rect.x + 1, rect.y + 1 + row, line, limit: rect.width - 2)
    }
  }

  // MARK: The rendezvous

  private static func rendezvous(_ anatomy: RendezvousAnatomy) -> [[Span]] {
    let record = anatomy.record
    var lines = [
      line("kick → exit", anatomy.kickToExit), line("exit → arrive", anatomy.exitToArrival),
      line("wake → arrive", anatomy.wakeToArrival),
      line("arrive → release", anatomy.arrivalToRelease),
    ]
    let release = anatomy.release
    lines.append([
      label("release skew"),
      Span(release.map { Quantity.duration($0.most - $0.least) } ?? "-"),
      Span(release.map { "  the last vcpu\($0.longest)" } ?? "", .dim),
    ])
    lines.append([
      label("kicks"), Span("signalled \(record.kicksSignalled)  woken \(record.kicksWoken)"),
      Span("  elided \(record.kicksElided)", .dim),
    ])
    lines.append([label("bystanders")] + bystanders(anatomy))
    lines.append([
      label("lanes kept"), Span("\(anatomy.parts.count) of \(anatomy.expected)"),
      Span(
        anatomy.parts.count < anatomy.expected ? "  others: idle, late or lost" : "", .dim),
    ])
    return lines
  }

  private static func bystanders(_ anatomy: RendezvousAnatomy) -> [Span] {
    let record = anatomy.record
    guard record.bystanders > 0 else { return [Span("none", .dim)] }
    var text = "\(record.bystanders) lost \(Quantity.duration(record.bystanderStallNanoseconds))"
    if let stall = anatomy.stall {
      text += ", most vcpu\(stall.longest) \(Quantity.duration(stall.most))"
    }
    return [Span(text, .spurious)]
  }

  private static func line(_ name: String, _ spread: RendezvousAnatomy.Spread?) -> [Span] {
    guard let spread else { return [label(name), Span("-", .dim)] }
    return [
      label(name), Span("p50 ", .dim), Span(Quantity.duration(spread.median).leftAligned(9)),
      Span("max ", .dim), Span(Quantity.duration(spread.most)),
      Span("  vcpu\(spread.longest)", .dim),
    ]
  }

  private static func label(_ text: String) -> Span { Span(text.leftAligned(17), .dim) }

  // MARK: A lane

  private static func lane(
    _ part: RendezvousAnatomy.Part, _ anatomy: RendezvousAnatomy, _ history: RendezvousHistory
  ) -> [[Span]] {
    let (lane, record) = (part.lane, anatomy.record)
    var lines: [[Span]] = [[label("role"), Span(lane.role.meaning)]]
    let told = record.since(lane.kickedNanoseconds).map { "after " + Quantity.duration($0) }
    let isInitiator = lane.role == .initiator
    let words =
      lane.kick?.meaning
      ?? (isInitiator
        ? "told the others" : part.isBystander ? "nobody told it" : "came before it was told")
    lines.append([label("told"), Span(words), Span(told.map { ", \($0)" } ?? "", .dim)])
    lines.append([
      label("left the guest"),
      Span(moment(record.since(lane.leftGuestNanoseconds), "was not in it, or not told")),
    ])
    var arrival = [label("arrived"), Span(moment(part.lag, "-"))]
    if let lag = part.lag, part.isStraggler, let median = anatomy.medianLag {
      arrival.append(Span("  " + RendezvousWords.factor(lag, median), .straggler))
    }
    lines.append(arrival)
    if part.lane.vcpu == anatomy.last?.lane.vcpu, anatomy.lastBy > 0 {
      let time = Quantity.duration(anatomy.lastBy)
      lines.append([label("last by"), Span("\(time): so long all others waited", .straggler)])
    }
    let run = RendezvousAnatomy.between(lane.arrivedNanoseconds, lane.ranNanoseconds)
    lines.append([
      label("ran the action"), Span(run.map { "for " + Quantity.duration($0) } ?? "no"),
    ])
    lines.append([
      label(part.isBystander ? "waited for nothing" : "waited"),
      Span(part.stall.map(Quantity.duration) ?? "-", part.isBystander ? .spurious : .text),
    ])
    lines.append([label("was last in"), Span(lateness(lane.vcpu, history))])
    return lines
  }

  private static func moment(_ time: UInt64?, _ otherwise: String) -> String {
    time.map { "after " + Quantity.duration($0) } ?? otherwise
  }

  private static func lateness(_ vcpu: Int, _ history: RendezvousHistory) -> String {
    var (last, asked) = (0, 0)
    for number in history.numbers {
      guard let record = history.entry(number)?.record else { continue }
      if record.slowest == vcpu { last += 1 }
      if record.targets.contains(vcpu) { asked += 1 }
    }
    return "\(last) of the \(asked) kept that were for it"
  }
}

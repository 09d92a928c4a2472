import Commands
import Rendezvous
import Telemetry
import Themes

/// The first line: what runs, how, and what the operator must not miss.
enum HeaderView {
  static func paint(_ frame: inout Frame, _ rect: Rect, _ model: MonitorModel) {
    guard !rect.isEmpty else { return }
    frame.fill(rect.x, rect.y, width: rect.width, .header)
    var parts = parts(model, isNarrow: rect.width < Layout.smallest.width)
    // Where there is no room the least important go first.
    while width(parts) + 2 > rect.width, parts.count > 1 {
      guard let least = parts.indices.max(by: { parts[$0].rank < parts[$1].rank }),
        parts[least].rank > 0
      else { break }
      parts.remove(at: least)
    }
    var x = rect.x + (rect.width > 20 ? 1 : 0)
    for part in parts where !part.isRight {
      x = frame.putClipped(x, rect.y, part.text, part.role, limit: rect.x + rect.width - x)
      x += 2
    }
    let right = parts.filter(\.isRight)
    x = max(x, rect.x + rect.width - width(right) - 1)
    for part in right {
      x = frame.putClipped(x, rect.y, part.text, part.role, limit: rect.x + rect.width - x)
      x += 2
    }
  }

  private struct Part {
    let text: String
    let role: Role
    /// 0: never left out; the higher, the sooner.
    let rank: Int
    var isRight = false
  }

  private static func width(_ parts: [Part]) -> Int {
    parts.reduce(-2) { $0 + CellWidth.columns($1.text) + 2 }
  }

  private static func parts(_ model: MonitorModel, isNarrow: Bool) -> [Part] {
    let snapshot = model.shown.snapshot
    let count = snapshot.vcpus.count
    var parts = [
      // What one knows already goes first.
      Part(text: "tryst", role: .header, rank: 10),
      Part(text: snapshot.guestName, role: .header, rank: 2), state(snapshot),
      Part(text: Quantity.counted(count, "vcpu"), role: .header, rank: 5),
      Part(text: snapshot.hostKVM, role: .header, rank: 9),
      policy(snapshot.policy),
      Part(text: snapshot.hasScenarios ? snapshot.scenario.name : "", role: .header, rank: 7),
    ]
    if model.isReadOnly {
      parts.append(Part(text: "READ-ONLY", role: .warning, rank: 0, isRight: true))
    }
    if let past = model.past {
      let back = "\(Quantity.seconds(past.age)) back"
      let text = past.age == 0 ? "FROZEN" : isNarrow ? back : "FROZEN \(back)"
      parts.append(Part(text: text, role: .warning, rank: 0, isRight: true))
    }
    let lost = snapshot.droppedEvents &+ snapshot.droppedLanes
    if lost > 0 {
      let text = "dropped \(Quantity.count(lost))"
      parts.append(Part(text: text, role: .lost, rank: 1, isRight: true))
    }
    for text in model.paceWords {
      parts.append(Part(text: text, role: .warning, rank: 4, isRight: true))
    }
    // Not both: "slowed to 5 Hz  10 Hz" would be two answers to one question.
    if model.pace.slowdown == 1 || model.past != nil {
      parts.append(
        Part(text: "\(model.refreshHertz) Hz", role: .header, rank: 8, isRight: true))
    }
    parts.append(
      Part(
        text: Quantity.clock(snapshot.timeNanoseconds), role: .header, rank: 4, isRight: true))
    return parts.filter { !$0.text.isEmpty }
  }

  /// A policy that can hang the guest is marked, and not left out for what one knows.
  private static func policy(_ policy: RendezvousPolicy) -> Part {
    Part(
      text: policy.marked, role: policy.hazard == nil ? .header : .warning,
      rank: policy.hazard == nil ? 6 : 1)
  }

  private static func state(_ snapshot: Snapshot) -> Part {
    if snapshot.guestEnded != nil { return Part(text: "ENDED", role: .error, rank: 0) }
    return snapshot.isStopped
      ? Part(text: "■ STOPPED", role: .stateStopped, rank: 0)
      : Part(text: "● RUN", role: .header, rank: 0)
  }
}

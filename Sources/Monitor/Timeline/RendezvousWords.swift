import Rendezvous
import Telemetry
import Themes

extension RendezvousLane.Role {
  /// The role in at most four letters.
  var word: String {
    switch self {
    case .initiator: "req"
    case .member: "mem"
    case .early: "erly"
    case .bystander: "BYST"
    case .served: "srvd"
    case .waiter: "wait"
    }
  }

  /// What it means, in a status line or the help.
  var meaning: String {
    switch self {
    case .initiator: "asked for it"
    case .member: "a member, by a rendezvous exit"
    case .early: "a member that saw its bit before the function"
    case .bystander: "no member: it waited for nothing"
    case .served: "a member that was stopped and woken for it"
    case .waiter: "wanted one of its own and took part in this first"
    }
  }
}

extension Kick {
  /// The letter in the chart, where the vcpu was told.
  var letter: Unicode.Scalar {
    switch self {
    case .signalled: "k"
    case .woken: "w"
    case .elided: "e"
    }
  }

  var meaning: String {
    switch self {
    case .signalled: "told in the guest, by a signal"
    case .woken: "told asleep, by a wake-up"
    case .elided: "told in our code: nothing needed"
    }
  }
}

/// The selected rendezvous in plain words.
enum RendezvousWords {
  /// `#18842 INIT vcpu0 → 3  67 µs  landed`
  static func title(_ entry: RendezvousHistory.Entry, width: Int) -> String {
    let record = entry.record
    let by = record.initiator.map { "vcpu\($0)" } ?? "operator"
    var targets = "\(record.targets)"
    if targets.utf8.count > max(6, width / 6) { targets = "\(record.targets.count) vcpus" }
    let duration = Quantity.duration(record.latencyNanoseconds)
    return "#\(record.id) \(record.cause.word) \(by) → \(targets)  \(duration)  \(entry.policy)"
  }

  /// How much of it was kept.
  static func kept(_ anatomy: RendezvousAnatomy) -> String {
    let (kept, expected) = (anatomy.parts.count, anatomy.expected)
    return kept == expected
      ? "lanes of all \(kept)" : "lanes of \(kept) of \(expected) vcpus kept"
  }

  /// Who was last and by how much, and what it cost those it was not for.
  static func sentence(_ anatomy: RendezvousAnatomy) -> [Span] {
    lateness(anatomy) + cost(anatomy)
  }

  private static func lateness(_ anatomy: RendezvousAnatomy) -> [Span] {
    let record = anatomy.record
    guard let last = anatomy.last, let lag = last.lag else {
      guard let slowest = record.slowest else { return [Span("no member had to come")] }
      let time = Quantity.duration(record.latencyNanoseconds)
      return [
        Span("vcpu\(slowest)", .title),
        Span(" came last of \(record.targets.count), within \(time)"),
        Span(" (its lane is not kept)", .dim),
      ]
    }
    let name = Span("vcpu\(last.lane.vcpu)", last.isStraggler ? .straggler : .title)
    let time = Quantity.duration(lag)
    if record.targets.count < 2 {
      return [name, Span(" alone was asked, and came after \(time)")]
    }
    guard let median = anatomy.medianLag, last.isStraggler else {
      return [name, Span(" came last, after \(time)")]
    }
    return [name, Span(" came last, after \(time), \(factor(lag, median))")]
  }

  /// `44 times the median`, or the median where it is near.
  private static func factor(_ lag: UInt64, _ median: UInt64) -> String {
    guard median > 0 && lag / median >= 2 else { return "median \(Quantity.duration(median))" }
    return "\(Quantity.count(lag / median)) times the median"
  }

  private static func cost(_ anatomy: RendezvousAnatomy) -> [Span] {
    let count = anatomy.record.bystanders
    if count <= 0 { return [Span("; no bystanders", .dim)] }
    let lost = Quantity.duration(anatomy.record.bystanderStallNanoseconds)
    return [
      Span("; "), Span("\(count) bystander\(count == 1 ? "" : "s") lost \(lost)", .spurious),
    ]
  }

  /// Why there are no lanes to be seen.
  static func nothing(_ anatomy: RendezvousAnatomy, isOnlyLate: Bool, lost: UInt64) -> [String] {
    if !anatomy.parts.isEmpty {
      return isOnlyLate ? ["no stragglers and no bystanders here; f shows all lanes"] : []
    }
    var lines = [
      "no lane of this one is kept: its vcpus were served while idle, or the rings were full"
    ]
    if lost > 0 { lines.append("lanes lost so far: \(Quantity.count(lost))") }
    return lines
  }

  /// The selected lane, for the status line.
  static func lane(_ part: RendezvousAnatomy.Part) -> String {
    var words = "vcpu\(part.lane.vcpu): \(part.lane.role.meaning)"
    if let kick = part.lane.kick { words += "; \(kick.meaning)" }
    if let lag = part.lag { words += "; came after \(Quantity.duration(lag))" }
    if let stall = part.stall { words += ", waited \(Quantity.duration(stall))" }
    return words
  }
}

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
    }
  }

  /// The role in a status line.
  var phrase: String {
    switch self {
    case .initiator: "asked for it"
    case .member: "member"
    case .early: "early member"
    case .bystander: "bystander"
    case .served: "member, served while stopped"
    }
  }

  /// What it means.
  var meaning: String {
    switch self {
    case .initiator: "asked for it"
    case .member: "a member, by a rendezvous exit"
    case .early: "a member that saw its bit before the function"
    case .bystander: "no member: it waited for nothing"
    case .served: "a member that was stopped and woken for it"
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

  /// How it was told, and where it was then.
  var meaning: String {
    switch self {
    case .signalled: "by a signal, in the guest"
    case .woken: "by a wake-up, asleep"
    case .elided: "not needed, in our code"
    }
  }

  var word: String {
    switch self {
    case .signalled: "signalled"
    case .woken: "woken"
    case .elided: "not kicked"
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
    if targets.utf8.count > max(6, width / 6) {
      targets = Quantity.counted(record.targets.count, "vcpu")
    }
    let duration = Quantity.duration(record.latencyNanoseconds)
    return "#\(record.id) \(record.cause.word) \(by) → \(targets)  \(duration)  \(entry.policy)"
  }

  /// How much of it was kept.
  static func kept(_ anatomy: RendezvousAnatomy) -> String {
    let (kept, expected) = (anatomy.parts.count, anatomy.expected)
    if kept < expected { return "lanes of \(kept) of \(Quantity.counted(expected, "vcpu")) kept" }
    return kept == 1 ? "its one lane" : "all \(kept) lanes"
  }

  /// Who was last and by how much, and what it cost those it was not for; short where the whole does not
  /// fit: a number that is cut would be another one.
  static func sentence(_ anatomy: RendezvousAnatomy, width: Int) -> [Span] {
    let whole = lateness(anatomy) + cost(anatomy)
    let columns = whole.reduce(0) { $0 + CellWidth.columns($1.text) }
    return columns <= width ? whole : short(anatomy)
  }

  private static func short(_ anatomy: RendezvousAnatomy) -> [Span] {
    let record = anatomy.record
    let time = anatomy.last?.lag ?? record.latencyNanoseconds
    let last = anatomy.last?.lane.vcpu ?? record.slowest
    let name = last.map { "vcpu\($0) last, " } ?? ""
    var spans = [Span(name, .title), Span(Quantity.duration(time))]
    if record.bystanders > 0 {
      let lost = Quantity.duration(record.bystanderStallNanoseconds)
      spans += [Span("; "), Span("\(record.bystanders) lost \(lost)", .spurious)]
    }
    return spans
  }

  private static func lateness(_ anatomy: RendezvousAnatomy) -> [Span] {
    let record = anatomy.record
    let count = record.targets.count
    guard let last = anatomy.last, let lag = last.lag else {
      guard let slowest = record.slowest else { return [Span("no member had to come")] }
      let time = Quantity.duration(record.latencyNanoseconds)
      let words =
        count < 2 ? " alone was asked: within \(time)" : " came last of \(count), within \(time)"
      return [Span("vcpu\(slowest)", .title), Span(words), Span(" (no lane kept)", .dim)]
    }
    let name = Span("vcpu\(last.lane.vcpu)", last.isStraggler ? .straggler : .title)
    let time = Quantity.duration(lag)
    if count < 2 { return [name, Span(" alone was asked, and came after \(time)")] }
    guard let median = anatomy.medianLag, last.isStraggler else {
      return [name, Span(" came last, after \(time)")]
    }
    return [name, Span(" came last, after \(time), \(factor(lag, median))")]
  }

  /// `44 times the median`, or the median where it is near.
  static func factor(_ lag: UInt64, _ median: UInt64) -> String {
    guard median > 0 && lag / median >= 2 else { return "median \(Quantity.duration(median))" }
    return "\(Quantity.count(lag / median)) times the median"
  }

  private static func cost(_ anatomy: RendezvousAnatomy) -> [Span] {
    let count = anatomy.record.bystanders
    if count <= 0 { return [Span("; no bystanders", .dim)] }
    let lost = Quantity.duration(anatomy.record.bystanderStallNanoseconds)
    return [
      Span("; "), Span("\(Quantity.counted(count, "bystander")) lost \(lost)", .spurious),
    ]
  }

  /// Why there are no lanes to be seen.
  static func nothing(_ anatomy: RendezvousAnatomy, isOnlyLate: Bool, lost: UInt64) -> [String] {
    if !anatomy.parts.isEmpty {
      return isOnlyLate ? ["no stragglers and no bystanders here; f shows all lanes"] : []
    }
    var lines = [
      "no lane of this one is kept:",
      "not here yet, lost in a full ring, or its vcpus were served while idle",
    ]
    if lost > 0 { lines.append("lanes lost so far: \(Quantity.count(lost))") }
    return lines
  }

  /// The selected lane, for the status line.
  static func lane(_ part: RendezvousAnatomy.Part) -> String {
    var words = "vcpu\(part.lane.vcpu)"
    if let lag = part.lag { words += " came after \(Quantity.duration(lag))" }
    words += " (\(part.lane.role.phrase)"
    if let kick = part.lane.kick { words += ", \(kick.word)" }
    words += ")"
    if let stall = part.stall { words += ", waited \(Quantity.duration(stall))" }
    return words
  }
}

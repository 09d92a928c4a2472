import Commands
import Rendezvous
import Telemetry
import Themes

/// What the log says of one vcpu, the newest first.
enum VCPUEventLines {
  /// The lines from number `top` (0 is the newest), at most `rows`.
  static func lines(_ looks: VCPULooks, _ log: BoundedList<LogEntry>, top: Int, rows: Int)
    -> [[Span]]
  {
    var lines: [[Span]] = []
    var skipped = 0
    var index = log.count
    while index > 0 && lines.count < rows {
      index -= 1
      guard let line = line(log[index], looks.vcpu.id) else { continue }
      if skipped < top { skipped += 1 } else { lines.append(line) }
    }
    return lines
  }

  /// How many there are.
  static func count(_ vcpu: Int, _ log: BoundedList<LogEntry>) -> Int {
    (0..<log.count).count { line(log[$0], vcpu) != nil }
  }

  private static func line(_ entry: LogEntry, _ vcpu: Int) -> [Span]? {
    let time = Span(Quantity.logTime(entry.timeNanoseconds).rightAligned(9) + " ", .dim)
    switch entry.event {
    case .rendezvous(let record): return part(of: vcpu, in: record).map { [time] + $0 }
    case .injection(let report):
      guard let target = report.targets.first(where: { $0.vcpu == vcpu }) else { return nil }
      var only = report
      only.targets = [target]
      return [
        time, Span("inj ", .injection), Span("#\(report.id)".leftAligned(8)),
        Span("\(report.injection.words)  "),
        Span(OutcomeWords.line(only), report.isFinal ? .text : .warning),
      ]
    case .policyChanged, .scenarioChanged, .message, .dropped: return nil
    }
  }

  /// What the vcpu was in a rendezvous; nil where it had no part in it.
  private static func part(of vcpu: Int, in record: RendezvousRecord) -> [Span]? {
    let isTarget = record.targets.contains(vcpu)
    let isSlowest = record.slowest == vcpu
    var roles: [String] = []
    if record.initiator == vcpu { roles.append("initiator") }
    if isTarget { roles.append(isSlowest ? "slowest" : "member") }
    if roles.isEmpty { return nil }
    let initiator = record.initiator.map { "vcpu\($0)" } ?? "operator"
    return [
      Span("rdv ", .rendezvous), Span("#\(record.id)".leftAligned(8)),
      Span(record.cause.word.leftAligned(5)),
      Span(roles.joined(separator: ", ").leftAligned(19), isSlowest ? .straggler : .text),
      Span(Quantity.duration(record.latencyNanoseconds).rightAligned(9), .title),
      Span("  by \(initiator) → \(record.targets)", .dim),
    ]
  }
}

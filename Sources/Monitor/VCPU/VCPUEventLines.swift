import Commands
import Rendezvous
import Telemetry
import Themes

/// What the log says of one vcpu, the newest first.
enum VCPUEventLines {
  /// At most `rows` lines: the newest, or those before entry number `anchor` of the log. An anchor that the
  /// log no longer has counts as none.
  static func lines(
    _ looks: VCPULooks, _ log: BoundedList<LogEntry>, before anchor: Int?, rows: Int
  ) -> [[Span]] {
    var lines: [[Span]] = []
    var index = start(anchor, log)
    while index > 0 && lines.count < rows {
      index -= 1
      if let line = line(log[index], looks.vcpu.id) { lines.append(line) }
    }
    return lines
  }

  /// The numbers in the log of the vcpu's entries, the newest first.
  static func numbers(_ vcpu: Int, _ log: BoundedList<LogEntry>) -> [Int] {
    (0..<log.count).reversed().filter { line(log[$0], vcpu) != nil }.map { log.dropped + $0 }
  }

  /// How many of the vcpu's entries are newer than those that are shown.
  static func position(_ vcpu: Int, _ log: BoundedList<LogEntry>, before anchor: Int?) -> Int {
    let end = log.dropped + start(anchor, log)
    return numbers(vcpu, log).prefix { $0 >= end }.count
  }

  private static func start(_ anchor: Int?, _ log: BoundedList<LogEntry>) -> Int {
    guard let anchor, anchor > log.dropped else { return log.count }
    return min(log.count, anchor - log.dropped)
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
    case .assertionFailed(let failure):
      return failure.vcpu == vcpu ? [time, Span(IncidentWords.line(failure), .warning)] : nil
    case .policyChanged, .scenarioChanged, .message, .dropped, .rendezvousBroken: return nil
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

import Commands
import Rendezvous
import Telemetry
import Themes

extension RendezvousCause {
  /// The cause in a log line.
  var word: String {
    switch self {
    case .initIPI: "INIT"
    case .redirectionEntry: "RTE"
    case .operatorRequest: "bare"
    }
  }
}

/// Log entries as lines; rendezvous in columns, so that latencies stand under each other.
enum LogWords {
  /// The spans of `entry`'s line, with more words where there is room.
  static func spans(_ entry: LogEntry, width: Int) -> [Span] {
    let time = Span(Quantity.logTime(entry.timeNanoseconds).rightAligned(9) + " ", .dim)
    switch entry.event {
    case .rendezvous(let record): return [time] + rendezvous(record, width: width)
    case .injection(let report):
      return [
        time, Span("inj ", .injection), Span("#\(report.id)".leftAligned(7)),
        Span("\(report.injection.words)  "),
        Span(OutcomeWords.line(report), report.isFinal ? .text : .warning),
      ]
    case .policyChanged(let name): return [time, Span("set policy \(name)", .title)]
    case .scenarioChanged(let name): return [time, Span("set scenario \(name)", .title)]
    case .message(let text): return [time, Span("msg \(text)", .warning)]
    case .dropped(let count):
      return [
        time, Span("lost \(count) record\(count == 1 ? "" : "s"): nobody read in time", .lost),
      ]
    }
  }

  private static func rendezvous(_ record: RendezvousRecord, width: Int) -> [Span] {
    let initiator = record.initiator.map { "vcpu\($0)" } ?? "operator"
    let who = "\(initiator) → \(record.targets)".leftAligned(16)
    var spans = [
      Span("rdv ", .rendezvous), Span("#\(record.id)".leftAligned(7)),
      Span(record.cause.word.leftAligned(5)), Span(who),
      Span(Quantity.duration(record.latencyNanoseconds).rightAligned(8), .title),
    ]
    spans.append(Span((record.slowest.map { "  slowest \($0)" } ?? "").leftAligned(12)))
    if record.bystanders > 0 {
      let stall = Quantity.duration(record.bystanderStallNanoseconds)
      let word = width < 100 ? "" : record.bystanders == 1 ? " bystander" : " bystanders"
      spans.append(Span(" \(record.bystanders)\(word) stalled \(stall)", .spurious))
    }
    return spans
  }
}

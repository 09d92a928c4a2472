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
        time, Span("inj ", .injection), Span(number(report.id)),
        Span("\(report.injection.words)  "),
        Span(OutcomeWords.line(report), report.isFinal ? .text : .warning),
      ]
    case .policyChanged(let name): return [time, Span("set policy \(name)", .title)]
    case .scenarioChanged(let name): return [time, Span("set scenario \(name)", .title)]
    case .message(let text): return [time, Span("msg \(text)", .warning)]
    case .assertionFailed(let failure): return [time, Span(IncidentWords.line(failure), .warning)]
    case .rendezvousBroken(let broken): return [time, Span(IncidentWords.line(broken), .warning)]
    case .dropped(let count):
      return [
        time, Span("lost \(count) record\(count == 1 ? "" : "s"): nobody read in time", .lost),
      ]
    }
  }

  /// A number up to a million with a blank behind it: a storm has a hundred thousand in a minute.
  private static func number(_ id: UInt64) -> String { "#\(id) ".leftAligned(8) }

  private static func rendezvous(_ record: RendezvousRecord, width: Int) -> [Span] {
    let initiator = record.initiator.map { "vcpu\($0)" } ?? "operator"
    let who = "\(initiator) → \(record.targets)"
    let cause = record.cause.word.leftAligned(5)
    let duration = Quantity.duration(record.latencyNanoseconds)
    // How long it took is what one looks for: where it would not fit the kind and the number go.
    if width < narrow {
      return [
        Span(cause, .rendezvous), Span(who.leftAligned(12)),
        Span(" " + duration.rightAligned(7), .title),
      ]
    }
    var spans = [
      Span("rdv ", .rendezvous), Span(number(record.id)), Span(cause), Span(who.leftAligned(16)),
      Span(duration.rightAligned(8), .title),
    ]
    let hasRoom = width >= 100
    let gap = hasRoom ? "  " : " "
    let slowest = record.slowest.map { "\(gap)slowest \($0)" } ?? ""
    spans.append(Span(slowest.leftAligned(gap.utf8.count + 10)))
    if record.bystanders > 0 {
      let stall = Quantity.duration(record.bystanderStallNanoseconds)
      let words = record.bystanders == 1 ? "bystander stalled" : "bystanders stalled"
      spans.append(
        Span(" \(record.bystanders) \(hasRoom ? words : "byst") \(stall)", .spurious))
    }
    return spans
  }

  /// Below so many columns a rendezvous is told in fewer words.
  private static let narrow = 50
}

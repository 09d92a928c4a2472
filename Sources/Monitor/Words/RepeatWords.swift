import Commands
import Telemetry
import Themes

/// Repeated injections in words.
enum RepeatWords {
  /// What came of them: `10 every 500 µs: 10 delivered, p50 12 µs, max 40 µs, guest saw 10`.
  static func line(_ repetition: InjectionRepetition, _ isFinal: Bool) -> String {
    let (made, wanted) = (repetition.made, repetition.wanted)
    let head: String
    switch repetition.stop {
    case .tooMany: return "refused: 8 repeated ones are under way, ^X stops them"
    case .byOperator: head = "stopped after \(made) of \(wanted)"
    case .reset: head = "ended by a reset after \(made) of \(wanted)"
    case .guestEnded: head = "ended with the guest after \(made) of \(wanted)"
    case nil: head = isFinal ? "\(made)" : "\(made) of \(wanted)"
    }
    return "\(head) \(every(repetition.periodNanoseconds)): "
      + outcomes(repetition).joined(separator: ", ") + lateness(repetition)
  }

  /// Exactly, as it was asked for: `every 500 µs`.
  static func every(_ nanoseconds: UInt64) -> String {
    let text = TimeText.text(nanoseconds)
    let number = text.prefix { $0.isNumber }
    let unit = text.dropFirst(number.count)
    return "every \(number) \(unit == "us" ? "µs" : unit)"
  }

  private static func outcomes(_ repetition: InjectionRepetition) -> [String] {
    var parts: [String] = []
    if repetition.delivered > 0 { parts.append("\(repetition.delivered) delivered") }
    if repetition.done > 0 { parts.append("\(repetition.done) done") }
    if repetition.coalesced > 0 { parts.append("\(repetition.coalesced) coalesced") }
    if repetition.pending > 0 {
      let reason = repetition.pendingReason.map { " (\($0.words))" } ?? ""
      parts.append("\(repetition.pending) pending\(reason)")
    }
    if repetition.ignored > 0 {
      let reason = repetition.ignoredReason.map { " (\($0.words(vcpu: nil)))" } ?? ""
      parts.append("\(repetition.ignored) ignored\(reason)")
    }
    if parts.isEmpty { return ["no answer yet"] }
    if repetition.latency.count > 0 {
      parts.append("p50 \(Quantity.duration(repetition.latency.p50))")
      parts.append("max \(Quantity.duration(repetition.latency.max))")
    }
    if let saw = repetition.guestSaw { parts.append("guest saw \(saw)") }
    return parts
  }

  /// Only what the operator cannot expect is told.
  private static func lateness(_ repetition: InjectionRepetition) -> String {
    guard repetition.late > 0 else { return "" }
    let latest = Quantity.duration(repetition.latestNanoseconds)
    return "; \(repetition.late) late by up to \(latest)"
  }

  /// What is under way, and the key that ends it; nothing where nothing is.
  static func status(_ model: MonitorModel) -> [Span] {
    let reports = model.live.repeats.reports
    guard !reports.isEmpty else { return [] }
    let counts = reports.compactMap(\.repetition).prefix(2).map { "\($0.made)/\($0.wanted)" }
    let more = reports.count > 2 ? " +\(reports.count - 2)" : ""
    return [
      Span("repeating \(counts.joined(separator: " "))\(more)", .injection),
      Span(" ^X stops  ", .dim),
    ]
  }

  /// The same for the dialog, with what is injected.
  static func running(_ model: MonitorModel) -> String? {
    let reports = model.live.repeats.reports
    guard let report = reports.last, let repetition = report.repetition else { return nil }
    let more = reports.count > 1 ? ", \(reports.count - 1) more" : ""
    return "\(repetition.made) of \(repetition.wanted) \(report.injection.words)"
      + " \(every(repetition.periodNanoseconds))\(more)"
  }
}

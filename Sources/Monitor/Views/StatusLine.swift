import Console
import Telemetry
import Themes

/// The line above the bar: how the guest ended, an answer to the last key, or what is selected.
enum StatusLine {
  static func paint(_ frame: inout Frame, _ rect: Rect, _ model: MonitorModel) {
    guard !rect.isEmpty else { return }
    frame.put(rect.x + 1, rect.y, spans(model), limit: rect.width - 1)
  }

  static func spans(_ model: MonitorModel) -> [Span] {
    if let prompt = model.ui.search.prompt {
      return [
        Span("find: ", .title), Span(prompt + "_", .field),
        Span("  Enter finds upwards, Esc leaves", .dim),
      ]
    }
    if let notice = model.ui.notice { return [Span(notice, .warning)] }
    if let end = model.shown.snapshot.guestEnded { return [Span("guest ended: \(end)", .error)] }
    if model.ui.view == .ipi { return IPIWords.status(model) }
    switch model.ui.focus {
    case .vcpus: return vcpu(model)
    case .counters: return metric(model)
    case .console: return console(model)
    case .log: return [Span("log: \(model.shown.log.end) entries", .dim)]
    }
  }

  private static func vcpu(_ model: MonitorModel) -> [Span] {
    let vcpus = model.shown.snapshot.vcpus
    guard vcpus.indices.contains(model.ui.vcpu) else { return [Span("no vcpus yet", .dim)] }
    let vcpu = vcpus[model.ui.vcpu]
    var spans = [
      Span("vcpu\(vcpu.id) ", .title), Span("\(vcpu.state.letter)", vcpu.state.role),
      Span(": \(vcpu.state.meaning)"), Span("  rip \(String(vcpu.rip, radix: 16))", .dim),
    ]
    let total = vcpu.exits.total
    let reasons = ExitReason.allCases.filter { vcpu.exits[$0] > 0 }
      .sorted { vcpu.exits[$0] > vcpu.exits[$1] }
    for reason in reasons.prefix(4) {
      let share = Quantity.percent(vcpu.exits[reason], of: total)
      spans.append(Span("  \(reason.word) \(share)%", .dim))
    }
    spans.append(Span("  halted \(Quantity.duration(vcpu.haltedNanoseconds))", .dim))
    spans.append(Span("  in guest \(Quantity.duration(vcpu.guestNanoseconds))", .dim))
    if vcpu.haltSpins > 0 { spans.append(Span("  halt spins \(vcpu.haltSpins)", .spurious)) }
    return spans
  }

  private static func console(_ model: MonitorModel) -> [Span] {
    let lines = model.shown.console.usedEnd
    var spans = [Span("console: \(lines) line\(lines == 1 ? "" : "s")", .dim)]
    if model.isAttached {
      return spans + [Span("  typing goes to the guest until ^]", .warning)]
    }
    if let match = model.ui.search.match {
      spans.append(Span("  '\(model.ui.search.text)' in line \(match.line + 1)", .title))
      return spans + [Span("  n above  N below  Enter types", .dim)]
    }
    return spans + [Span("  Enter types to the guest  / finds  PgUp PgDn scroll  e alone", .dim)]
  }

  private static func metric(_ model: MonitorModel) -> [Span] {
    let metric = Metric.selectable[model.ui.metric]
    let recording = model.shown
    var text = "\(recording.total(metric)), \(Quantity.rate(recording.rate(metric)))/s"
    let share = recording.operatorShare(metric)
    if share > 0 { text += ", \(share) by the operator" }
    return [
      Span("\(metric.meaning): ", .title), Span(text), Span("  "),
      Span(Sparkline.text(recording.history(metric, 60), width: 60), .graph),
    ]
  }
}

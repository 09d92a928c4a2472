import Telemetry
import Themes

/// The line above the bar: how the guest ended, an answer to the last key, or what is selected.
enum StatusLine {
  static func paint(_ frame: inout Frame, _ rect: Rect, _ model: MonitorModel) {
    guard !rect.isEmpty else { return }
    frame.put(rect.x + 1, rect.y, spans(model), limit: rect.width - 1)
  }

  static func spans(_ model: MonitorModel) -> [Span] {
    if let notice = model.ui.notice { return [Span(notice, .warning)] }
    if let end = model.shown.snapshot.guestEnded { return [Span("guest ended: \(end)", .error)] }
    switch model.ui.focus {
    case .vcpus: return vcpu(model)
    case .counters: return metric(model)
    case .console: return [Span("console: \(model.shown.console.end) lines", .dim)]
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

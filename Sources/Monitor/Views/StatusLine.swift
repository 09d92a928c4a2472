import Console
import Telemetry
import Themes

/// The line above the bar: how the guest ended, an answer to the last key, or what is selected.
enum StatusLine {
  static func paint(_ frame: inout Frame, _ rect: Rect, _ model: MonitorModel) {
    guard !rect.isEmpty else { return }
    let width = rect.width - 1
    let spans = fitting(RepeatWords.status(model) + spans(model, width: width), width)
    frame.put(rect.x + 1, rect.y, spans, limit: rect.width - 1)
  }

  /// `spans` without those dim ones at the end, the hints and the details, that would not fit whole. A hint begins
  /// with what sets it apart; what does not is the answer itself.
  static func fitting(_ spans: [Span], _ width: Int) -> [Span] {
    var kept = spans
    while kept.count > 1, let last = kept.last, last.role == .dim,
      last.text.unicodeScalars.first.map({ [" ", ",", ":"].contains($0) }) ?? true,
      kept.reduce(0, { $0 + CellWidth.columns($1.text) }) > width
    {
      kept.removeLast()
    }
    return kept
  }

  /// What is being typed, and a hint, or what is wrong with it where it was entered. Of a long text there is the
  /// end, where the typing is, so that all is seen.
  private static func prompt(
    _ name: String, _ text: String, mistake: String?, hint: String, width: Int
  ) -> [Span] {
    let taken = mistake.map { CellWidth.columns($0) + 2 } ?? 0
    let room = max(12, width - CellWidth.columns(name) - taken - 1)
    return [
      Span(name, .title), Span(PaletteView.end(of: text, columns: room) + "_", .field),
      mistake.map { Span("  \($0)", .warning) } ?? Span("  \(hint)", .dim),
    ]
  }

  static func spans(_ model: MonitorModel, width: Int = .max) -> [Span] {
    if let text = model.ui.search.prompt {
      return prompt(
        "find: ", text, mistake: nil, hint: searchHint(model), width: width)
    }
    if let text = model.ui.logView.prompt {
      return prompt(
        "filter: ", text, mistake: model.ui.notice, hint: "rdv spur lag>100 vcpu:0-3 !inj text",
        width: width)
    }
    if let notice = model.ui.notice { return [Span(notice, .warning)] }
    if model.showsComparison { return ComparePage.status(model) }
    // The other views go on answering: that is when one looks at what happened. The header says ENDED.
    if let end = model.shown.snapshot.guestEnded, model.ui.view == .overview {
      let subject = end.hasPrefix("the guest ") ? "" : "guest ended: "
      return [Span(subject + end, .error)]
    }
    if model.ui.view == .log { return log(model) }
    if model.ui.view == .timeline { return TimelineView.status(model) }
    if model.ui.view == .vcpu { return closely(model) }
    switch model.ui.view {
    case .interrupts: return InterruptsView.status(model)
    case .policies: return PoliciesView.status(model)
    default: break
    }
    if model.ui.view == .ipi { return IPIWords.status(model) }
    switch model.ui.focus {
    case .vcpus: return vcpu(model)
    case .counters: return metric(model)
    case .console: return console(model)
    case .log:
      return [Span("log: \(Quantity.counted(model.shown.log.end, "entry", "entries"))", .dim)]
    }
  }

  /// The vCPU view: what the vcpu does, and how old the look is.
  private static func closely(_ model: MonitorModel) -> [Span] {
    guard let looks = VCPULooks(model) else { return [Span("no vcpus yet", .dim)] }
    guard let detail = looks.detail else { return [Span(looks.waiting, .warning)] }
    let age = Quantity.duration(looks.age(detail.timeNanoseconds))
    let system = detail.registers.systemTimeNanoseconds
    let behind = system == 0 ? "" : " (cr0-efer \(Quantity.duration(looks.age(system))))"
    return [
      Span("as of its last exit, \(age) ago"), Span(behind, .dim),
      Span("  vcpu \(looks.vcpu.id) now ", .title),
      Span("\(looks.vcpu.state.letter)", looks.vcpu.state.role),
      Span(": \(looks.vcpu.state.meaning)", .dim),
    ]
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
    var spans = [Span("console: \(Quantity.counted(lines, "line"))", .dim)]
    if model.isAttached {
      return spans + [
        Span("  typing goes to the guest until \(model.keys.escapeKey.name)", .warning)
      ]
    }
    if let match = model.ui.search.match {
      spans.append(Span("  '\(model.ui.search.text)' in line \(match.line + 1)", .title))
      return spans + model.hint(.findOlder, in: .console, usual: .character("n"), "above")
        + model.hint(.findNewer, in: .console, usual: .character("N"), "below")
        + model.hint(.attach, in: .console, usual: .enter, "types")
    }
    if let end = model.shown.snapshot.guestEnded {
      return [Span("ended: \(end)", .error)] + scrolling(model)
    }
    let zoom = model.ui.view == .console || model.ui.zoom == .console ? "all panes" : "alone"
    let types = model.hint(.attach, in: .console, usual: .enter, "types")
    return spans + (model.isReadOnly ? [] : types) + scrolling(model)
      + model.hint(.zoom, in: .console, usual: .character("e"), zoom)
  }

  private static func scrolling(_ model: MonitorModel) -> [Span] {
    let pages = [
      model.keyName(.pageUp, in: .console, usual: .pageUp),
      model.keyName(.pageDown, in: .console, usual: .pageDown),
    ].compactMap { $0 }.joined(separator: " ")
    return model.hint(.openSearch, in: .console, usual: .character("/"), "finds")
      + (pages.isEmpty ? [] : [Span("  \(pages) scroll", .dim)])
  }

  private static func searchHint(_ model: MonitorModel) -> String {
    let finds = model.keyName(.apply, in: .search, usual: .enter).map { "\($0) finds upwards" }
    let leaves = model.keyName(.close, in: .search, usual: .escape).map { "\($0) leaves" }
    return [finds, leaves].compactMap { $0 }.joined(separator: ", ")
  }

  private static func log(_ model: MonitorModel) -> [Span] {
    let follows = model.ui.logView.selected == nil
    let end = model.keyName(.end, in: .log, usual: .end).map { $0 + " " } ?? ""
    return [
      Span("log: \(Quantity.counted(model.shown.log.end, "entry", "entries")) so far, ", .dim),
      Span(follows ? "follows the newest" : "\(end)follows the newest", .dim),
    ] + model.hint(.openEntry, in: .log, usual: .enter, "goes there")
      + model.hint(.editFilter, in: .log, usual: .character("\\"), "filters")
  }

  private static func metric(_ model: MonitorModel) -> [Span] {
    let metric = Metric.selectable[model.ui.metric]
    let recording = model.shown
    var text = "\(recording.total(metric)), \(Quantity.rate(recording.rate(metric)))/s"
    let share = recording.operatorShare(metric)
    if share > 0 { text += ", \(share) by the operator" }
    return [
      Span("\(metric.meaning): ", .title), Span(text), Span("  "),
      Span(model.glyphs.curve(width: 60) { recording.history(metric, $0) }, .graph),
    ]
  }
}

import Commands
import Console
import Rendezvous
import Telemetry

/// What `y` copies: a name for it, and its text.
struct Selection: Equatable {
  let name: String
  let text: String

  /// What is selected; nil where nothing is.
  init?(_ model: MonitorModel) {
    let found: (String, String?) =
      if let page = model.ui.pages.last { Self.page(page, model) } else { Self.view(model) }
    guard let text = found.1.map(ClipboardText.filtered), !text.isEmpty else { return nil }
    name = found.0
    // A line of a table begins with blanks, which are of use in a column only.
    self.text = text.contains("\n") ? text : String(text.drop { $0 == " " })
  }

  /// What is selected in the view that is shown.
  private static func view(_ model: MonitorModel) -> (String, String?) {
    switch model.ui.view {
    case .overview: Self.pane(model)
    case .timeline: Self.timeline(model)
    case .ipi: ("the cell", Self.cell(model))
    case .vcpu: ("vcpu \(model.selectedVCPU)", Self.page(model))
    case .interrupts: ("the pin", Self.pin(model))
    case .console: ("the console's screen", Self.console(model))
    case .log: ("the entry", Self.entry(model))
    case .policies: ("the policy", Self.policy(model))
    }
  }

  /// All lines of a page, but for the charts.
  private static func page(_ page: Page, _ model: MonitorModel) -> (String, String?) {
    let content = PageView.content(page, model)
    return (
      "the page", ([content.title] + content.lines.compactMap(\.plain)).joined(separator: "\n")
    )
  }

  private static func text(_ lines: [[Span]]) -> String {
    lines.map { $0.map(\.text).joined() }.joined(separator: "\n")
  }

  private static func pane(_ model: MonitorModel) -> (String, String?) {
    let recording = model.shown
    switch model.ui.focus {
    case .vcpus: return ("vcpu \(model.selectedVCPU)", vcpu(model))
    case .counters:
      let metric = Metric.selectable[model.ui.metric]
      let rate = Quantity.rate(recording.rate(metric))
      return ("the counter", "\(metric.meaning): \(recording.total(metric)), \(rate)/s")
    case .console: return ("the console's screen", console(model))
    case .log:
      let log = recording.log
      let visible = model.ui.log.visible(log.dropped..<log.end, rows: model.rows(.log))
      let lines = visible.map { LogWords.spans(log[$0 - log.dropped], width: 200) }
      return ("the log's lines", text(lines))
    }
  }

  /// One line: what it does and what that cost it.
  private static func vcpu(_ model: MonitorModel) -> String? {
    let vcpus = model.shown.snapshot.vcpus
    guard vcpus.indices.contains(model.ui.vcpu) else { return nil }
    let vcpu = vcpus[model.ui.vcpu]
    return "vcpu \(vcpu.id) \(vcpu.state.letter) \(vcpu.state.word): \(vcpu.state.meaning); "
      + "rip \(NumberText.hexadecimal(vcpu.rip)), \(vcpu.exits.total) exits, "
      + "\(Quantity.rate(model.shown.exitRate(model.ui.vcpu)))/s, "
      + "\(vcpu.ipisSent.total) IPIs sent, \(vcpu.ipisReceived) received, "
      + "spurious \(vcpu.spurious), stalled \(Quantity.duration(vcpu.stallNanoseconds)), "
      + "guest saw \(vcpu.guestSaw)"
  }

  /// Everything that is known of the vcpu.
  private static func page(_ model: MonitorModel) -> String? {
    guard let looks = VCPULooks(model) else { return nil }
    return [vcpu(model) ?? "", text(VCPUPage.lines(model, looks, width: 100))]
      .joined(separator: "\n")
  }

  private static func timeline(_ model: MonitorModel) -> (String, String?) {
    let history = model.shown.rendezvous
    if model.ui.timeline.focus == .lanes, let part = model.timelinePicture?.part {
      return ("the lane", RendezvousWords.lane(part))
    }
    guard let number = model.ui.timeline.number(of: history.numbers),
      let entry = history.entry(number)
    else { return ("the rendezvous", nil) }
    let logged = LogEntry(
      timeNanoseconds: entry.timeNanoseconds, event: .rendezvous(entry.record))
    return (
      "rendezvous #\(entry.record.id)", text([LogWords.spans(logged, width: 200)])
    )
  }

  private static func cell(_ model: MonitorModel) -> String? {
    model.ipiCount > 0 ? text([IPIWords.status(model)]) : nil
  }

  private static func pin(_ model: MonitorModel) -> String? {
    let pins = model.shown.snapshot.controllers.pins
    guard let number = model.selectedPin, pins.indices.contains(number) else { return nil }
    let (pin, entry) = (pins[number], PinEntry(rawValue: pins[number].entry))
    let receivers = entry.receiversInFull(vcpus: model.shown.snapshot.vcpus.count)
    return "pin \(number), \(BoardWiring.words(number)): "
      + "entry \(NumberText.padded(entry.rawValue, digits: 16)), "
      + "\(entry.message) to \(receivers), \(entry.triggerWord), active \(entry.polarityWord), "
      + "\(entry.isMasked ? "masked" : "open"), line \(pin.isAsserted ? "on" : "off"), "
      + "remote IRR \(entry.hasRemoteIRR ? "set" : "clear"), \(pin.delivered) interrupts"
  }

  /// The guest's screen, or where the operator scrolled, what is shown.
  private static func console(_ model: MonitorModel) -> String? {
    let console = model.shown.console
    let lines =
      model.ui.console.bottom == nil
      ? console.screenTop..<max(console.screenTop, console.usedEnd)
      : model.visibleConsole(rows: model.rows(.console))
    return lines.map { console.line($0).text }.joined(separator: "\n")
  }

  private static func entry(_ model: MonitorModel) -> String? {
    let (log, numbers) = (model.shown.log, model.filteredLog)
    guard !numbers.isEmpty else { return nil }
    let number = numbers[model.selectedPlace(in: numbers)]
    return text([LogWords.spans(log[number - log.dropped], width: 200)])
  }

  private static func policy(_ model: MonitorModel) -> String? {
    let policies = PoliciesState.policies(model.shown)
    let place = model.ui.policies.place(policies, inForce: model.shown.snapshot.policy)
    guard policies.indices.contains(place) else { return nil }
    let policy = policies[place]
    let words = policy.dimensions.map { "\($0.name) \($0.value)" }.joined(separator: ", ")
    guard let account = model.shown.policies.account(policy.preset) else {
      return "\(policy.preset): \(words)"
    }
    let totals = account.totals
    return "\(policy.preset): \(words); in force \(Quantity.duration(account.inForceNanoseconds)), "
      + "\(totals.rendezvous) rendezvous, \(totals.spurious) spurious, "
      + "stalled \(Quantity.duration(totals.stallNanoseconds)), \(totals.kicks) kicks"
  }
}

extension MonitorModel {
  /// Copies what is selected, and says what that is: whether the terminal took it nobody tells.
  mutating func copySelection() -> [MonitorEffect] {
    guard let selection = Selection(self) else {
      ui.notice = "nothing is selected that could be copied"
      return []
    }
    let lines = selection.text.split(separator: "\n", omittingEmptySubsequences: false).count
    let size = lines > 1 ? " (\(lines) lines)" : ""
    ui.notice = "copied \(selection.name)\(size), if the terminal allows it (OSC 52)"
    return [.copy(selection.text)]
  }
}

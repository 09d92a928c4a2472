import Commands
import Telemetry
import Themes

/// The I/O APIC's pins and the 8259 pair, and what the operator puts into them.
enum InterruptsView {
  static func paint(_ frame: inout Frame, _ rect: Rect, _ model: MonitorModel) {
    let recording = model.shown
    let state = model.ui.interrupts
    let shown = state.pins(recording)
    let layout = InterruptsLayout(rect, pins: shown.count)
    if !layout.title.isEmpty {
      let rows = layout.rows.height
      let place = state.place(shown)
      let top = state.visibleTop(shown.count, place: place, rows: rows)
      let count = recording.snapshot.controllers.pins.prefix(PinHistory.pinCount).count
      var part = state.showsUsedOnly ? "\(shown.count) of \(count) in use" : ""
      if shown.count > rows {
        part = "rows \(top + 1)-\(top + rows) of \(shown.count)" + (part.isEmpty ? "" : " in use")
      }
      frame.rule(
        layout.title, title: "I/O APIC: its redirection entries", note: part, hasFocus: false)
    }
    PinTable.paint(&frame, head: layout.head, rows: layout.rows, model)
    PairView.paint(&frame, layout.pair, recording.snapshot.controllers)
    if let pin = model.selectedPin {
      let pins = recording.snapshot.controllers.pins
      PinDetail.paint(
        &frame, layout.detail, pin, pins[pin], vcpus: recording.snapshot.vcpus.count)
    }
    PinReceivers.paint(&frame, layout.receivers, recording.snapshot)
    answer(&frame, layout.answer, recording)
    InterruptsLegend.paint(&frame, layout.legend)
  }

  /// What came of the last injection, whoever made it: none ends in silence.
  private static func answer(_ frame: inout Frame, _ rect: Rect, _ recording: Recording) {
    guard !rect.isEmpty else { return }
    guard let report = recording.injection(recording.lastInjection) else {
      frame.putClipped(
        rect.x + 1, rect.y, "nothing injected yet: a pin makes nobody meet, a changed entry all",
        .dim, limit: rect.width - 1)
      return
    }
    let spans = [
      Span("inj #\(report.id) ", .injection), Span("\(report.injection.words)  "),
      Span(OutcomeWords.line(report), .dim),
    ]
    frame.put(rect.x + 1, rect.y, spans, limit: rect.width - 1)
  }

  /// The selected pin for the status line.
  static func status(_ model: MonitorModel) -> [Span] {
    let snapshot = model.shown.snapshot
    guard let number = model.selectedPin else { return [Span("no pin in use", .dim)] }
    let pin = snapshot.controllers.pins[number]
    let entry = PinEntry(rawValue: pin.entry)
    var spans = [Span("pin \(number) ", .title), Span("\(BoardWiring.words(number)): ", .dim)]
    if entry == .powerUp {
      spans.append(Span("masked, as at power-up"))
    } else {
      let receivers = entry.receivers(vcpus: snapshot.vcpus.count)
      spans.append(Span("\(entry.message) to \(receivers)", .ipi))
      spans.append(Span(", \(entry.triggerWord), active \(entry.polarityWord)"))
      if entry.isMasked { spans.append(Span(", masked", .warning)) }
    }
    if entry.hasRemoteIRR { spans.append(Span(", awaits EOI", .stateWaiting)) }
    if pin.isAsserted { spans.append(Span(", line on", .title)) }
    return spans
  }
}

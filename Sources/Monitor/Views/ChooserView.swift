import Commands
import Rendezvous
import Telemetry
import Themes

/// The policy or scenario chooser over the overview.
enum ChooserView {
  static func paint(_ frame: inout Frame, _ model: MonitorModel, _ chooser: Chooser) {
    let lines: [[Span]]
    let title: String
    switch chooser.subject {
    case .policy:
      title = "Policy: how a vcpu finds out about a rendezvous"
      lines = policies(model, chooser, width: min(frame.width, 76) - 4)
    case .scenario:
      title = "Scenario: what the demo guest does"
      lines = scenarios(model, chooser, width: min(frame.width, 76) - 4)
    }
    let width = min(frame.width, 76)
    // The bar stays to be seen.
    let room = frame.height - model.layout.bar.height
    let height = min(room, lines.count + 2)
    let rect = Rect(
      x: (frame.width - width) / 2, y: max(0, (room - height) / 2), width: width,
      height: height)
    frame.box(rect, title: title)
    let rows = rect.inner.height
    let top = max(0, min(chooser.selected - rows / 2, lines.count - rows))
    for (row, line) in lines.dropFirst(top).prefix(rows).enumerated() {
      frame.put(rect.inner.x + 1, rect.inner.y + row, line, limit: rect.inner.width - 1)
    }
  }

  private static func scenarios(_ model: MonitorModel, _ chooser: Chooser, width: Int) -> [[Span]] {
    var lines: [[Span]] = Scenario.allCases.enumerated().map { index, scenario in
      let isSelected = index == chooser.selected
      let isCurrent = scenario == model.live.snapshot.scenario
      return [
        Span(isSelected ? ">" : " "),
        Span(
          (scenario.name + (isCurrent ? " *" : "")).leftAligned(15),
          isSelected ? .selection : .title), Span(" \(scenario.summary)"),
      ]
    }
    lines.append([])
    // The whole sentence of the marked one, which may not fit into its line.
    let summary = Scenario.allCases[chooser.selected].summary
    for line in InjectView.wrap(summary, width: width - 1, rows: 2) { lines.append([Span(line)]) }
    lines.append([Span("* what the guest does now", .dim)])
    return lines
  }

  /// The presets, then a row for each dimension with a column for each preset.
  private static func policies(_ model: MonitorModel, _ chooser: Chooser, width: Int) -> [[Span]] {
    let current = model.live.snapshot.policy
    let presets = RendezvousPolicy.presets
    var lines: [[Span]] = presets.enumerated().map { index, preset in
      let isSelected = index == chooser.selected
      return [
        Span(isSelected ? ">" : " "),
        Span(preset.preset.leftAligned(16), isSelected ? .selection : .title),
        Span(preset == current ? " in force" : "", .dim),
      ]
    }
    lines.append([])
    let room = max(1, (width - 18) / 22)
    let first = max(0, min(chooser.selected - room / 2, presets.count - room))
    let shown = Array(presets[first..<min(presets.count, first + room)])
    lines.append(
      [Span("dimension".leftAligned(18), .dim)]
        + shown.map { Span($0.preset.leftAligned(22), .title) })
    for (row, dimension) in current.dimensions.enumerated() {
      lines.append(
        [Span(dimension.name.leftAligned(18))]
          + shown.map { preset in
            let value = preset.dimensions[row].value
            let differs = value != dimension.value
            return Span(
              (value + (differs ? " *" : "")).leftAligned(22), differs ? .warning : .text)
          })
    }
    lines.append([Span("* differs from the policy in force", .dim)])
    return lines
  }
}

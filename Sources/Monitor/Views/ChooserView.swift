import Commands
import Rendezvous
import Telemetry
import Themes

/// The policy or scenario chooser over the overview.
enum ChooserView {
  static func paint(_ frame: inout Frame, _ model: MonitorModel, _ chooser: Chooser) {
    let width = min(frame.width, 76)
    // The bar stays to be seen.
    let room = frame.height - model.layout.bar.height
    let lines = chooser.subject == .scenario ? scenarios(model, chooser, width: width - 4) : []
    let wanted = chooser.subject == .policy ? PolicyChooser.wanted(model, chooser) : lines.count
    let height = min(room, wanted + 2)
    let rect = Rect(
      x: (frame.width - width) / 2, y: max(0, (room - height) / 2), width: width,
      height: height)
    switch chooser.subject {
    case .policy:
      frame.box(rect, title: "Policy: how a vcpu finds out about a rendezvous")
      PolicyChooser.paint(&frame, rect.inner, model, chooser)
    case .scenario:
      frame.box(rect, title: "Scenario: what the demo guest does")
      let rows = rect.inner.height
      let top = max(0, min(chooser.selected - rows / 2, lines.count - rows))
      for (row, line) in lines.dropFirst(top).prefix(rows).enumerated() {
        frame.put(rect.inner.x + 1, rect.inner.y + row, line, limit: rect.inner.width - 1)
      }
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
}

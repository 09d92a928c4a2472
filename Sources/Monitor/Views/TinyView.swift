import Console
import Telemetry
import Themes

/// Below 40×8: a line for each pane, the most important first.
enum TinyView {
  static func paint(_ frame: inout Frame, _ model: MonitorModel) {
    let (width, height) = (frame.width, frame.height)
    guard width > 0 && height > 0 else { return }
    HeaderView.paint(&frame, Rect(x: 0, y: 0, width: width, height: 1), model)
    // Whose the keyboard is matters more than why there is so little to see.
    let isAttached = model.isAttached
    let least = "needs \(Layout.smallest.width)x\(Layout.smallest.height)"
    // The digits of the views are answered here too.
    let named = "\(model.ui.view.title) \(least)"
    let hint =
      isAttached
      ? "\(model.keys.escapeKey.name) detaches"
      : CellWidth.columns(named) <= width ? named : least
    let showsHint = isAttached || (height >= 3 && width >= CellWidth.columns(hint))
    var lines = lines(model)
    if let end = model.shown.snapshot.guestEnded {
      lines.insert([[Span("guest ended: \(end)", .error)]], at: 0)
    }
    let rows = height - 1 - (showsHint ? 1 : 0)
    for (row, line) in lines.prefix(max(0, rows)).enumerated() {
      frame.put(0, 1 + row, facts: line, limit: width)
    }
    if showsHint { frame.put(0, height - 1, hint, isAttached ? .warning : .dim) }
  }

  /// Each of the facts that fit whole.
  private static func lines(_ model: MonitorModel) -> [[[Span]]] {
    let recording = model.shown
    let rates: [[Span]] = [Metric.rendezvous, .spurious, .exits].map { metric in
      [
        Span(metric.word + " ", metric.role),
        Span(Quantity.rate(recording.rate(metric)).leftAligned(6)),
      ]
    }
    let letters = recording.snapshot.vcpus.map { Span("\($0.state.letter)", $0.state.role) }
    var lines = [rates, [letters]]
    if let last = recording.log.last { lines.append([LogWords.spans(last, width: 0)]) }
    lines.append(
      Metric.Group.causes.metrics.map { metric in
        [Span(metric.word + " ", .dim), Span("\(Quantity.count(recording.total(metric))) ")]
      })
    let console = recording.console
    let last = console.usedEnd - 1
    if last >= console.lines.lowerBound {
      lines.append([[Span(console.line(last).text, .console)]])
    }
    return lines
  }
}

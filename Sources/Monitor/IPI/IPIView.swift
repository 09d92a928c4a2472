import Telemetry
import Themes

/// Who sends IPIs to whom.
enum IPIView {
  static func paint(_ frame: inout Frame, _ rect: Rect, _ model: MonitorModel) {
    guard !rect.isEmpty else { return }
    if rect.width < 20 || rect.height < 3 || model.ipiCount == 0 {
      // No room for a picture, or nothing to show: what is selected.
      _ = frame.put(rect.x, rect.y, IPIWords.status(model), limit: rect.width)
      return
    }
    switch model.ui.ipi.pane {
    case .matrix: matrix(&frame, rect, model)
    case .vectors: IPIVectorsView.paint(&frame, rect, model)
    case .modes: IPIModesView.paint(&frame, rect, model)
    }
  }

  private static func matrix(_ frame: inout Frame, _ rect: Rect, _ model: MonitorModel) {
    let layout = model.ipiLayout(rect)
    let reading = model.ipiReading
    if !layout.isList {
      let matrix = IPIMatrix(reading, layout)
      let largest = matrix.cells.max() ?? 0
      let isRate = reading.measure == .rate
      let heat = IPIHeat(
        largest: reading.scaled(largest), isLogarithmic: model.ui.ipi.isLogarithmic,
        finest: isRate ? 0.1 : 1)
      IPIMatrixView.paint(&frame, layout, model, matrix, heat)
      if !layout.modes.isEmpty {
        let title = Rect(x: layout.modes.x, y: layout.modes.y, width: layout.modes.width, height: 1)
        frame.rule(title, title: "By mode", note: IPIWords.measure(model), hasFocus: false)
        IPIModesView.table(&frame, layout.modes.dropping(1), model, layout.modeList(model))
      }
      let isShort = rect.width < 62
      legend(
        &frame, layout.legend,
        [heat.legend(unit: isRate ? "/s" : "", isShort: isShort), IPIWords.scale(model, layout)])
    } else {
      let key = model.keyName(.zoomIn, in: .ipi, usual: .enter)
      legend(
        &frame, layout.legend,
        [
          [
            Span(
              IPIWords.measure(model) + "; the busiest first"
                + (key.map { "; \($0) shows the cell" } ?? ""))
          ],
          [Span("all: an IPI to everyone counts once; no vector is kept of those", .dim)],
        ])
    }
    IPITalkerList(model, layout).paint(&frame, reading)
    details(&frame, layout, model)
    operatorLine(&frame, layout.operatorLine, model)
  }

  /// A line each in a panel beside the matrix; in the two lines below it one after the other.
  private static func details(_ frame: inout Frame, _ layout: IPILayout, _ model: MonitorModel) {
    let rect = layout.details
    guard !rect.isEmpty else { return }
    let facts = IPIWords.details(model, layout)
    if rect.height > 2 {
      for (row, fact) in facts.prefix(rect.height).enumerated() {
        frame.put(rect.x, rect.y + row, fact, limit: rect.width)
      }
      return
    }
    var lines: [[Span]] = [[]]
    for fact in facts {
      let used = lines[lines.count - 1].reduce(0) { $0 + CellWidth.columns($1.text) }
      let columns = fact.reduce(0) { $0 + CellWidth.columns($1.text) }
      if used > 0 && used + columns + 3 > rect.width - 1 && lines.count < rect.height {
        lines.append([])
      }
      lines[lines.count - 1] += (lines[lines.count - 1].isEmpty ? [] : [Span("   ")]) + fact
    }
    for (row, line) in lines.prefix(rect.height).enumerated() {
      frame.put(rect.x + 1, rect.y + row, line, limit: rect.width - 1)
    }
  }

  /// What the operator injected; where there are two rows and little room, its numbers in the second.
  private static func operatorLine(_ frame: inout Frame, _ rect: Rect, _ model: MonitorModel) {
    guard !rect.isEmpty, model.shown.snapshot.operatorIPIs.total > 0 else { return }
    let spans = IPIWords.injected(model)
    let columns = spans.reduce(0) { $0 + CellWidth.columns($1.text) }
    if rect.height > 1 && columns > rect.width - 1 {
      frame.put(rect.x + 1, rect.y, [spans[0]], limit: rect.width - 1)
      frame.put(rect.x + 1, rect.y + 1, Array(spans[1...]), limit: rect.width - 1)
    } else {
      frame.put(rect.x + 1, rect.bottom - 1, spans, limit: rect.width - 1)
    }
  }

  static func legend(_ frame: inout Frame, _ rect: Rect, _ lines: [[Span]]) {
    for (row, line) in lines.prefix(max(0, rect.height)).enumerated() {
      frame.put(rect.x + 1, rect.y + row, line, limit: rect.width - 1)
    }
  }
}

import Themes

/// The inject dialog over the overview.
enum InjectView {
  static func paint(_ frame: inout Frame, _ model: MonitorModel) {
    let dialog = model.ui.dialog
    let fields = dialog.form.fields
    let width = min(frame.width, 72)
    let lines = fields.count + 5
    // The bar stays to be seen.
    let room = frame.height - model.layout.bar.height
    let height = min(room, lines + 2)
    let rect = Rect(
      x: (frame.width - width) / 2, y: max(0, (room - height) / 2), width: width,
      height: height)
    let hasBorder = height >= 5 && width >= 20
    if hasBorder {
      frame.box(rect, title: "Inject")
    } else {
      for y in 0..<height { frame.fill(rect.x, rect.y + y, width: width, .text) }
    }
    let inner = hasBorder ? rect.inner : rect
    guard !inner.isEmpty else { return }
    let answer = answer(model)
    let answerRows = inner.height >= 3 ? min(3, max(1, inner.height - fields.count - 2)) : 0
    let rows = inner.height - answerRows
    // The field with the focus is always to be seen.
    let all = fieldLines(dialog, width: inner.width, selected: model.selectedVCPU)
    let top = max(0, min(dialog.focus - rows / 2, all.count - rows))
    for (row, line) in all.dropFirst(top).prefix(rows).enumerated() {
      let y = inner.y + row
      frame.put(inner.x, y, line, limit: inner.width)
    }
    let wrapped = wrap(answer.text, width: inner.width - 2, rows: answerRows)
    for (row, line) in wrapped.enumerated() {
      frame.putClipped(
        inner.x + 1, inner.bottom - answerRows + row, line, answer.role, limit: inner.width - 1)
    }
  }

  private static func answer(_ model: MonitorModel) -> Span {
    let dialog = model.ui.dialog
    if let refusal = dialog.refusal { return Span("refused: \(refusal)", .error) }
    if let outcome = dialog.outcome { return Span(outcome, .injection) }
    // What Enter would do to the entry as it is now.
    if let plan = PinPlan(dialog.form, model) { return Span("Enter \(plan.words)", .dim) }
    return Span("Enter injects.", .dim)
  }

  private static func fieldLines(
    _ dialog: InjectDialog, width: Int, selected: Int
  ) -> [[Span]] {
    var lines: [[Span]] = []
    let kinds = InjectKind.allCases.count
    let isKind = dialog.focus == 0
    lines.append([
      Span(isKind ? ">" : " ", .text), Span("kind".leftAligned(15), isKind ? .title : .text),
      Span("← \(dialog.kind.name) →".leftAligned(23), isKind ? .selection : .field),
      Span(" \(dialog.kind.rawValue + 1) of \(kinds)", .dim),
    ])
    for (index, field) in dialog.form.fields.enumerated() {
      let hasFocus = dialog.focus == index + 1
      var line = [
        Span(hasFocus ? ">" : " ", .text),
        Span(field.name.rawValue.leftAligned(15), hasFocus ? .title : .text),
      ]
      if field.isChoice {
        for choice in field.choices {
          let isChosen = choice == field.text
          line.append(
            Span(
              isChosen ? "[\(choice)]" : " \(choice) ",
              isChosen ? (hasFocus ? .selection : .field) : .dim))
        }
      } else {
        // The end of a long text is what is being typed.
        let room = 21
        let scalars = String(String.UnicodeScalarView(field.text.unicodeScalars.suffix(room)))
        let shown = scalars + (hasFocus ? "_" : "")
        line.append(Span(shown.leftAligned(room + 2), hasFocus ? .selection : .field))
        line.append(Span(" " + hint(field, dialog.kind, selected: selected), .dim))
      }
      lines.append(line)
    }
    lines.append([Span(" " + dialog.kind.consequence, .rendezvous)])
    return lines
  }

  private static func hint(_ field: FormField, _ kind: InjectKind, selected: Int) -> String {
    switch field.name {
    case .targets: "0,2-3 all others self (\(selected))"
    case .vector: kind == .startup ? "0-255, start page" : "0x10-0xff or 16-255"
    case .destination: "0-255, APIC id"
    case .pin: "0-23"
    default: ""
    }
  }

  /// `text` in lines of at most `width` columns, broken at blanks; what does not fit into `rows`
  /// lines stays in the last.
  static func wrap(_ text: String, width: Int, rows: Int) -> [String] {
    guard rows > 0 else { return [] }
    var lines = [""]
    for word in text.split(separator: " ") {
      let last = lines[lines.count - 1]
      let fits = CellWidth.columns(last) + 1 + CellWidth.columns(String(word)) <= width
      if last.isEmpty {
        lines[lines.count - 1] = String(word)
      } else if fits || lines.count == rows {
        lines[lines.count - 1] += " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }
}

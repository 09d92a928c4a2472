import Commands
import Themes

/// The inject dialog over whatever is shown.
enum InjectView {
  static func paint(_ frame: inout Frame, _ model: MonitorModel) {
    let dialog = model.ui.dialog
    let width = min(frame.width, 72)
    let all = fieldLines(dialog, model, width: width - 2)
    let sections = InjectSection.all(model)
    // The bar stays to be seen.
    let room = frame.height - model.layout.bar.height
    let height = min(room, all.count + InjectSection.wanted(sections) + 2)
    let rect = Rect(
      x: (frame.width - width) / 2, y: max(0, (room - height) / 2), width: width,
      height: height)
    let hasBorder = height >= 5 && width >= 20
    if hasBorder {
      frame.box(rect, title: dialog.manner.isDryRun ? "Inject: dry run" : "Inject")
    } else {
      for y in 0..<height { frame.fill(rect.x, rect.y + y, width: width, .text) }
    }
    let inner = hasBorder ? rect.inner : rect
    guard !inner.isEmpty else { return }
    let heights = InjectSection.heights(sections, fields: all.count, in: inner.height)
    let rows = inner.height - heights.reduce(0, +)
    // The field with the focus is always to be seen.
    let top = max(0, min(dialog.focus - rows / 2, all.count - rows))
    for (row, line) in all.dropFirst(top).prefix(rows).enumerated() {
      frame.put(inner.x, inner.y + row, line, limit: inner.width)
    }
    var y = inner.y + rows
    for (section, height) in zip(sections, heights) {
      section.paint(&frame, Rect(x: inner.x, y: y, width: inner.width, height: height))
      y += height
    }
  }

  /// The fields in `width` columns: a name gives way to its value, and what is only a hint is there whole or not.
  private static func fieldLines(
    _ dialog: InjectDialog, _ model: MonitorModel, width: Int
  ) -> [[Span]] {
    let selected = model.selectedVCPU
    let injects = model.keyWord(.inject, in: .inject, usual: .enter)
    var lines: [[Span]] = []
    func label(_ name: String) -> Int { width >= 30 ? 15 : max(9, name.utf8.count + 1) }
    func named(_ name: String) -> String { name.leftAligned(label(name)) }
    func room(_ name: String) -> Int { max(3, min(21, width - label(name) - 3)) }
    let kinds = InjectKind.allCases.count
    let isKind = dialog.focus == 0
    lines.append([
      Span(isKind ? ">" : " ", .text), Span(named("kind"), isKind ? .title : .text),
      Span("← \(dialog.kind.name) →".leftAligned(room("kind") + 2), isKind ? .selection : .field),
      Span(" \(dialog.kind.rawValue + 1) of \(kinds)\(past(dialog.history, model))", .dim),
    ])
    for (index, field) in dialog.fields.enumerated() {
      let hasFocus = dialog.focus == index + 1
      var line = [
        Span(hasFocus ? ">" : " ", .text),
        Span(named(field.name.rawValue), hasFocus ? .title : .text),
      ]
      if field.isChoice {
        for choice in field.choices {
          let isChosen = choice == field.text
          line.append(
            Span(
              isChosen ? "[\(choice)]" : " \(choice) ",
              isChosen ? (hasFocus ? .selection : .field) : .dim))
        }
        if field.name == .dryRun { line.append(Span("  yes: \(injects) only tells", .dim)) }
      } else {
        // The end of a long text is what is being typed.
        let room = room(field.name.rawValue)
        let scalars = String(String.UnicodeScalarView(field.text.unicodeScalars.suffix(room)))
        let shown = scalars + (hasFocus ? "_" : "")
        line.append(Span(shown.leftAligned(room + 2), hasFocus ? .selection : .field))
        line.append(Span(" " + hint(field, dialog.kind, selected: selected), .dim))
      }
      lines.append(line)
    }
    return lines.map { StatusLine.fitting($0, width) }
  }

  /// How to get at earlier injections, or which one this is.
  private static func past(_ history: InjectHistory, _ model: MonitorModel) -> String {
    if let place = history.place {
      return ", \(place + 1) of \(history.entries.count) earlier"
    }
    let older = model.keyWord(.olderInjection, in: .inject, usual: .pageUp)
    return history.entries.isEmpty ? "" : ", \(older): last used"
  }

  private static func hint(_ field: FormField, _ kind: InjectKind, selected: Int) -> String {
    switch field.name {
    case .targets: "0,2-3 all others self (\(selected))"
    case .vector: kind == .startup ? "0-255, start page" : "0x10-0xff or 16-255"
    case .destination: "0-255, APIC id"
    case .pin: "0-23"
    case .count: "1-100000 times"
    case .period: "µs, or 20ms, 2s"
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

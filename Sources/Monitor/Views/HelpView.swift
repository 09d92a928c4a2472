import Themes

/// The help screen, made from the key table, with the letters and words of the screen after it.
enum HelpView {
  /// The rows of text on a screen of `height` rows.
  static func rows(height: Int) -> Int { max(0, height - 4) }
  /// The highest first line.
  static func lastTop(model: MonitorModel) -> Int {
<<<<<<< HEAD
    let context = model.ui.help?.context ?? .overview
    return max(0, lines(context, model.keys).count - rows(height: model.height))
=======
    let count = model.ui.help.map { shown($0).lines.count } ?? 0
    return max(0, count - rows(height: model.height))
  }

  /// The lines of `help` that are shown, and how many of them have what is looked for.
  static func shown(_ help: UIState.Help) -> (lines: [HelpLine], count: Int) {
    let lines = help.isAll ? HelpContent.all : HelpContent.lines(help.context)
    return HelpSearch(help.search).matches(in: lines)
>>>>>>> 94aa36fa83dc2f2893c1fe8f051564273a229bc1
  }

  static func paint(_ frame: inout Frame, _ help: UIState.Help, _ keys: KeyTable) {
    let width = min(frame.width, 80)
    let rect = Rect(
      x: (frame.width - width) / 2, y: min(1, max(0, frame.height - 1)), width: width,
      height: max(0, frame.height - 2))
<<<<<<< HEAD
    frame.box(rect, title: "Help: \(help.context.title)")
    let lines = lines(help.context, keys)
=======
    let title = "Help: \(help.isAll ? "all views" : help.context.title)"
    frame.box(rect, title: title)
    let next = rect.x + 2 + CellWidth.columns(title) + 2
    let keys = " \(help.isAll ? "? closes" : "? again: all views")  / search "
    let left = rect.x + rect.width - 2 - CellWidth.columns(keys)
    if left > next { frame.put(left, rect.y, keys, .dim) }
    let (lines, count) = shown(help)
>>>>>>> 94aa36fa83dc2f2893c1fe8f051564273a229bc1
    let rows = rect.inner.height
    let top = max(0, min(help.top, lines.count - rows))
    for (row, line) in lines.dropFirst(top).prefix(rows).enumerated() {
      frame.put(rect.inner.x + 1, rect.inner.y + row, line.spans, limit: rect.inner.width - 1)
    }
    var notes: [Span] = []
    if help.isTyping || !help.search.isEmpty {
      let found = count == 0 ? "no line" : "\(count) line\(count == 1 ? "" : "s")"
      notes = [
        Span(" /", .title), Span(help.search + (help.isTyping ? "_" : ""), .field),
        Span("  \(found) ", count == 0 ? .warning : .text),
      ]
    }
    if lines.count > rows {
      notes.append(
        Span(" \(min(lines.count, top + rows)) of \(lines.count) lines, PgDn PgUp ", .dim))
    }
    frame.put(rect.x + 2, rect.bottom - 1, notes, limit: max(0, width - 4))
  }

<<<<<<< HEAD
  static func lines(_ context: InputContext, _ keys: KeyTable = .standard) -> [[Span]] {
    var lines: [[Span]] = []
    for section in KeyBinding.Section.allCases {
      let bindings = keys.bindings(in: context).filter { $0.section == section }
      if bindings.isEmpty { continue }
      lines.append([Span(section.rawValue, .title)])
      for binding in bindings {
        let names = binding.keys.map(\.name).joined(separator: " ")
        lines.append([Span("  " + names.leftAligned(12), .barKey), Span(" " + binding.help)])
      }
    }
    switch context {
    case .overview, .console:
      lines.append([Span("States", .title)])
      for state in VCPUState.allCases {
        lines.append([
          Span("  \(state.letter) \(state.word)".leftAligned(15), state.role), Span(state.meaning),
        ])
      }
      lines.append([Span("Words", .title)])
      for (word, meaning) in words {
        lines.append([Span("  \(word)".leftAligned(15), .barKey), Span(meaning)])
      }
      lines.append([Span("Mouse", .title)])
      lines.append([
        Span("  click: tab, pane, vcpu, bar of a graph (freezes there), key; wheel scrolls")
      ])
    case .inject:
      lines.append([Span("Values", .title)])
      for (word, meaning) in values {
        lines.append([Span("  \(word)".leftAligned(15), .barKey), Span(meaning)])
      }
      lines.append([Span("Kinds", .title)])
      for kind in InjectKind.allCases { lines.append([Span("  " + kind.consequence)]) }
    case .timeline:
      lines.append([Span("Lanes", .title)])
      for (sign, meaning, role) in LaneLegend.help {
        lines.append([Span("  \(sign)".leftAligned(15), role), Span(meaning)])
      }
      lines.append([Span("Roles", .title)])
      for role in RendezvousLane.Role.allCases {
        lines.append([Span("  \(role.word)".leftAligned(15), .barKey), Span(role.meaning)])
      }
    case .vcpu:
      lines.append([Span("Words", .title)])
      for (word, meaning) in closeWords {
        lines.append([Span("  \(word)".leftAligned(15), .barKey), Span(meaning)])
      }
    case .log, .filter:
      lines.append([Span("Filter: words that all must hold", .title)])
      for (word, meaning) in filterWords {
        lines.append([Span("  \(word)".leftAligned(17), .barKey), Span(meaning)])
      }
    case .interrupts: lines += InterruptsLegend.help
    case .policies: lines += PoliciesView.help
    case .ipi:
      lines.append([Span("Words", .title)])
      for (word, meaning) in IPIWords.help {
        lines.append([Span("  \(word)".leftAligned(15), .barKey), Span(meaning)])
      }
    default: break
    }
    return lines
=======
  /// The lines of `context`, all of them.
  static func lines(_ context: InputContext) -> [[Span]] {
    HelpContent.lines(context).map(\.spans)
>>>>>>> 94aa36fa83dc2f2893c1fe8f051564273a229bc1
  }
}

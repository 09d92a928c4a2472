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
<<<<<<< HEAD
=======

  private static let filterWords = [
    ("rdv,inj,set,msg", "of these kinds, or lost"),
    ("init rte bare", "rendezvous of that cause"),
    ("spur", "rendezvous that cost a bystander something"),
    ("lag>100 lag<20", "rendezvous that took more or less microseconds"),
    ("vcpu:0,2-3", "that one of these asked for, or is a target of"),
    ("#18842", "the rendezvous or injection of that number"),
    ("!word", "all that the word does not hold for"),
    ("anything else", "lines that contain it"),
  ]
  private static let words = [
    ("rendezvous", "members leave the guest and meet; none goes on before all came"),
    ("member", "a vcpu that a rendezvous names"),
    ("initiator", "who asked for it: a vcpu or the operator"),
    ("bystander", "no member, but stopped by it until the end"),
    ("void", "came out for a rendezvous that was over"),
    ("spurious", "bystander and void together: the cost D37390 is about"),
    ("early", "a member that saw its bit before the function was there"),
    ("kick", "tells a member: signalled, woken, or elided (was out already)"),
    ("RTE", "redirection table entry of the I/O APIC"),
    ("MOST", "the commonest reason for exits"),
    ("STALLµs", "time lost as a bystander, in microseconds"),
    ("SAW", "interrupts that the guest's own handlers counted"),
    ("*, op", "some of them were injected by the operator"),
  ]
  private static let closeWords = [
    ("IRR ISR TMR", "requested, in service, level-triggered"),
    ("a cell", "8 vectors: 4 dots down, then 4; else how many are set"),
    ("0 to f", "classes of 16 vectors, two cells each"),
    ("waits", "every reason, from the operator to the processor"),
    ("share, total", "exits since the start; /s is over the last second or two"),
    ("ours", "time in our code after an exit, until guest or sleep"),
    ("stall", "time lost as a bystander of rendezvous"),
    ("halt spins", "HLTs kept awake by a rendezvous that was not its own"),
    ("assertion", "times that bhyve's assertion would have fired"),
    ("lock wait", "time at the rendezvous lock in the pending check"),
    ("ODITSZAPC", "flags OF DF IF TF SF ZF AF PF CF, a dot where 0"),
  ]
  private static let values = [
    ("targets", "0,2-3 or all, others, self (the selected vcpu)"),
    ("numbers", "decimal, or hexadecimal as 0x40"),
    ("vector", "16-255 for FIXED and lowest, 0-255 for SIPI (the start page)"),
    ("pin", "0-23"),
    ("destination", "an APIC id, or a mask of logical ids in logical mode"),
  ]
>>>>>>> 42316738639508e1072e8e6ec5a00963cee194c7
}

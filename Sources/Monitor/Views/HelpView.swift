import Telemetry
import Themes

/// The help screen, made from the key table, with the letters and words of the screen after it.
enum HelpView {
  /// The rows of text on a screen of `height` rows.
  static func rows(height: Int) -> Int { max(0, height - 4) }
  /// The highest first line.
  static func lastTop(model: MonitorModel) -> Int {
    max(0, lines(model.ui.help?.context ?? .overview).count - rows(height: model.height))
  }

  static func paint(_ frame: inout Frame, _ help: UIState.Help) {
    let width = min(frame.width, 80)
    let rect = Rect(
      x: (frame.width - width) / 2, y: min(1, max(0, frame.height - 1)), width: width,
      height: max(0, frame.height - 2))
    frame.box(rect, title: "Help: \(help.context.title)")
    let lines = lines(help.context)
    let rows = rect.inner.height
    let top = max(0, min(help.top, lines.count - rows))
    for (row, line) in lines.dropFirst(top).prefix(rows).enumerated() {
      frame.put(rect.inner.x + 1, rect.inner.y + row, line, limit: rect.inner.width - 1)
    }
    if lines.count > rows {
      let note = " \(min(lines.count, top + rows)) of \(lines.count) lines, PgDn PgUp "
      frame.putClipped(rect.x + 2, rect.bottom - 1, note, .dim, limit: width - 4)
    }
  }

  static func lines(_ context: InputContext) -> [[Span]] {
    var lines: [[Span]] = []
    for section in KeyBinding.Section.allCases {
      let bindings = KeyBinding.all.filter {
        $0.section == section && $0.contexts.contains(context)
      }
      if bindings.isEmpty { continue }
      lines.append([Span(section.rawValue, .title)])
      for binding in bindings {
        let keys = binding.keys.map(\.name).joined(separator: " ")
        lines.append([Span("  " + keys.leftAligned(12), .barKey), Span(" " + binding.help)])
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
  }

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
    ("a cell", "8 vectors: 4 downwards, then 4; ASCII: how many are set"),
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
    ("repeat, every", "1-100000 times; 10 µs to an hour apart: 500, 20ms, 2s"),
    ("dry run", "yes: Enter tells what would happen and injects nothing"),
    ("destination", "an APIC id, or a mask of logical ids in logical mode"),
  ]
}

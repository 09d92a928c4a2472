import Themes

/// What the words and signs of the Interrupts view mean.
enum InterruptsLegend {
  /// As many of the words as fit into the line, most important first.
  static func paint(_ frame: inout Frame, _ rect: Rect) {
    guard !rect.isEmpty else { return }
    let words: [(word: String, role: Role, meaning: String)] = [
      ("*", .warning, "just rewritten"), ("bits", .ipi, "logical mask"),
      ("wait", .stateWaiting, "EOI awaited"), ("on", .title, "asserted"),
      ("·", .dim, "no"), ("o", .barKey, "those in use"),
      ("MASK POL rIRR SEND", .title, "bits 16, 13, 14, 12 of the entry"),
    ]
    var spans: [Span] = []
    var room = rect.width - 1
    for (word, role, meaning) in words {
      room -= CellWidth.columns(word) + CellWidth.columns(meaning) + 3
      if room < -2 { break }
      spans += [Span(word, role), Span(" \(meaning)  ", .dim)]
    }
    frame.put(rect.x + 1, rect.y, spans, limit: rect.width - 1)
  }

  /// For the help screen.
  static let help: [[Span]] =
    [[Span("Words", .title)]]
    + [
      ("PIN *", "the entry was rewritten within the last second"),
      ("VEC MODE", "vector and delivery mode; NMI and ExtINT take no vector"),
      ("TO", "vcpu: physical destination, an APIC id; 255 is every vcpu"),
      ("TO bits", "logical destination: each vcpu with one of them in its LDR"),
      ("TRIG POL", "trigger mode and polarity; the board knows asserted or not"),
      ("LINE", "on: something asserts the pin"),
      ("rIRR", "remote IRR: a level was delivered, its EOI is awaited"),
      ("SEND", "delivery status: sent, not accepted yet"),
      ("COUNT /s", "interrupts that the pin delivered, all and each second"),
      ("INTR", "the pair's output: to LINT0 of every vcpu and to pin 0"),
      ("IRR ISR IMR", "requested, in service, masked, as digits: the IRQs"),
      ("ELCR", "the IRQs that are level-triggered"),
    ].map { word, meaning in
      [Span("  \(word)".leftAligned(15), .barKey), Span(meaning)]
    } + [
      [Span("What makes vcpus meet", .title)],
      [Span("  a pin, pulsed or asserted: never")],
      [Span("  a rewritten entry: all vcpus, unless only mask or polarity change")],
    ]
}

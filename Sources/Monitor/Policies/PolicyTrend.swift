import Themes

/// Rates over the last samples above the policy that was in force: what a switch did is seen at once.
enum PolicyTrend {
  /// A rule, two rates and the policy.
  static let least = 4
  /// A rule, all rates and the policy.
  static let most = 6
  private static let labelWidth = 18

  static func paint(_ frame: inout Frame, _ rect: Rect, _ ledger: PolicyLedger) {
    guard rect.height >= 2, rect.width > 0 else { return }
    let bars = max(0, min(rect.width - labelWidth - 2, Recording.sampleCount - 1))
    let names = ledger.names(bars)
    frame.rule(
      Rect(x: rect.x, y: rect.y, width: rect.width, height: 1), title: "Over time",
      note: names.isEmpty ? "" : "the last \(PinTable.age(ledger.span(bars)))", hasFocus: false)
    let rates: [(String, KeyPath<PolicyLedger.Totals, UInt64>, Double, Role)] = [
      ("rdv/s", \.rendezvous, 1, .rendezvous), ("spurious/s", \.spurious, 1, .spurious),
      ("stall µs/s", \.stallNanoseconds, 1e-3, .spurious), ("spins/s", \.haltSpins, 1, .text),
    ]
    for (row, (label, field, scale, role)) in rates.prefix(rect.height - 2).enumerated() {
      let history = ledger.history(field, bars)
      let now = (history.last ?? 0) * scale
      let spans = [
        Span(label.leftAligned(11), role), Span(PolicyTable.fraction(now).rightAligned(6)),
        Span(" "), Span(Sparkline.text(history, width: bars), .graph),
      ]
      frame.put(rect.x + 1, rect.y + 1 + row, spans, limit: rect.width - 1)
    }
    let strip = String(repeating: " ", count: bars - names.count) + strip(names)
    let spans = [Span("policy".leftAligned(labelWidth), .title), Span(strip, .dim)]
    frame.put(rect.x + 1, rect.bottom - 1, spans, limit: rect.width - 1)
  }

  /// One column for each of `names`: a bar where another begins, its name where there is room, a line.
  static func strip(_ names: [String]) -> String {
    var text = ""
    var rest = names[...]
    while let name = rest.first {
      let run = rest.prefix { $0 == name }.count
      rest = rest.dropFirst(run)
      let printable = name.unicodeScalars.filter { CellWidth.of($0) == 1 }
      let label = String(String.UnicodeScalarView(printable))
      let fits = printable.count < run
      text += "│" + (fits ? label : "")
      text += String(repeating: "─", count: run - 1 - (fits ? printable.count : 0))
    }
    return text
  }
}

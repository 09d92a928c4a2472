import Telemetry
import Themes

/// What the IPI view says in words.
enum IPIWords {
  static let help = [
    ("row, column", "who sent, and to whom"),
    ("a block", "several vcpus a cell: it shows its hottest pair, not the mean"),
    ("→all", "IPIs to all or to all others: each counts once, in no cell"),
    ("sent", "all that the source sent: cells and →all"),
    ("recv, in", "what the destination was sent by name, without →all"),
    ("rate", "over the last second or so"),
    ("lowest", "a lowest-priority IPI is shown where it was delivered"),
    ("share", "of all that was sent between vcpus"),
    ("0x00, 0x02", "the vector shown for INIT and for NMI"),
  ]

  /// `0xfd`
  static func vector(_ vector: UInt8) -> String {
    "0x" + (vector < 16 ? "0" : "") + String(vector, radix: 16)
  }

  /// What numbers are, in a few words.
  static func measure(_ model: MonitorModel) -> String {
    model.ui.ipi.measure == .rate ? "IPIs per second" : "IPIs since the start"
  }

  /// What is selected, for the status line.
  static func status(_ model: MonitorModel) -> [Span] {
    guard model.ipiCount > 0 else { return [Span("no vcpus yet", .dim)] }
    let reading = model.ipiReading
    let source = model.ipiSource
    if model.ui.ipi.pane != .matrix {
      let row = reading.history.source(source)
      let sent = reading.words(reading.ipis(source))
      return [
        Span("vcpu\(source): ", .title),
        Span("\(sent) \(sent == "1" ? "IPI" : "IPIs")"),
        Span(
          ", \(Quantity.counted(row.pairs.count, "destination")) by name, "
            + "\(Quantity.count(row.broadcasts.total)) to all since the start", .dim),
      ]
    }
    guard let talker = hottest(model) else {
      let title = title(model, model.ipiLayout(model.layout.body))
      return [Span("\(title.text): ", .title), Span(nothing(model), .dim)]
    }
    return [
      Span("\(name(talker)): ", .title),
      Span("\(reading.with(.rate).words(talker.count.recent)), "),
      Span("\(Quantity.count(talker.count.total)) since the start"),
      Span(talker.lastVector.map { ", last \(vector($0))" } ?? "", .dim),
    ]
  }

  /// Why there is nothing to say of the cell.
  private static func nothing(_ model: MonitorModel) -> String {
    let isSelf = model.ipiDestination == model.ipiSource
    if isSelf && !model.ui.ipi.includesSelf { return "IPIs to self are left out" }
    return model.ui.ipi.measure == .rate ? "nothing in the last second" : "nothing sent"
  }

  /// The cell's name, and whether it is a block.
  private static func title(_ model: MonitorModel, _ layout: IPILayout)
    -> (text: String, isBlock: Bool)
  {
    let (source, destination) = (model.ipiSource, model.ipiDestination)
    var (sources, destinations) = (source..<(source + 1), destination.map { $0..<($0 + 1) })
    if layout.rows > 0 && layout.columns > 0 {
      sources = layout.sources(row: layout.row(of: source))
      destinations = destination.map { layout.destinations(column: layout.column(of: $0)) }
    }
    let isBlock = sources.count > 1 || destinations?.count ?? 1 > 1
    let text =
      "\(IPIRegion.words(sources)) → \(destinations.map { IPIRegion.words($0) } ?? "all")"
    return ((isBlock ? "block " : "vcpu ") + text, isBlock)
  }

  /// The busiest pair of the block that the cell is in; in the list the pair itself.
  static func hottest(_ model: MonitorModel) -> IPIReading.Talker? {
    let layout = model.ipiLayout(model.layout.body)
    let reading = model.ipiReading
    let source = model.ipiSource
    guard layout.rows > 0 && layout.columns > 0 else {
      return reading.talker(source, model.ipiDestination)
    }
    return reading.busiest(
      layout.sources(row: layout.row(of: source)),
      model.ipiDestination.map { layout.destinations(column: layout.column(of: $0)) })
  }

  private static func name(_ talker: IPIReading.Talker) -> String {
    "\(talker.source) → \(talker.destination.map { "\($0)" } ?? "all")"
  }

  /// What there is to say of the cell: a line each, the most important first.
  static func details(_ model: MonitorModel, _ layout: IPILayout) -> [[Span]] {
    let reading = model.ipiReading
    let (title, isBlock) = title(model, layout)
    guard let talker = hottest(model), talker.count.total > 0 else {
      let source = model.ipiSource
      return [
        [Span(title, .title)], [Span(nothing(model), .dim)], vectors(source, reading),
      ]
    }
    let value = reading.measure.value(talker.count)
    var lines = [[Span(title, .title)]]
    if isBlock { lines.append([Span("hottest \(name(talker))", .ipi)]) }
    lines.append([
      Span(reading.with(.rate).words(talker.count.recent), .ipi),
      Span(", \(Quantity.count(talker.count.total)) in all"),
    ])
    if let last = talker.lastVector { lines.append([Span("last \(vector(last))")]) }
    let sent = percent(value, of: reading.sent(talker.source))
    lines.append([Span("\(sent) of what \(talker.source) sends")])
    if let destination = talker.destination {
      let share = percent(value, of: reading.received(destination))
      lines.append([Span("\(share) of what \(destination) gets by name")])
    }
    lines.append(vectors(talker.source, reading))
    return lines
  }

  /// A share; one too small for a whole percent is not none.
  static func percent(_ part: UInt64, of whole: UInt64) -> String {
    // Sums wrap around; a part of them may not.
    let percent = Quantity.percent(min(part, whole), of: whole)
    return percent == 0 && part > 0 ? "<1%" : "\(percent)%"
  }

  /// `9 sends 0xfd 98%  0x40 2%`
  private static func vectors(_ source: Int, _ reading: IPIReading) -> [Span] {
    let vectors = reading.vectors(source).filter { reading.measure.value($0.count) > 0 }
    let sum = vectors.reduce(0) { $0 &+ reading.measure.value($1.count) }
    if vectors.isEmpty { return [Span("\(source) sends nothing now", .dim)] }
    let parts = vectors.prefix(2).map {
      "\(vector($0.vector)) \(percent(reading.measure.value($0.count), of: sum))"
    }
    return [Span("\(source) sends ", .dim), Span(parts.joined(separator: "  "), .dim)]
  }

  /// `operator: FIXED 3  NMI 1`
  static func injected(_ model: MonitorModel) -> [Span] {
    let tally = model.shown.snapshot.operatorIPIs
    let names: [(IPIKind, String)] = [
      (.fixed, "FIXED"), (.lowestPriority, "LOWEST"), (.nmi, "NMI"), (.initIPI, "INIT"),
      (.startup, "SIPI"), (.selfIPI, "SELF"),
    ]
    let parts = names.filter { tally[$0.0] > 0 }.map { "\($0.1) \(Quantity.count(tally[$0.0]))" }
    return [
      Span("operator injected ", .injection), Span(parts.joined(separator: "  ")),
      Span("  (in no cell)", .dim),
    ]
  }

  /// What a cell stands for, and how to read the rest.
  static func scale(_ model: MonitorModel, _ layout: IPILayout) -> [Span] {
    let all = IPIRegion(vcpus: model.ipiCount)
    var spans: [Span] = []
    if layout.region != all {
      spans.append(Span("zoomed \(layout.region.words), Bksp  ", .warning))
    }
    let (rows, columns) = (layout.rowStep, layout.columnStep)
    let block =
      rows > 1 || columns > 1
      ? "the hottest pair of \(rows) by \(columns) vcpus" : "one source, one destination"
    spans.append(Span("a cell: \(block)  "))
    if !model.ui.ipi.includesSelf { spans.append(Span("self left out  ", .warning)) }
    spans.append(Span("→all: in no cell", .dim))
    return spans
  }
}

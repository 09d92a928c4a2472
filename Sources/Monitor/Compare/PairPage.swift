import Commands
import Comparison
import Rendezvous
import Telemetry
import Themes

/// Two machines side by side: the same guest with the same scenario, under two policies, both live.
enum PairPage {
  private static let labelWidth = 11
  private static let numberWidth = 7
  private static let differenceWidth = 9

  static func paint(_ frame: inout Frame, _ rect: Rect, _ model: MonitorModel) {
    var stack = RowStack(rect)
    let setup = stack.take(rect.height >= 8 ? 2 : 0)
    let head = stack.take(1)
    let names = stack.take(1)
    // Two lines for each verdict and a blank one, or three where there is room.
    let spare = stack.left - PairQuantity.allCases.count
    let words = stack.takeLast(spare >= 7 ? 7 : spare >= 5 ? 5 : 0)
    let plan = model.ui.compare.pair
    if !setup.isEmpty {
      frame.put(
        setup.x + 1, setup.y,
        [Span(ComparePage.starting("starts", in: .pair, model), .title), Span(Self.words(plan))],
        limit: setup.width - 1)
      frame.putClipped(
        setup.x + 1, setup.y + 1, ComparePage.surroundings(model), .dim, limit: setup.width - 1)
    }
    rule(&frame, head, model)
    guard let pair = model.pair else {
      frame.putClipped(names.x + 1, names.y, "neither runs yet", .dim, limit: names.width - 1)
      return
    }
    let spark = max(
      0, (rect.width - 2 - labelWidth - differenceWidth) / 2 - numberWidth - 2)
    paint(names: pair, &frame, names, spark: spark)
    for quantity in PairQuantity.allCases {
      let row = stack.take(1)
      if row.isEmpty { break }
      paint(quantity, pair, &frame, row, spark: spark, model.glyphs)
    }
    paint(verdicts: pair, &frame, words)
  }

  /// What runs, in words.
  static func words(_ plan: PairPlan) -> String {
    "A \(plan.policies[0].preset), B \(plan.policies[1].preset): \(plan.scenario.name), "
      + "\(plan.vcpus) vcpus each"
  }

  private static func rule(_ frame: inout Frame, _ rect: Rect, _ model: MonitorModel) {
    guard !rect.isEmpty else { return }
    var title = "A|B: the same guest twice"
    var note = ""
    if let pair = model.pair {
      title = "A|B: \(pair.plan.scenario.name), \(pair.plan.vcpus) vcpus each"
      let time = Quantity.seconds(pair.nanoseconds)
      note =
        pair.problem != nil
        ? "stopped" : pair.isEnded ? "ended after \(time)" : "both live, \(time)"
    }
    frame.rule(rect, title: title, note: note, hasFocus: false)
  }

  private static func paint(
    names pair: PairState, _ frame: inout Frame, _ rect: Rect, spark: Int
  ) {
    guard !rect.isEmpty else { return }
    var spans = [Span("last second".leftAligned(labelWidth), .dim)]
    for (letter, side) in zip(["A", "B"], pair.sides) {
      let policy = side.row.policy
      let isUnsafe = policy.danger != nil
      let name = "\(letter) \(policy.preset)\(isUnsafe ? " UNSAFE" : "")"
      let width = numberWidth + 2 + spark
      let text = String(name.prefix(max(0, width - 1)))
      spans.append(Span((" " + text).leftAligned(width), isUnsafe ? .warning : .title))
    }
    spans.append(Span("B to A".rightAligned(differenceWidth - 1), .dim))
    frame.put(rect.x + 1, rect.y, spans, limit: rect.width - 1)
  }

  private static func paint(
    _ quantity: PairQuantity, _ pair: PairState, _ frame: inout Frame, _ rect: Rect, spark: Int,
    _ glyphs: GlyphSet
  ) {
    var spans = [Span(quantity.title.leftAligned(labelWidth))]
    let values = pair.sides.map(quantity.value)
    for (side, value) in zip(pair.sides, values) {
      let number = value.map(NumberWords.short) ?? "-"
      let isBad = quantity == .spurious || quantity == .stall || quantity == .haltSpins
      spans.append(
        Span(number.rightAligned(numberWidth), isBad && (value ?? 0) > 0 ? .spurious : .text))
      let curve = glyphs.curve(width: spark) { count in
        side.samples.suffix(count).map { quantity.value($0) ?? 0 }
      }
      spans.append(Span(" " + curve.rightAligned(spark) + " ", .graph))
    }
    let difference = PairQuantity.difference(values[0], values[1])
    spans.append(Span(difference.rightAligned(differenceWidth - 1), .title))
    frame.put(rect.x + 1, rect.y, spans, limit: rect.width - 1)
  }

  /// What each came to since the start, as many lines for each.
  private static func paint(verdicts pair: PairState, _ frame: inout Frame, _ rect: Rect) {
    guard rect.height >= 3 else { return }
    var y = rect.y + 1
    for (letter, side) in zip(["A", "B"], pair.sides) {
      let lines = InjectView.wrap(
        ComparisonVerdict.words(side.row), width: max(8, rect.width - 5),
        rows: (rect.height - 1) / 2)
      for (row, line) in lines.enumerated() where y < rect.bottom {
        frame.put(
          rect.x + 1, y, [Span(row == 0 ? "\(letter)  " : "   ", .title), Span(line)],
          limit: rect.width - 1)
        y += 1
      }
    }
  }

  static func status(_ model: MonitorModel) -> [Span] {
    guard let pair = model.pair else {
      let a = model.keyName(.choosePolicyA, in: .pair, usual: .character("a")) ?? "A"
      let b = model.keyName(.choosePolicyB, in: .pair, usual: .character("b")) ?? "B"
      let start = model.keyName(.runComparison, in: .pair, usual: .enter)
      let words = "\(a) and \(b) choose the policies" + (start.map { ", \($0) starts both" } ?? "")
      return [Span(words, .dim)]
    }
    if let problem = pair.problem { return [Span(problem, .error)] }
    if pair.plan != model.ui.compare.pair {
      let again = ComparePage.starting("starts both again", in: .pair, model)
      return [Span(again, .title), Span(words(model.ui.compare.pair))]
    }
    return [Span("numbers are of the last second, curves of the last minute at most", .dim)]
  }

  /// For the help screen.
  static let help: [(String, String)] =
    PairQuantity.allCases.map { ($0.title, $0.meaning) } + [
      ("B to A", "B's number against A's: +17 %, x 3.1, or who has any")
    ]
}

import Telemetry
import Themes

/// How many IPIs of each delivery mode each source sent; the sum and the operator's own above them.
enum IPIModesView {
  private struct Column {
    let title: String
    /// In four columns.
    let short: String
    let value: (Int) -> UInt64
    let injected: UInt64?
  }

  static func paint(_ frame: inout Frame, _ rect: Rect, _ model: MonitorModel) {
    let list = IPISourceList(model, rect)
    table(&frame, rect, model, list)
    let left = model.ui.ipi.includesSelf ? "" : "; SELF is left out"
    IPIView.legend(
      &frame, list.legend,
      [
        [Span(IPIWords.measure(model) + "; each IPI counts once" + left)],
        [Span("of all modes INIT alone makes vcpus meet; →ALL: those of them to all", .dim)],
      ])
  }

  /// The table alone, which also fills what a small matrix leaves of a big screen.
  static func table(
    _ frame: inout Frame, _ rect: Rect, _ model: MonitorModel, _ list: IPISourceList
  ) {
    let reading = model.ipiReading
    let label = max(9, String(max(0, model.ipiCount - 1)).utf8.count + 6)
    let width = rect.width >= label + 64 ? 8 : 5
    let labelWidth = width == 8 ? label : 5
    let columns = Array(columns(reading).prefix(max(0, (rect.width - labelWidth) / width)))
    let head = columns.map { (width == 8 ? $0.title : $0.short).rightAligned(width) }.joined()
    frame.putClipped(
      rect.x, rect.y, " SRC".leftAligned(labelWidth) + head, .title, limit: rect.width)
    func line(_ y: Int, _ name: String, _ values: [UInt64?], _ plain: Role, isSelected: Bool) {
      if isSelected { frame.fill(rect.x, y, width: rect.width, .selection) }
      let name = (isSelected ? ">" : " ") + name
      var x = frame.putClipped(
        rect.x, y, name.leftAligned(labelWidth), isSelected ? .selection : plain, limit: labelWidth)
      for value in values {
        let text = value.map { $0 == 0 ? "·" : number(reading, $0, width) } ?? ""
        let role: Role = isSelected ? .selection : value ?? 0 == 0 ? .dim : plain
        frame.put(x, y, text.rightAligned(width), role, limit: width)
        x += width
      }
    }
    if list.rows.y - rect.y >= 3 {
      let sums = columns.map { column in
        (0..<model.ipiCount).reduce(UInt64(0)) { $0 &+ column.value($1) }
      }
      line(rect.y + 1, "all", sums, .title, isSelected: false)
      line(
        rect.y + 2, width == 8 ? "operator" : "op", columns.map(\.injected), .injection,
        isSelected: false)
    }
    for (y, source) in list.lines {
      let name = width == 8 ? "vcpu\(source)" : "\(source)"
      line(y, name, columns.map { $0.value(source) }, .text, isSelected: source == model.ipiSource)
    }
  }

  private static func number(_ reading: IPIReading, _ value: UInt64, _ width: Int) -> String {
    if width < 8 { return reading.short(value) }
    return reading.measure == .rate
      ? Quantity.rate(reading.scaled(value)) : Quantity.count(value)
  }

  /// The most important first: what does not fit is left out.
  private static func columns(_ reading: IPIReading) -> [Column] {
    func kind(_ title: String, _ short: String, _ kind: IPIKind) -> Column {
      Column(
        title: title, short: short,
        value: { reading.measure.value(reading.history.count(kind, of: $0)) },
        injected: reading.measure.value(reading.history.injected(kind)))
    }
    let injected = IPIKind.allCases.reduce(UInt64(0)) {
      $0 &+ reading.measure.value(reading.history.injected($1))
    }
    var columns = [
      Column(title: "IPIs", short: "IPIs", value: reading.ipis, injected: injected),
      kind("FIXED", "FIX", .fixed), kind("INIT", "INIT", .initIPI), kind("SIPI", "SIPI", .startup),
      kind("NMI", "NMI", .nmi), kind("LOWEST", "LOW", .lowestPriority),
    ]
    if reading.includesSelf { columns.append(kind("SELF", "SELF", .selfIPI)) }
    columns.append(
      Column(
        title: "→ALL", short: "→ALL",
        value: { reading.measure.value(reading.history.source($0).broadcasts) }, injected: nil))
    return columns
  }
}

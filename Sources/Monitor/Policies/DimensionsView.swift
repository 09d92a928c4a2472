import Rendezvous
import Telemetry
import Themes

/// A row for each dimension, with a column for each policy around the selected one, and with room what
/// the selected one's value means.
enum DimensionsView {
  private static let nameWidth = 18
  private static let valueWidth = 24

  static func paint(_ frame: inout Frame, _ rect: Rect, _ model: MonitorModel) {
    guard !rect.isEmpty else { return }
    let inForce = model.shown.snapshot.policy
    let policies = PoliciesState.policies(model.shown)
    let selected = model.ui.policies.place(policies, inForce: inForce)
    let rows = rows(policies[selected], inForce, count: rect.height - 2)
    let total = inForce.dimensions.count
    let note =
      rows.count < total
      ? "\(rows.count) of \(total), x all; * differs from \(inForce.preset)"
      : "* differs from the policy in force"
    frame.rule(
      Rect(x: rect.x, y: rect.y, width: rect.width, height: 1), title: "Dimensions",
      note: note, hasFocus: false)
    let room = rect.width - 1 - nameWidth
    // The meaning of the selected one's values wants 50 columns; a comparison comes first.
    let count = min(policies.count, max(1, room >= 2 * valueWidth ? (room - 50) / valueWidth : 1))
    let columns = max(min(2, policies.count, room / valueWidth), count)
    let first = max(0, min(selected - columns / 2, policies.count - columns))
    let shown = policies[first..<min(policies.count, first + max(1, columns))]
    let meaningX = rect.x + 1 + nameWidth + shown.count * valueWidth
    let meaningWidth = rect.x + rect.width - meaningX
    var names = [Span("dimension".leftAligned(nameWidth), .dim)]
    for (offset, policy) in shown.enumerated() {
      let isSelected = first + offset == selected
      let name = (isSelected ? ">" : " ") + policy.marked
      let role: Role = policy.hazard != nil ? .warning : isSelected ? .title : .dim
      names.append(Span(name.leftAligned(valueWidth), role))
    }
    if meaningWidth >= 30 { names.append(Span("of \(policies[selected].preset)", .dim)) }
    Self.trim(&names)
    if rect.height > 1 { frame.put(rect.x + 1, rect.y + 1, names, limit: rect.width - 1) }
    let current = inForce.dimensions
    let meanings = policies[selected].meanings
    for (place, row) in rows.enumerated() {
      let y = rect.y + 2 + place
      var spans = [Span(current[row].name.leftAligned(nameWidth))]
      for (offset, policy) in shown.enumerated() {
        let value = policy.dimensions[row].value
        let differs = value != current[row].value
        let isSelected = first + offset == selected
        spans.append(
          Span(
            " \(value)\(differs ? " *" : "")".leftAligned(valueWidth),
            differs ? .warning : isSelected ? .text : .dim))
      }
      if meaningWidth >= 30 { spans.append(Span(meanings[row], .dim)) }
      Self.trim(&spans)
      frame.put(rect.x + 1, y, spans, limit: rect.width - 1)
    }
  }

  /// The places of the dimensions that there is room for: where not for all, first those in which the selected
  /// policy differs from the one in force.
  private static func rows(
    _ selected: RendezvousPolicy, _ inForce: RendezvousPolicy, count: Int
  ) -> [Int] {
    let (own, other) = (selected.dimensions, inForce.dimensions)
    let all = Array(own.indices)
    guard count < all.count else { return all }
    let different = all.filter { own[$0].value != other[$0].value }
    let same = all.filter { own[$0].value == other[$0].value }
    return Array((different + same).prefix(max(0, count)))
  }

  /// Blanks at the end of a line would be clipped as if they were text.
  private static func trim(_ spans: inout [Span]) {
    while let last = spans.last?.text, last.last == " " {
      spans[spans.count - 1].text.removeLast()
    }
  }
}

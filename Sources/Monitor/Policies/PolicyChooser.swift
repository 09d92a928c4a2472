import Rendezvous
import Telemetry
import Themes

/// The policies in the chooser: a list, beside it what the marked one's dimensions are where there is room, and
/// below both what Enter will do.
enum PolicyChooser {
  /// Columns of the list beside the dimensions: mark, `!`, the longest name, `now`.
  private static let listWidth = 28

  /// Rows that everything needs.
  static func wanted(_ model: MonitorModel, _ chooser: Chooser) -> Int {
    max(chooser.policies.count, RendezvousPolicy.landed.dimensions.count + 3) + 3
  }

  static func paint(_ frame: inout Frame, _ rect: Rect, _ model: MonitorModel, _ chooser: Chooser) {
    guard !rect.isEmpty, chooser.policies.indices.contains(chooser.selected) else { return }
    let policy = chooser.policies[chooser.selected]
    let current = model.live.snapshot.policy
    var stack = RowStack(rect)
    let (said, role) = sentence(policy, model)
    let lines = InjectView.wrap(said, width: max(1, rect.width - 2), rows: rect.height > 12 ? 2 : 3)
    let last = stack.takeLast(rect.height >= 2 ? min(lines.count, max(1, rect.height / 2)) : 0)
    for (row, line) in lines.prefix(last.height).enumerated() {
      frame.putClipped(last.x + 1, last.y + row, line, role, limit: last.width - 1)
    }
    if stack.left > 8 { _ = stack.takeLast(1) }
    let body = stack.rest
    list(&frame, body, chooser, current)
    guard body.width >= listWidth + 40 else { return }
    dimensions(
      &frame,
      Rect(
        x: body.x + listWidth + 1, y: body.y, width: body.width - listWidth - 1,
        height: body.height), policy, current)
  }

  private static func list(
    _ frame: inout Frame, _ rect: Rect, _ chooser: Chooser, _ current: RendezvousPolicy
  ) {
    let rows = rect.height
    let top = max(0, min(chooser.selected - rows / 2, chooser.policies.count - rows))
    for (row, policy) in chooser.policies.dropFirst(top).prefix(max(0, rows)).enumerated() {
      let isSelected = top + row == chooser.selected
      let isHazardous = policy.hazard != nil
      let role: Role = isSelected ? .selection : isHazardous ? .warning : .title
      let name = (isHazardous ? "!" : " ") + policy.preset
      var x = frame.put(rect.x + 1, rect.y + row, isSelected ? ">" : " ")
      x = frame.putClipped(x, rect.y + row, name, role, limit: rect.width - 2)
      if policy == current {
        frame.put(x + 1, rect.y + row, "now", .dim, limit: rect.x + rect.width - x - 1)
      }
    }
    // What the box does not show.
    let below = chooser.policies.count - top - rows
    if rows > 1 && below > 0 && rect.width >= 34 {
      frame.put(rect.x + rect.width - 10, rect.y + rows - 1, "+\(below) below", .dim, limit: 10)
    }
  }

  /// A row for each dimension of the marked one.
  private static func dimensions(
    _ frame: inout Frame, _ rect: Rect, _ policy: RendezvousPolicy, _ current: RendezvousPolicy
  ) {
    var lines: [[Span]] = [
      [Span("dimensions of \(policy.preset)", .dim)]
    ]
    for (own, other) in zip(policy.dimensions, current.dimensions) {
      let differs = own.value != other.value
      lines.append([
        Span(own.name.leftAligned(18), differs ? .text : .dim),
        Span(own.value + (differs ? " *" : ""), differs ? .warning : .text),
      ])
    }
    if policy != current { lines.append([Span("* differs from \(current.preset)", .dim)]) }
    for (row, line) in lines.prefix(rect.height).enumerated() {
      frame.put(rect.x, rect.y + row, line, limit: rect.width)
    }
  }

  /// What Enter does, and x.
  private static func sentence(_ policy: RendezvousPolicy, _ model: MonitorModel) -> (String, Role)
  {
    let enter = model.keyName(.apply, in: .chooser, usual: .enter) ?? ""
    if let warning = HazardWords.warning(policy) {
      let isAsked = model.ui.questioned == policy.preset
      return (
        isAsked ? "! \(enter) again? \(warning)" : "! \(warning); \(enter) asks again", .warning
      )
    }
    let review = model.keyName(.showReview, in: .chooser, usual: .character("x"))
      .map { "; \($0): what the review said" }
    return (PolicyStory(policy).gist + (review ?? ""), .dim)
  }
}

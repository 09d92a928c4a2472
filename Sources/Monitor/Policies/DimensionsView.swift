import Rendezvous
import Telemetry
import Themes

/// A row for each dimension, with a column for each policy around the selected one, and with room what
/// the selected one's value means.
enum DimensionsView {
  private static let nameWidth = 18
  private static let valueWidth = 22

  static func paint(_ frame: inout Frame, _ rect: Rect, _ model: MonitorModel) {
    guard !rect.isEmpty else { return }
    let inForce = model.shown.snapshot.policy
    let policies = PoliciesState.policies(model.shown)
    let selected = model.ui.policies.place(policies, inForce: inForce)
    frame.rule(
      Rect(x: rect.x, y: rect.y, width: rect.width, height: 1), title: "Dimensions",
      note: "* differs from the policy in force", hasFocus: false)
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
      let name = (isSelected ? ">" : " ") + policy.preset
      names.append(Span(name.leftAligned(valueWidth), isSelected ? .title : .dim))
    }
    if meaningWidth >= 30 { names.append(Span("of \(policies[selected].preset)", .dim)) }
    Self.trim(&names)
    if rect.height > 1 { frame.put(rect.x + 1, rect.y + 1, names, limit: rect.width - 1) }
    let current = inForce.dimensions
    let meanings = policies[selected].meanings
    for row in 0..<max(0, min(current.count, rect.height - 2)) {
      let y = rect.y + 2 + row
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

  /// Blanks at the end of a line would be clipped as if they were text.
  private static func trim(_ spans: inout [Span]) {
    while let last = spans.last?.text, last.last == " " {
      spans[spans.count - 1].text.removeLast()
    }
  }
}

extension RendezvousPolicy {
  /// What the value of each of ``dimensions`` means, in their order.
  var meanings: [String] {
    let check =
      switch check {
      case .anyFunction: "asks: is any rendezvous in progress?"
      case .lockedMember: "asks for the own bit, under the rendezvous lock"
      case .member: "asks for the own bit, without a lock"
      case .notEmpty: "asks: has the request set any member?"
      case .firstWord: "asks: has the first word of the set a bit?"
      case .functionAndMember: "reads the function, then the own bit"
      case .memberAndFunction: "reads the own bit, then the function"
      }
    let halt =
      switch haltTest {
      case .anyFunction: "HLT does not sleep while any is in progress"
      case .member: "HLT does not sleep while a member"
      case .none: "HLT sleeps all the same: a mutation"
      }
    return [
      check,
      publishOrder == .requestThenFunction
        ? "members are named first, then the function" : "the function first, then its members",
      assertion == .relaxed
        ? "an exit without a rendezvous is counted (D37417)"
        : "an exit without a rendezvous is a failure",
      clearsRequest ? "the set is emptied at completion" : "the set stays after completion",
      halt,
      injectionOrder == .injectThenCheck
        ? "interrupts first, then the check (Intel)" : "the check first, then interrupts (AMD)",
      triggerModeFilter == .everyChange
        ? "every changed entry makes all vcpus meet" : "only where a level entry is or was",
      setWidth == .full ? "every vcpu can be named" : "only vcpus 0-63 are named: a mutation",
    ]
  }
}

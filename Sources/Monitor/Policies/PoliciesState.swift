import Commands
import Rendezvous
import Telemetry

/// What the operator did to the Policies view.
struct PoliciesState: Sendable, Equatable {
  /// The name of the selected policy; nil: the one in force.
  var selected: String?
  /// The first line of them that is shown.
  var reviewTop = 0

  /// The policies of the table: the presets that may be put in force, then what else was in force.
  static func policies(_ recording: Recording) -> [RendezvousPolicy] {
    var policies = offered(recording.snapshot)
    let others = recording.policies.accounts.map(\.policy) + [recording.snapshot.policy]
    for policy in others where !policies.contains(where: { $0.preset == policy.preset }) {
      policies.append(policy)
    }
    return policies
  }

  /// The place of the selected one in `policies`.
  func place(_ policies: [RendezvousPolicy], inForce: RendezvousPolicy) -> Int {
    policies.firstIndex { $0.preset == selected ?? inForce.preset } ?? 0
  }
}

extension MonitorModel {
  mutating func performPolicies(_ action: Action) -> [MonitorEffect]? {
    let layout = policiesLayout
    switch action {
    case .up: movePolicy(-1)
    case .down: movePolicy(1)
    case .home: movePolicy(-1_000)
    case .end: movePolicy(1_000)
    case .pageUp, .pageDown:
      let isDown = action == .pageDown
      if layout.review.isEmpty {
        let rows = max(1, layout.rows.height)
        movePolicy(isDown ? rows : -rows)
      } else {
        scrollReview(isDown ? max(1, layout.review.height - 2) : -max(1, layout.review.height - 2))
      }
    case .showReview: open(.policy(selectedPolicy))
    case .apply: return putInForce()
    default: return nil
    }
    return []
  }

  mutating func clickPolicies(_ mouse: MouseEvent, _ body: Rect) -> [MonitorEffect] {
    let layout = policiesLayout
    guard mouse.kind == .press else {
      let step = mouse.kind == .wheelUp ? -1 : 1
      if layout.review.contains(mouse.x, mouse.y) {
        scrollReview(step * 3)
      } else {
        movePolicy(step)
      }
      return []
    }
    guard layout.rows.contains(mouse.x, mouse.y) else { return [] }
    let policies = PoliciesState.policies(shown)
    let place = layout.top + mouse.y - layout.rows.y
    if policies.indices.contains(place) { select(policies[place]) }
    return []
  }

  /// Where the view's parts are now.
  var policiesLayout: PoliciesLayout { PoliciesLayout(layout.body, self) }

  /// The selected policy.
  var selectedPolicy: RendezvousPolicy {
    let policies = PoliciesState.policies(shown)
    return policies[ui.policies.place(policies, inForce: shown.snapshot.policy)]
  }

  private mutating func movePolicy(_ step: Int) {
    let policies = PoliciesState.policies(shown)
    let place = ui.policies.place(policies, inForce: shown.snapshot.policy)
    select(policies[max(0, min(place + step, policies.count - 1))])
  }

  private mutating func select(_ policy: RendezvousPolicy) {
    ui.policies.selected = policy.preset
    ui.policies.reviewTop = 0
  }

  private mutating func scrollReview(_ step: Int) {
    let review = policiesLayout.review
    let lines = ReviewPanel.lines(selectedPolicy, width: review.width).count
    let last = max(0, lines - max(0, review.height - 1))
    ui.policies.reviewTop = max(0, min(ui.policies.reviewTop + step, last))
  }

  private mutating func putInForce() -> [MonitorEffect] {
    let policy = selectedPolicy
    if live.snapshot.guestEnded != nil {
      ui.notice = "the guest has ended"
      return []
    }
    if policy == live.snapshot.policy {
      ui.notice = "\(policy.preset) is in force already"
      return []
    }
    let effects = chosen(policy)
    if !effects.isEmpty { ui.notice = "\(policy.preset): put in force between two rendezvous" }
    return effects
  }
}

import Commands
import Rendezvous
import Telemetry

/// Which policies are offered, and the second Enter that a broken one needs.
extension MonitorModel {
  /// The presets that may be put in force.
  var offeredPolicies: [RendezvousPolicy] { PoliciesState.offered(live.snapshot) }

  static let unsafeNotice = "it can hang the guest: only with --unsafe-policies"

  /// What Enter does on `policy`: puts it in force; where it is broken, says first what will happen and waits for
  /// the next Enter.
  mutating func chosen(_ policy: RendezvousPolicy) -> [MonitorEffect] {
    if let warning = HazardWords.warning(policy), !isReadOnly {
      guard live.snapshot.allowsUnsafePolicies else {
        ui.notice = "\(policy.preset): \(Self.unsafeNotice)"
        return []
      }
      guard ui.confirmable == policy.preset else {
        ui.questioned = policy.preset
        let context: InputContext =
          ui.palette.isOpen ? .palette : ui.overlay == .none ? .policies : .chooser
        ui.notice = "! \(keyWord(.apply, in: context, usual: .enter)) again? \(warning)"
        return []
      }
    }
    return [.perform(.setPolicy(policy))]
  }
}

extension MonitorModel {
  /// Enter in the chooser.
  mutating func choose(_ chooser: Chooser) -> [MonitorEffect] {
    var effects: [MonitorEffect] = []
    switch chooser.subject {
    case .policy:
      guard chooser.policies.indices.contains(chooser.selected) else { return [] }
      effects = chosen(chooser.policies[chooser.selected])
    case .scenario: effects = [.perform(chooser.command)]
    }
    if !effects.isEmpty { ui.overlay = .none }
    return effects
  }

  /// The same from the palette: what would happen is said there, and the next Enter does it.
  mutating func chosenInPalette(
    _ policy: RendezvousPolicy
  ) throws(PaletteMistake) -> [MonitorEffect] {
    let effects = chosen(policy)
    if effects.isEmpty, let words = ui.notice { throw PaletteMistake(words: words) }
    return effects
  }

  /// Does `action` where it is the chooser's alone; nil where it is everybody's.
  mutating func performChooser(_ action: Action) -> [MonitorEffect]? {
    guard action == .showReview, case .chooser(let chooser) = ui.overlay else { return nil }
    guard chooser.subject == .policy, chooser.policies.indices.contains(chooser.selected) else {
      ui.notice = "scenarios are of tryst's own; no review has them"
      return []
    }
    open(.policy(chooser.policies[chooser.selected]))
    return []
  }
}

extension PoliciesState {
  /// The presets that may be put in force where a snapshot like `snapshot` is shown.
  static func offered(_ snapshot: Snapshot) -> [RendezvousPolicy] {
    RendezvousPolicy.presets
      + (snapshot.allowsUnsafePolicies ? RendezvousPolicy.unsafePresets : [])
  }
}

import Rendezvous
import Telemetry

/// What a policy did to the guest, or would have done to the host, in a line.
enum IncidentWords {
  static func line(_ failure: AssertionFailure) -> String {
    let saw = failure.sawBit ? "its bit, and no function yet" : "one that was over"
    let after = failure.last.map { ", #\($0.id) before it" } ?? ""
    let stopped = failure.stoppedGuest ? "; guest stopped" : ""
    return "panic would have been: vcpu\(failure.vcpu) left for \(saw)\(after) (\(failure.policy))"
      + stopped
  }

  static func line(_ broken: BrokenRendezvous) -> String {
    let several = broken.culpritCount == 1 ? "" : "s"
    let named = broken.culprits.map(\.vcpu).filter { $0 >= 0 && $0 < CPUSet.capacity }
    let more = max(0, broken.culpritCount) - broken.culprits.count
    let who = "vcpu\(several) \(CPUSet(named))" + (more > 0 ? " and \(more) more" : "")
    let age = Quantity.duration(broken.ageNanoseconds)
    let state = broken.culprits.count == 1 ? " (\(broken.culprits[0].state.word))" : ""
    return switch broken.hazard {
    case .hang:
      "hang: rdv #\(broken.rendezvous) ended after \(age), \(who)\(state) did not come (\(broken.policy))"
    case .livelock: "livelock: \(who) left the guest for nothing for \(age) (\(broken.policy))"
    case .missingMembers:
      "missing: rdv #\(broken.rendezvous) completed without \(who) (\(broken.policy))"
    }
  }
}

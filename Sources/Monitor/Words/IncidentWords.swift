import Rendezvous
import Telemetry

/// What a policy did to the guest, or would have done to the host, in a line.
enum IncidentWords {
  static func line(_ failure: AssertionFailure) -> String {
    "panic: vcpu\(failure.vcpu) found no rendezvous at its exit (bhyve would stop here)"
  }

  static func line(_ broken: BrokenRendezvous) -> String {
    let several = broken.culpritCount == 1 ? "" : "s"
    let who = "vcpu\(several) \(CPUSet(broken.culprits.map(\.vcpu)))"
    let age = Quantity.duration(broken.ageNanoseconds)
    return switch broken.hazard {
    case .hang: "hang: rdv #\(broken.rendezvous) ended after \(age), \(who) did not come"
    case .livelock: "livelock: \(who) left the guest for nothing for \(age)"
    case .missingMembers: "missing: rdv #\(broken.rendezvous) completed without \(who)"
    }
  }
}

import Rendezvous

/// What a broken policy does, in plain words.
enum HazardWords {
  /// What will happen where it is put in force, in a line; nil: it is safe.
  static func warning(_ policy: RendezvousPolicy) -> String? {
    policy.hazard.map { "\(policy.preset) \(deed(policy, $0))" }
  }

  private static func deed(_ policy: RendezvousPolicy, _ hazard: RendezvousPolicy.Hazard) -> String
  {
    switch hazard {
    case .missingMembers: "leaves out every member from vcpu 64 up, and nobody notices"
    case .livelock: "keeps members out of the guest for ever; the watchdog ends that after 1 s"
    case .hang where policy.haltTest == .none:
      "hangs halted members; the watchdog ends that after 1 s"
    case .hang where policy.kickLatch == .unlatched:
      "hangs members whose kick is lost; the watchdog ends that after 1 s"
    case .hang: "hangs members from vcpu 64 up; the watchdog ends that after 1 s"
    }
  }

  /// Why: the mechanism, in a paragraph.
  static func mechanism(_ policy: RendezvousPolicy) -> String? {
    guard let hazard = policy.hazard else { return nil }
    switch hazard {
    case .missingMembers:
      return
        "Only the first word of the set is stored. Members from vcpu 64 up are never told, and the "
        + "rendezvous completes without them: an INIT that resets nothing, trigger modes that no "
        + "longer agree with the I/O APIC."
    case .livelock:
      return
        "The set is not emptied when the rendezvous is over. A member finds its old bit before each "
        + "entry, comes out for nothing, finds nothing to do, and begins again: it never runs the "
        + "guest any more."
    case .hang where policy.haltTest == .none:
      return
        "HLT does not look for requests. A member that goes to sleep after the request was stored is "
        + "found by nobody, and everybody waits for it."
    case .hang where policy.kickLatch == .unlatched:
      return
        "A kick that comes between the look and the entry into the guest is lost. The member enters, "
        + "and unless it leaves by itself it never learns that it is wanted."
    case .hang:
      return
        "The look reads the first word of the set. Members from vcpu 64 up never see their bit, go "
        + "back into the guest, and everybody waits for them."
    }
  }
}

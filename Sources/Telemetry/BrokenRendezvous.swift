public import Rendezvous

/// What the watchdog found, and ended: a rendezvous that a broken policy would never have completed.
public struct BrokenRendezvous: Sendable, Equatable {
  /// A vcpu that did not come, or that came again and again.
  public struct Culprit: Sendable, Equatable {
    /// The vcpu.
    public var vcpu: Int
    /// What it was doing.
    public var state: VCPUState
    /// Rendezvous exits that it made without an entry into the guest between them (a livelock).
    public var exits: UInt64
    /// A vcpu with its state.
    public init(vcpu: Int, state: VCPUState, exits: UInt64 = 0) {
      self.vcpu = vcpu
      self.state = state
      self.exits = exits
    }
  }

  /// What was wrong.
  public var hazard: RendezvousPolicy.Hazard
  /// The rendezvous' number.
  public var rendezvous: UInt64
  /// The policy in force, by name.
  public var policy: String
  /// How long it was in progress, or the livelock lasted, nanoseconds.
  public var ageNanoseconds: UInt64
  /// Who was missing, or circling; ascending, 64 at most.
  public var culprits: [Culprit]
  /// How many there were.
  public var culpritCount: Int

  /// A report with every field.
  public init(
    hazard: RendezvousPolicy.Hazard, rendezvous: UInt64, policy: String, ageNanoseconds: UInt64,
    culprits: [Culprit], culpritCount: Int
  ) {
    self.hazard = hazard
    self.rendezvous = rendezvous
    self.policy = policy
    self.ageNanoseconds = ageNanoseconds
    self.culprits = culprits
    self.culpritCount = culpritCount
  }
}

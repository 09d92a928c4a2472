public import Rendezvous

/// A policy as the checker takes it: what the coordinator reads of it.
public struct CheckedPolicy: Sendable, Hashable {
  /// The policy.
  public var policy: RendezvousPolicy
  /// Checks `policy`.
  public init(_ policy: RendezvousPolicy) { self.policy = policy }
}

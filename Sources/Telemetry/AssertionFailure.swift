public import Rendezvous

/// The panic that would have been: a vcpu came to a rendezvous exit and found no rendezvous in progress
/// (bhyve's assertion in vm_exit_rendezvous, before D37417). Times are nanoseconds since the machine started.
public struct AssertionFailure: Sendable, Equatable {
  /// The vcpu that would have panicked the host.
  public var vcpu: Int
  /// When.
  public var timeNanoseconds: UInt64
  /// The policy in force, by name.
  public var policy: String
  /// Where the guest was.
  public var rip: UInt64
  /// The rendezvous that was the last to begin before, and so what the vcpu had seen; nil: none is known.
  public var last: RendezvousRecord?
  /// Whether the vcpu saw its own bit at the exit: then one was being published, else one had just ended.
  public var sawBit: Bool
  /// Whether the guest was stopped for it (`--stop-on-assertion`).
  public var stoppedGuest: Bool

  /// A failure with every field.
  public init(
    vcpu: Int, timeNanoseconds: UInt64, policy: String, rip: UInt64, last: RendezvousRecord?,
    sawBit: Bool, stoppedGuest: Bool
  ) {
    self.vcpu = vcpu
    self.timeNanoseconds = timeNanoseconds
    self.policy = policy
    self.rip = rip
    self.last = last
    self.sawBit = sawBit
    self.stoppedGuest = stoppedGuest
  }
}

public import Rendezvous

/// One vcpu's part in one rendezvous, from its own thread: a line of the timeline. Times are nanoseconds of
/// the monotonic clock, as in ``Rendezvous/RendezvousRecord``; 0 where the moment did not come.
///
/// A member without a lane was served by another thread while it was idle, or its lane came when the ring
/// was full.
public struct RendezvousLane: Sendable, Equatable, BitwiseCopyable {
  /// What brought the vcpu to it.
  public enum Role: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    /// It asked for it (and may be a member, too).
    case initiator
    /// A rendezvous exit of a member.
    case member
    /// As member, but it saw its bit before the function.
    case early
    /// A rendezvous exit of a vcpu that was no member: it waited for nothing.
    case bystander
    /// A member that was woken from a stop or a suspension, without an exit.
    case served
  }

  /// The number of the rendezvous.
  public var rendezvous: UInt64
  /// The vcpu.
  public var vcpu: Int
  /// What brought it.
  public var role: Role
  /// How the initiator told it, where it did: in the guest, asleep, or in our code.
  public var kick: Kick?
  /// When the initiator told it.
  public var kickedNanoseconds: UInt64
  /// When it left the guest; 0 where it was not in the guest when it was told.
  public var leftGuestNanoseconds: UInt64
  /// When it came to the handler.
  public var arrivedNanoseconds: UInt64
  /// When it had run the action.
  public var ranNanoseconds: UInt64
  /// When it went on.
  public var releasedNanoseconds: UInt64

  /// A lane; times that did not come are 0.
  public init(
    rendezvous: UInt64, vcpu: Int, role: Role, kick: Kick? = nil, kickedNanoseconds: UInt64 = 0,
    leftGuestNanoseconds: UInt64 = 0, arrivedNanoseconds: UInt64 = 0, ranNanoseconds: UInt64 = 0,
    releasedNanoseconds: UInt64 = 0
  ) {
    self.rendezvous = rendezvous
    self.vcpu = vcpu
    self.role = role
    self.kick = kick
    self.kickedNanoseconds = kickedNanoseconds
    self.leftGuestNanoseconds = leftGuestNanoseconds
    self.arrivedNanoseconds = arrivedNanoseconds
    self.ranNanoseconds = ranNanoseconds
    self.releasedNanoseconds = releasedNanoseconds
  }
}

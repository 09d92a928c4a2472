/// The places in the protocol where a thread can be held up, so that what comes between two steps about once
/// in a week does so each time (rendezvous.md section 7, "Fault injection").
public enum FaultPoint: UInt8, Sendable, CaseIterable {
  /// A vcpu has looked whether a rendezvous is pending, and not yet acted on the answer.
  case afterCheck
  /// A vcpu is between the two reads of a look that has two.
  case betweenCheckReads
  /// The initiator has stored the request set. The lock is held.
  case afterRequestStore
  /// The initiator has stored the function. The lock is held.
  case afterFunctionStore
  /// The initiator is about to tell a member.
  case beforeNotify
  /// A thread is about to take the rendezvous lock.
  case beforeLock
  /// A member's own thread has run the action. The lock is held.
  case afterAction
  /// A rendezvous has ended, its request set is taken back and its function is not. The lock is held.
  case betweenClears
}

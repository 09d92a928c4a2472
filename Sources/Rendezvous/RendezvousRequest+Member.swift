extension RendezvousRequest {
  /// Whether a rendezvous is in progress that asks for `member`, whatever the policy's look would say:
  /// the question of a vcpu that is stopped, which must serve and must not stall as a bystander.
  @inlinable public func isMember(_ member: Int) -> Bool {
    isInProgress && requested.contains(member)
  }
}

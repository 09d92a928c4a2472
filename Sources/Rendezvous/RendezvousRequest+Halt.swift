import Synchronization

extension RendezvousRequest {
  /// Whether HLT sleeps whatever is asked of the vcpu (``RendezvousPolicy/HaltTest/none``): then it does not
  /// look before it sleeps, either. Relaxed: it changes with the policy, while none is in progress.
  @inlinable public var haltsDeaf: Bool { haltTest.load(ordering: .relaxed) == HaltCode.none }
}

import Rendezvous

extension VirtualMachine {
  /// A bare rendezvous of `targets`, by the calling thread, as the operator's are: for those who time one without
  /// the operator's thread. Returns at its end, or where nobody waits when all are told; nil where it was aborted.
  /// Any thread but a vcpu's.
  package func meet(_ targets: CPUSet) -> RendezvousRecord? {
    let done = try? platform.fabric.coordinator.initiate(
      by: nil, targets: targets, cause: .operatorRequest, action: .nothing)
    return done?.record
  }
}

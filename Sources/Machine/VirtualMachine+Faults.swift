public import Rendezvous

extension VirtualMachine {
  /// Makes `faults` happen in rendezvous from now on, for experiments. Any thread but a vcpu's: waits for the
  /// rendezvous lock.
  public func setFaults(_ faults: RendezvousFaults) {
    platform.fabric.coordinator.setFaults(faults)
  }
}

import Interrupts
import Rendezvous
import Telemetry

extension VirtualMachine {
  /// Gives vcpu `vcpu` a FIXED interrupt as a device's message would, without the operator's thread: for those who time
  /// one. Vectors below 16 are none (SDM vol. 3, "Valid Interrupt Vectors"). Any thread.
  package func interrupt(_ vcpu: Int, vector: UInt8) {
    platform.fabric.deliver(.fixed, vector: vector, to: CPUSet(CollectionOfOne(vcpu)))
  }

  /// HLTs of vcpu `vcpu` until now. Any thread.
  package func halts(of vcpu: Int) -> UInt64 { platform.cells[vcpu].counters.exits(.hlt) }
}

import Interrupts
import Rendezvous

extension VirtualMachine {
  /// Gives vcpu `vcpu` a FIXED interrupt as a device's message would, without the operator's thread: for those who time
  /// one. Vectors below 16 are none (SDM vol. 3, "Valid Interrupt Vectors"). Any thread.
  package func interrupt(_ vcpu: Int, vector: UInt8) {
    platform.fabric.deliver(.fixed, vector: vector, to: CPUSet(CollectionOfOne(vcpu)))
  }
}

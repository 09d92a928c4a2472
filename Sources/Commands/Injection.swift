public import Rendezvous

/// Something that the operator puts into the machine.
public enum Injection: Sendable, Equatable {
  /// What is done to an I/O APIC pin.
  public enum PinAction: String, Sendable, CaseIterable {
    /// Assert, then deassert.
    case pulse
    case assert
    case deassert
  }

  /// A FIXED IPI with `vector` (16 to 255) to each target.
  case fixed(vector: UInt8, targets: CPUSet)
  /// An NMI IPI to each target.
  case nmi(targets: CPUSet)
  /// An INIT IPI: a rendezvous on the targets, which then wait for SIPI.
  case initIPI(targets: CPUSet)
  /// A startup IPI with `vector` (the page at which a waiting target starts).
  case startup(vector: UInt8, targets: CPUSet)
  /// A message-signalled interrupt, as a device would write it (SDM vol. 3, "Message Signalled
  /// Interrupts"): address 0xFEExxxxx, data with vector and modes.
  case message(address: UInt32, data: UInt32)
  /// A pin of the I/O APIC (0 to 23).
  case pin(Int, PinAction)
  /// All 64 bits of a redirection entry of the I/O APIC (pin 0 to 23): a rendezvous of all active
  /// vcpus where a bit other than mask and polarity changes.
  case redirectionEntry(pin: Int, value: UInt64)
  /// A rendezvous whose action does nothing.
  case rendezvous(targets: CPUSet)
  /// All vcpus held for a moment and let go, by the policy's design; answered by a line in the log.
  case lockAll
}

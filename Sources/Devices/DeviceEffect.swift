/// What the outside must do after a write to a device.
public enum DeviceEffect: Sendable, Equatable {
  /// Nothing, but to sample the device's interrupt line again where it has one.
  case none
  /// Reset the machine: all processors and all devices, as RESET# or INIT# of a PC does.
  case reset
  /// Turn the machine off (ACPI S5, or what a test kernel calls a shutdown).
  case powerOff
  /// End with this status, which is `value << 1 | 1` for a written `value` (isa-debug-exit); a process
  /// shows the low eight bits of it.
  case exit(UInt32)
  /// Set interrupt line `0` to `23` (the pin of the I/O APIC, and of the 8259 pair below 16).
  case setLine(Int, Bool)
  /// This byte left the machine.
  case transmit(UInt8)
}

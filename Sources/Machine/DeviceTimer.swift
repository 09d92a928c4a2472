/// The devices that want to be called at a time, each with one deadline.
enum DeviceTimer: Int, CaseIterable, Sendable {
  /// The 8254's channel 0.
  case intervalTimer
  case realTimeClock
  /// The 16550's character time-out.
  case serial
  /// The time that a byte takes from the keyboard.
  case keyboard
  /// The ACPI timer's carry.
  case powerManagement
}

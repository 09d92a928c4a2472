/// What a byte of a program starts: the low four bits of the byte are the operation, the high four its
/// parameter. What follows is told here in bytes, numbers low byte first; a program that ends within an
/// operation goes on with zeros.
public enum TrafficOperation: UInt8, Sendable, CaseIterable {
  /// A port (``TrafficPorts``), read. Parameter: the size, see ``TrafficBoard/size(_:)``.
  case readPort
  /// A port, and as many bytes as the size says, written.
  case writePort
  /// Time passes, by the parameter: see ``TrafficWait``.
  case wait
  /// A register's number within a page (0xFF: an offset of two bytes comes instead), read from the page
  /// of the APIC that the parameter names.
  case readAPIC
  /// The same and four bytes, written.
  case writeAPIC
  /// The low byte of an MSR's number, 0x800 and up, read by the processor that the parameter names.
  case readMSR
  /// The same and eight bytes (four, and no high half, where bit 3 of the parameter is set), written.
  case writeMSR
  /// What a processor does to its APIC beside its registers: see ``TrafficBoard/control(_:)``.
  case control
  /// What goes in and out of a processor's APIC: see ``TrafficBoard/interrupt(_:)``.
  case interrupt
  /// The parameter times 16 is the offset of a register of the I/O APIC, which is read.
  case readIOAPIC
  /// The same and four bytes, written.
  case writeIOAPIC
  /// What an operator does at the I/O APIC, and lines: see ``TrafficBoard/pin(_:)``.
  case pin
  /// The 8259 pair's other side. A byte's low five bits are a line, bit 5 its level; of parameter 8 and
  /// up: an INTA sequence.
  case line
  /// Bytes, keys and buttons from the outside world: see ``TrafficBoard/outside(_:)``.
  case outside
  /// An MSI: an address of four bytes and data of two.
  case message
  /// The memory of the test device, two bytes of offset: read of as many bytes as the parameter says, or
  /// from parameter 8 on a write of eight bytes, of which 0 to 7, or 255, are written.
  case memory
}

/// How much time ``TrafficOperation/wait`` lets pass, by its parameter.
public enum TrafficWait: UInt8, Sendable, CaseIterable {
  /// A byte of nanoseconds.
  case nanoseconds
  /// A byte of microseconds.
  case microseconds
  /// Two bytes of microseconds.
  case longMicroseconds
  /// A byte of milliseconds.
  case milliseconds
  /// A byte of seconds.
  case seconds
  /// Four bytes of nanoseconds.
  case longNanoseconds
  /// A byte of days.
  case days
  /// Eight bytes of nanoseconds.
  case any
  /// Until the next moment at which any device has something to do.
  case deadline
  /// Until one nanosecond before it.
  case beforeDeadline
  /// Until the timer of the first APIC has something to do.
  case timer
  /// Until the real-time clock has.
  case clock
  /// Until the UART has.
  case uart
  /// Until channel 0 of the interval timer rises.
  case interval
  /// Until the clock stands at its highest value.
  case end
  /// Two bytes of microseconds, backwards: as where another processor reads the clock late.
  case backwards
}

/// How an ISA interrupt reaches the I/O APIC. MADT and MP table both print this list, so that they
/// cannot disagree, and encode it alike ("MPS INTI flags", ACPI table 5.25; MP specification 4.3.4).
struct SystemTablesInterrupt: Sendable, Equatable {
  /// The ISA IRQ, 0...15.
  let irq: UInt8
  /// The I/O APIC pin, which is the global system interrupt.
  let pin: UInt8
  /// Polarity in bits 1:0, trigger mode in bits 3:2; 0 for what is usual on the bus (ISA: active high,
  /// edge).
  let flags: UInt16

  /// Whether it is anything but the same-numbered pin in the bus's usual way: MADT lists only those.
  var isOverride: Bool { irq != pin || flags != 0 }

  private static let activeHighEdge: UInt16 = 0b0101
  private static let activeHighLevel: UInt16 = 0b1101

  /// Every ISA interrupt that can arrive. IRQ 2 is none: the second 8259 hangs on it, and its pin
  /// takes the timer.
  static let isa: [SystemTablesInterrupt] = (0..<16).filter { $0 != 2 }.map { irq in
    switch irq {
    case 0: SystemTablesInterrupt(irq: 0, pin: 2, flags: activeHighEdge)
    case ACPIFixedHardware.sciInterrupt:
      SystemTablesInterrupt(irq: irq, pin: irq, flags: activeHighLevel)
    default: SystemTablesInterrupt(irq: irq, pin: irq, flags: 0)
    }
  }
}

/// The hardware that the firmware tables describe and that is the same in every machine of tryst: the
/// device models must sit exactly here. ACPI section 4.8 ("fixed hardware") where not said otherwise.
public enum ACPIFixedHardware {
  /// PM1a event block, a port: PM1_STS, then PM1_EN, 2 bytes each.
  public static let pm1EventPort: UInt16 = 0x600
  /// PM1a control block, a port: PM1_CNT, 2 bytes.
  public static let pm1ControlPort: UInt16 = 0x604
  /// The power-management timer, a port: 4 bytes, 3.579545 MHz. The tables promise 32 bits that count
  /// (TMR_VAL_EXT), the highest of which sets TMR_STS when it changes.
  public static let pmTimerPort: UInt16 = 0x608
  /// The port that switches between legacy and ACPI mode (SMI_CMD).
  public static let smiCommandPort: UInt16 = 0xB2
  /// What to write to ``smiCommandPort`` to set SCI_EN.
  public static let acpiEnable: UInt8 = 0xF1
  /// What to write to ``smiCommandPort`` to clear SCI_EN.
  public static let acpiDisable: UInt8 = 0xF0
  /// The system control interrupt, an ISA IRQ and the global system interrupt of the same number:
  /// level triggered, active high.
  public static let sciInterrupt: UInt8 = 9
  /// SLP_TYP of S5 (soft off), for PM1_CNT bits 12:10.
  public static let s5SleepType: UInt8 = 5
  /// The reset register, a port of one byte (RESET_REG).
  public static let resetPort: UInt16 = 0xCF9
  /// What to write to ``resetPort`` (RESET_VALUE): hard reset, and do it.
  public static let resetValue: UInt8 = 0x06
  /// Where CMOS memory holds the century (FADT, CENTURY).
  public static let centuryIndex: UInt8 = 0x32

  /// Every local APIC's registers, a guest-physical address.
  public static let localAPICAddress: UInt32 = 0xFEE0_0000
  /// The version that every local APIC's version register shows: an integrated APIC.
  public static let localAPICVersion: UInt8 = 0x14
  /// The I/O APIC's registers, a guest-physical address.
  public static let ioAPICAddress: UInt32 = 0xFEC0_0000
  /// The I/O APIC's id register. An id of its own kind: it may equal a local APIC's.
  public static let ioAPICID: UInt8 = 0
  /// The version that the I/O APIC's version register shows.
  public static let ioAPICVersion: UInt8 = 0x20
  /// The I/O APIC's pins; pin n is global system interrupt n.
  public static let ioAPICPins = 24
}

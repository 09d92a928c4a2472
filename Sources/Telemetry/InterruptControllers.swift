/// The board's interrupt controllers at one moment.
public struct InterruptControllers: Sendable, Equatable {
  /// A pin of the I/O APIC.
  public struct Pin: Sendable, Equatable {
    /// The redirection entry as the guest reads it (82093AA data sheet, "IOREDTBL"): remote IRR is bit 14.
    public var entry: UInt64 = 0x1_0000
    /// Whether the line is asserted.
    public var isAsserted = false
    /// Interrupts that it delivered since the start.
    public var delivered: UInt64 = 0
    /// A masked pin.
    public init() {}
  }

  /// One of the two 8259s.
  public struct PIC8259: Sendable, Equatable {
    /// IRR.
    public var interruptRequest: UInt8 = 0
    /// ISR.
    public var inService: UInt8 = 0
    /// IMR: a set bit masks.
    public var interruptMask: UInt8 = 0
    /// ELCR: a set bit makes the line level-triggered.
    public var levelTriggered: UInt8 = 0
    /// The vector of its line 0.
    public var vectorBase: UInt8 = 0
    /// All zero.
    public init() {}
  }

  /// The I/O APIC's 24 pins.
  public var pins = Array(repeating: Pin(), count: 24)
  /// The master 8259 and the slave.
  public var master = PIC8259()
  /// The second.
  public var slave = PIC8259()
  /// Whether the pair asks for an interrupt.
  public var isPairRequesting = false

  /// A board at power-on.
  public init() {}
}

/// The two 8259A of a PC: the slave's INT on the master's IR2, ELCR beside them.
///
/// A plain value: no clock, no thread, no allocation, and no value of a guest makes it trap. Lines are
/// levels; a device that pulses must hold its line up until it is acknowledged, else the processor gets
/// the default IR7 (or IRQ 15) as from hardware. A pulse on a line that may be up still is a
/// ``setLine(_:asserted:)`` down and one up.
///
/// ICW1's LTIM bit does nothing: a chipset that has ELCR takes the trigger of each input from there
/// (Intel 82371 and ICH data sheets, "ICW1"). The refresh, keyboard and coprocessor inputs (IRQ 0, 1, 2,
/// 8, 13) stay edge triggered.
public struct PIC8259Pair: Sendable, Equatable {
  /// IRQ 0 to 7; IR2 is the slave's INT.
  public private(set) var master = PIC8259(isMaster: true)
  /// IRQ 8 to 15.
  public private(set) var slave = PIC8259(isMaster: false)

  /// The inputs of master and slave that ELCR may make level triggered.
  private static let levelInputs: (master: UInt8, slave: UInt8) = (0xF8, 0xDE)
  private static let cascade: UInt8 = 2

  /// A pair at power-up: nothing is masked, nothing is asked for before both had ICW1 to ICW4.
  public init() {}

  /// INTR: whether the processor is asked for an INTA sequence.
  public var output: Bool { master.output }

  /// Sets the line of `irq`. 0 to 15 without 2, which is the cascade; others do nothing.
  public mutating func setLine(_ irq: Int, asserted: Bool) {
    switch irq {
    case 0, 1, 3...7: master.setLine(UInt8(truncatingIfNeeded: irq), asserted: asserted)
    case 8...15:
      slave.setLine(UInt8(truncatingIfNeeded: irq - 8), asserted: asserted)
      followSlave()
    default: break
    }
  }

  /// One INTA sequence of two pulses: the vector.
  ///
  /// Without a request it is that of the default IR7, for which no ISR bit is set ("Edge and Level
  /// Triggered Modes"); where the slave has none, its IR7, with the master's ISR bit of the cascade set,
  /// for the master's part went as always. Where the master's ICW3 names a slave and no chip has that
  /// number, nobody drives the bus: 0xFF.
  public mutating func acknowledge() -> UInt8 {
    guard let level = master.accept() else {
      master.evaluate()
      return master.vector(7)
    }
    var vector = master.vector(level)
    if master.hasSlave(level) {
      vector = 0xFF
      if !slave.isSingle && slave.icw3 & 7 == level {
        vector = slave.vector(slave.accept() ?? 7)
        reassertSlave()
      }
    }
    master.evaluate()
    return vector
  }

  /// A byte read from `port`: 0x20, 0x21, 0xA0, 0xA1, 0x4D0 or 0x4D1. Others give 0xFF.
  ///
  /// After a poll command the next read of either port of that chip is an acknowledge, whose result has
  /// bit 7 set and the level below it, or is 0 where there is no request.
  public mutating func read(port: UInt16) -> UInt8 {
    switch port {
    case 0x20, 0x21:
      guard master.isPolling else { return Self.register(of: master, port: port) }
      master.isPolling = false
      let level = master.accept()
      master.evaluate()
      return level.map { 0x80 | $0 } ?? 0
    case 0xA0, 0xA1:
      guard slave.isPolling else { return Self.register(of: slave, port: port) }
      slave.isPolling = false
      let level = slave.accept()
      reassertSlave()
      master.evaluate()
      return level.map { 0x80 | $0 } ?? 0
    case 0x4D0: return master.levelTriggered
    case 0x4D1: return slave.levelTriggered
    default: return 0xFF
    }
  }

  private static func register(of chip: PIC8259, port: UInt16) -> UInt8 {
    if port & 1 == 1 { return chip.mask }
    return chip.readsInService ? chip.inService : chip.requests
  }

  /// A byte written to one of the ports of ``read(port:)``; others take everything.
  public mutating func write(port: UInt16, value: UInt8) {
    switch port {
    case 0x20: master.writeCommand(value)
    case 0x21: master.writeData(value)
    case 0xA0: slave.writeCommand(value)
    case 0xA1: slave.writeData(value)
    case 0x4D0: master.levelTriggered = value & Self.levelInputs.master
    case 0x4D1:
      slave.levelTriggered = value & Self.levelInputs.slave
      slave.evaluate()
    default: return
    }
    followSlave()
    // What software took back at the slave does not interrupt at the master either.
    master.evaluate()
  }

  /// The master's IR2 follows the slave's INT.
  private mutating func followSlave() {
    master.setLine(Self.cascade, asserted: slave.output)
  }

  /// After the slave was acknowledged its INT was down for a moment, so that a request which is still
  /// due is a new edge on the master's IR2.
  private mutating func reassertSlave() {
    master.setLine(Self.cascade, asserted: false)
    slave.evaluate()
    followSlave()
  }
}

/// The two ports of a chip set that reset the machine: system control port A, 0x92, and the reset
/// control register, 0xCF9 (Intel ICH data sheets, "PORT92" and "RST_CNT").
public struct ResetControl: Sendable {
  /// System control port A.
  public static let portA: UInt16 = 0x92
  /// The reset control register; also the reset register of the FADT.
  public static let resetRegister: UInt16 = 0xCF9
  /// What the FADT has a guest write to ``resetRegister``: a hard reset.
  public static let resetValue: UInt8 = 0x06

  private enum PortA {
    static let initialize: UInt8 = 1 << 0
    static let a20: UInt8 = 1 << 1
  }

  private enum Register {
    static let hard: UInt8 = 1 << 1
    static let resetProcessor: UInt8 = 1 << 2
    static let powerCycle: UInt8 = 1 << 3
  }

  private var portA: UInt8
  private var register: UInt8 = 0

  /// Both ports as after a reset, but for A20, which firmware leaves on.
  public init() { portA = PortA.a20 }

  /// Whether port A's A20 gate is open. The keyboard controller has another; A20 is on where either is.
  public var isA20Enabled: Bool { portA & PortA.a20 != 0 }
}

extension ResetControl: PortDevice {
  /// The port's bits as written; reserved ones are 0. All ones at other ports.
  public mutating func readByte(port: UInt16, now: UInt64) -> UInt8 {
    switch port {
    case Self.portA: portA
    case Self.resetRegister: register
    default: 0xFF
    }
  }

  /// A reset where bit 0 of port A, or bit 2 of the reset control register, goes from 0 to 1. The
  /// latter's bits 1 and 3 tell a reset of the processors alone (INIT#) from one of all and from a power
  /// cycle, in the same write or before: here all three are a reset of the machine.
  public mutating func writeByte(port: UInt16, value: UInt8, now: UInt64) -> DeviceEffect {
    switch port {
    case Self.portA:
      let rising = value & ~portA
      portA = value & (PortA.initialize | PortA.a20)
      return rising & PortA.initialize != 0 ? .reset : .none
    case Self.resetRegister:
      let rising = value & ~register
      register = value & (Register.hard | Register.resetProcessor | Register.powerCycle)
      return rising & Register.resetProcessor != 0 ? .reset : .none
    default: return .none
    }
  }
}

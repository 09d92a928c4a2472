/// The fixed hardware of ACPI (ACPI specification, chapter "ACPI Hardware Specification"): the PM1a
/// event and control blocks, the timer, and the SMI command port that enters ACPI mode. There is no
/// PM1b block, no general-purpose event, no sleeping state but S5, no fixed sleep button and no
/// RTC wake: the FADT has to say so.
///
/// All registers may be read and written by bytes, words and double words, as the bytes that they are.
public struct PowerManagement: Sendable {
  /// The first port; the block is 12 ports long.
  public static let base: UInt16 = 0x600
  /// PM1a_EVT_BLK, 4 bytes: status, enable.
  public static let eventBlock = base
  /// PM1a_CNT_BLK, 2 bytes.
  public static let controlBlock = base + 4
  /// PM_TMR_BLK, 4 bytes; the count has 32 bits (TMR_VAL_EXT).
  public static let timerBlock = base + 8
  /// SMI_CMD; the port after it is a byte of memory beside it.
  public static let commandPort: UInt16 = 0xB2
  /// ACPI_ENABLE: written to ``commandPort``, it sets SCI_EN.
  public static let acpiEnable: UInt8 = 0xF1
  /// ACPI_DISABLE: written to ``commandPort``, it clears SCI_EN.
  public static let acpiDisable: UInt8 = 0xF0
  /// The sleep type of S5 (SLP_TYPa), for `\_S5` of the DSDT.
  public static let softOffType: UInt8 = 5
  /// The interrupt line of the SCI, level-triggered; active high unless the MADT says otherwise.
  public static let line = 9

  private enum Event {
    static let timer: UInt16 = 1 << 0
    static let global: UInt16 = 1 << 5
    static let powerButton: UInt16 = 1 << 8
    static let sleepButton: UInt16 = 1 << 9
    static let clock: UInt16 = 1 << 10
    static let all = timer | global | powerButton | sleepButton | clock
  }

  private enum Control {
    static let sciEnable: UInt16 = 1 << 0
    static let busMasterReload: UInt16 = 1 << 1
    static let sleepType: UInt16 = 7 << 10
    /// In the byte of the register's high half; it reads as 0.
    static let sleepEnableHigh: UInt8 = 1 << 5
  }

  /// PM1 status.
  public private(set) var status: UInt16 = 0
  /// PM1 enable.
  public private(set) var enable: UInt16 = 0
  /// PM1 control, without the bits that only act when written.
  public private(set) var control: UInt16 = 0
  private var command: UInt8 = 0
  private var commandData: UInt8 = 0
  private let timer: PowerTimer
  /// The timer's turns that were seen.
  private var seenTurns: UInt64 = 0

  /// Hardware in legacy mode, whose timer is 0 at `now`, ns.
  public init(now: UInt64 = 0) { timer = PowerTimer(start: now) }

  /// Whether the guest is in ACPI mode (SCI_EN).
  public var isACPIEnabled: Bool { control & Control.sciEnable != 0 }

  /// Whether the SCI is asserted: an enabled event in ACPI mode. In legacy mode events would raise an
  /// SMI, and there is nobody to take it. To be sampled after every call.
  public var sciLine: Bool { isACPIEnabled && status & enable & Event.all != 0 }

  /// Someone presses the power button: its status is set, and the SCI follows where it is enabled.
  public mutating func pressPowerButton(now: UInt64) {
    advance(to: now)
    status |= Event.powerButton
  }

  /// Brings the timer's status to `now`, ns.
  public mutating func advance(to now: UInt64) {
    let turns = timer.turns(at: now)
    // A clock that went backwards unsees nothing.
    guard turns > seenTurns else { return }
    seenTurns = turns
    status |= Event.timer
  }

  /// When ``sciLine`` next rises by time alone, ns: the turn of the timer's highest bit. Nil where it
  /// does not, because it is up already for one.
  public func nextDeadline(after now: UInt64) -> UInt64? {
    guard isACPIEnabled && enable & Event.timer != 0 && !sciLine else { return nil }
    // One that passed and that advance(to:) was not told of is due. One that was seen does not come
    // again where the clock went backwards.
    return timer.turns(at: now) > seenTurns ? now : timer.time(ofTurn: seenTurns + 1)
  }
}

extension PowerManagement: PortDevice {
  /// A byte of a register; ports without one read as ones.
  public mutating func readByte(port: UInt16, now: UInt64) -> UInt8 {
    advance(to: now)
    switch port {
    case Self.eventBlock: return UInt8(truncatingIfNeeded: status)
    case Self.eventBlock + 1: return UInt8(truncatingIfNeeded: status >> 8)
    case Self.eventBlock + 2: return UInt8(truncatingIfNeeded: enable)
    case Self.eventBlock + 3: return UInt8(truncatingIfNeeded: enable >> 8)
    case Self.controlBlock: return UInt8(truncatingIfNeeded: control)
    case Self.controlBlock + 1: return UInt8(truncatingIfNeeded: control >> 8)
    case Self.timerBlock..<Self.timerBlock + 4:
      return UInt8(truncatingIfNeeded: timer.ticks(at: now) >> UInt64(8 * (port - Self.timerBlock)))
    case Self.commandPort: return command
    case Self.commandPort + 1: return commandData
    default: return 0xFF
    }
  }

  /// A byte of a register. Status bits are cleared by ones. ``DeviceEffect/powerOff`` where SLP_EN is
  /// set with the type of S5; other types are not offered and do nothing.
  public mutating func writeByte(port: UInt16, value: UInt8, now: UInt64) -> DeviceEffect {
    advance(to: now)
    let low = UInt16(value)
    let high = UInt16(value) << 8
    switch port {
    case Self.eventBlock: status &= ~low
    case Self.eventBlock + 1: status &= ~high
    case Self.eventBlock + 2: enable = enable & 0xFF00 | low & Event.all
    case Self.eventBlock + 3: enable = enable & 0x00FF | high & Event.all
    // GBL_RLS, bit 2, would raise an SMI of a firmware that is not there.
    case Self.controlBlock:
      control = control & 0xFF00 | low & (Control.sciEnable | Control.busMasterReload)
    case Self.controlBlock + 1:
      control = control & 0x00FF | high & Control.sleepType
      let isOff = control & Control.sleepType == UInt16(Self.softOffType) << 10
      return isOff && value & Control.sleepEnableHigh != 0 ? .powerOff : .none
    case Self.commandPort:
      command = value
      if value == Self.acpiEnable { control |= Control.sciEnable }
      if value == Self.acpiDisable { control &= ~Control.sciEnable }
    case Self.commandPort + 1: commandData = value
    default: break
    }
    return .none
  }
}

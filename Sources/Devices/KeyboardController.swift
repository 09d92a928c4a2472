/// The keyboard controller of a PC (i8042: Intel UPI-41/42; IBM PS/2 Hardware Interface Technical
/// Reference, "Keyboard and Auxiliary Device Controller"), with a keyboard and no auxiliary port.
///
/// It starts as firmware leaves it: self-test passed, IRQ 1 on, codes translated to set 1, the
/// auxiliary interface off. The bit for the latter is stuck, by which drivers see that there is no
/// such port.
///
/// A byte of the keyboard takes ``byteTime`` over its wire: so the output buffer is empty, and IRQ 1
/// low, between two of them, as an edge-triggered input needs.
public struct KeyboardController: Sendable {
  /// The port of data.
  public static let dataPort: UInt16 = 0x60
  /// The port of status (read) and commands (written).
  public static let commandPort: UInt16 = 0x64
  /// The keyboard's interrupt line.
  public static let line = 1
  /// Eleven bits at 12.5 kHz, ns.
  public static let byteTime: UInt64 = 880_000

  enum CommandByte {
    static let interrupt: UInt8 = 1 << 0
    static let systemFlag: UInt8 = 1 << 2
    static let keyboardDisabled: UInt8 = 1 << 4
    static let auxiliaryDisabled: UInt8 = 1 << 5
    static let translate: UInt8 = 1 << 6
  }

  private enum Status {
    static let outputFull: UInt8 = 1 << 0
    static let systemFlag: UInt8 = 1 << 2
    static let lastWasCommand: UInt8 = 1 << 3
    /// The key lock is open.
    static let unlocked: UInt8 = 1 << 4
  }

  enum OutputPort {
    static let notReset: UInt8 = 1 << 0
    static let a20: UInt8 = 1 << 1
    static let outputFull: UInt8 = 1 << 4
  }

  /// The command byte.
  public internal(set) var commandByte =
    CommandByte.interrupt | CommandByte.systemFlag | CommandByte.auxiliaryDisabled
    | CommandByte.translate
  /// The output port but for bit 4, which follows the output buffer.
  var outputPort: UInt8 = 0xCF
  /// What port 0x60 shows.
  private var output: UInt8 = 0
  private var isOutputFull = false
  /// The controller's command whose data byte comes next.
  var dataOf: UInt8?
  private var lastWasCommand = true
  var keyboard = Keyboard()
  private var translation = ScanCodeTranslation()
  /// When the next byte is in the output buffer at the earliest, ns.
  private var readyAt: UInt64 = 0

  /// A controller with a silent keyboard.
  public init() {}

  /// Whether the controller's A20 gate is open. Port 0x92 has another; A20 is on where either is.
  public var isA20Enabled: Bool { outputPort & OutputPort.a20 != 0 }
  /// The keyboard's lights: bit 0 scroll lock, 1 num lock, 2 caps lock.
  public var lights: UInt8 { keyboard.lights }
  /// The scan code set (1 to 3) in which ``press(scanCodes:now:)`` takes keys; 2 unless the guest chose.
  public var scanCodeSet: UInt8 { keyboard.scanCodeSet }

  /// Whether IRQ 1 is asserted: the output buffer is full, and the command byte allows it. To be
  /// sampled after every call.
  public var interruptLine: Bool { isOutputFull && commandByte & CommandByte.interrupt != 0 }

  /// Bytes as a pressed or released key sends them, in ``scanCodeSet``. All or none: false where the
  /// keyboard's buffer of 16 has no room, or the guest has stopped the keyboard.
  public mutating func press(scanCodes: [UInt8], now: UInt64) -> Bool {
    advance(to: now)
    let wasSilent = !keyboard.hasByte
    guard keyboard.press(scanCodes) else { return false }
    if wasSilent { delay(from: now) }
    return true
  }

  /// Brings what the keyboard sends to `now`, ns.
  public mutating func advance(to now: UInt64) {
    guard !isOutputFull && now >= readyAt else { return }
    // A prefix that translation swallows takes no place in the output buffer.
    while commandByte & CommandByte.keyboardDisabled == 0, let byte = keyboard.nextByte() {
      guard commandByte & CommandByte.translate != 0 else { return fill(byte) }
      if let code = translation.translate(byte) { return fill(code) }
    }
  }

  /// When ``interruptLine`` next rises by time alone, ns, not before `now`; nil where it does not.
  public func nextDeadline(after now: UInt64) -> UInt64? {
    let sends = commandByte & CommandByte.keyboardDisabled == 0 && keyboard.hasByte
    guard commandByte & CommandByte.interrupt != 0 && !isOutputFull && sends
    else { return nil }
    return max(readyAt, now)
  }

  // MARK: Output buffer

  /// The byte for the system. The controller's own answer comes at once and overwrites what was not
  /// read, as drivers know: they disable the keyboard first, and Linux, which leaves the answer to one
  /// auxiliary command unread, gets the answer to the next.
  mutating func fill(_ byte: UInt8) {
    output = byte
    isOutputFull = true
  }

  /// Nothing comes over the wire for a byte's time.
  mutating func delay(from now: UInt64) {
    readyAt = max(readyAt, now.addingSaturated(Self.byteTime))
  }

  /// The output port as read.
  var outputPortShown: UInt8 { outputPort | (isOutputFull ? OutputPort.outputFull : 0) }

  /// The test inputs: the keyboard's clock, which is held low while it is disabled, and its data.
  var testInputs: UInt8 { commandByte & CommandByte.keyboardDisabled == 0 ? 0b11 : 0b10 }

  /// A byte for the keyboard. The controller opens the interface to send it.
  mutating func send(_ byte: UInt8, now: UInt64) {
    commandByte &= ~CommandByte.keyboardDisabled
    translation.reset()
    keyboard.receive(byte)
    delay(from: now)
  }
}

extension KeyboardController: PortDevice {
  /// Data (which empties the output buffer) or status; all ones at other ports.
  public mutating func readByte(port: UInt16, now: UInt64) -> UInt8 {
    advance(to: now)
    switch port {
    case Self.dataPort:
      if isOutputFull {
        isOutputFull = false
        readyAt = now.addingSaturated(Self.byteTime)
      }
      return output
    case Self.commandPort:
      var status = Status.unlocked
      if isOutputFull { status |= Status.outputFull }
      if commandByte & CommandByte.systemFlag != 0 { status |= Status.systemFlag }
      if lastWasCommand { status |= Status.lastWasCommand }
      return status
    default: return 0xFF
    }
  }

  /// Data for the controller or the keyboard, or a command. The input buffer is empty again at once.
  public mutating func writeByte(port: UInt16, value: UInt8, now: UInt64) -> DeviceEffect {
    advance(to: now)
    switch port {
    case Self.dataPort:
      lastWasCommand = false
      return writeData(value, now: now)
    case Self.commandPort:
      lastWasCommand = true
      return writeCommand(value, now: now)
    default: return .none
    }
  }
}

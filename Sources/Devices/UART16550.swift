/// An asynchronous receiver and transmitter NS16550A (National Semiconductor PC16550D data sheet; the
/// TL16C550C data sheet agrees where its automatic flow control is not used), wired as COM port of a PC.
///
/// The transmitter is infinitely fast: a byte written is outside at once, and the holding register and
/// the shift register are empty again. The receiver takes what the outside gives while there is room,
/// so that no byte from outside is ever overrun; the caller keeps what does not fit. The modem at the
/// other end is always there: CTS, DSR and DCD are asserted, RI is not.
///
/// Bytes from and to the outside pass whole, whatever the word length of LCR: the terminal outside has
/// none to disagree with, and kernels print before they have set theirs. In loop-back the word
/// length counts.
public struct UART16550: Sendable {
  /// The first port of COM1; the registers are eight consecutive ports.
  public static let com1: UInt16 = 0x3F8
  /// The interrupt line of COM1 (edge-triggered on the ISA bus).
  public static let com1Line = 4
  /// The clock of the baud rate generator of a PC, Hz; a bit lasts 16 × divisor of its periods.
  public static let clockFrequency: UInt64 = 1_843_200

  /// IER, bits 3 to 0.
  public internal(set) var interruptEnable: UInt8 = 0
  /// LCR.
  public internal(set) var lineControl: UInt8 = 0
  /// MCR, bits 4 to 0.
  public internal(set) var modemControl: UInt8 = 0
  /// SCR.
  public internal(set) var scratch: UInt8 = 0
  /// The divisor latch. The data sheet leaves it undefined at power-on; here it is 9600 baud.
  public internal(set) var divisor: UInt16 = 12
  /// Bit 0 of FCR: whether the FIFOs are on.
  public internal(set) var isFIFOEnabled = false
  /// Bits 7:6 of FCR.
  var triggerCode: UInt8 = 0

  /// What was received and not read; with the FIFOs off at most one (the receiver buffer register).
  var received = FixedQueue(filler: ReceivedCharacter(byte: 0))
  /// What RBR shows when there is nothing to read.
  var lastRead: UInt8 = 0
  /// Bits 4 to 1 of LSR: what went wrong since LSR was read.
  var lineErrors: UInt8 = 0
  /// Bits 3 to 0 of MSR: what changed since MSR was read.
  var modemDeltas: UInt8 = 0
  /// Whether the transmitter became empty since IIR showed it or THR was written.
  var isTransmitterEmptyPending = false
  /// Whether characters have waited for four character times.
  var isTimedOut = false
  /// When a character last came in or went out of the receive FIFO, ns.
  var lastReceiverActivity: UInt64 = 0
  /// See ``takeInterruptPulse()``.
  private var hasDropped = false

  /// A UART after master reset.
  public init() {}

  /// Reads a register; of `register` the low three bits count. `now` is in ns.
  public mutating func read(register: UInt8, now: UInt64) -> UInt8 {
    advance(to: now)
    switch register & 7 {
    case 0:
      return isDivisorSelected ? UInt8(truncatingIfNeeded: divisor) : readReceiver(now: now)
    case 1: return isDivisorSelected ? UInt8(truncatingIfNeeded: divisor >> 8) : interruptEnable
    case 2: return readInterruptIdentification()
    case 3: return lineControl
    case 4: return modemControl
    case 5: return readLineStatus()
    case 6: return readModemStatus()
    default: return scratch
    }
  }

  /// Writes a register; of `register` the low three bits count. Returns the byte that left for the
  /// outside, if one did. `now` is in ns. LSR and MSR are written in the factory only: ignored.
  public mutating func write(register: UInt8, value: UInt8, now: UInt64) -> UInt8? {
    advance(to: now)
    switch register & 7 {
    case 0 where isDivisorSelected: divisor = divisor & 0xFF00 | UInt16(value)
    case 0: return transmit(value, now: now)
    case 1 where isDivisorSelected: divisor = divisor & 0x00FF | UInt16(value) << 8
    case 1: writeInterruptEnable(value)
    case 2: writeFIFOControl(value)
    case 3: lineControl = value
    case 4: writeModemControl(value)
    case 7: scratch = value
    default: break
    }
    return nil
  }

  /// Brings the character time-out to `now`, ns.
  public mutating func advance(to now: UInt64) {
    if let timeOutDeadline, now >= timeOutDeadline { isTimedOut = true }
  }

  /// When ``interruptLine`` next changes by time alone, ns, not before `now`: the character time-out.
  /// Nil where it does not.
  public func nextDeadline(after now: UInt64) -> UInt64? {
    guard interruptEnable & InterruptEnable.received != 0, let timeOutDeadline else { return nil }
    return max(timeOutDeadline, now)
  }

  /// Whether the interrupt line was low for a moment within writes since this was last asked, though
  /// it is high again: a write of THR clears the interrupt of the empty transmitter, which an
  /// infinitely fast transmitter raises again at once. Hardware takes a character time over it, and an
  /// edge-triggered input sees a new edge: lower the line before it is sampled.
  public mutating func takeInterruptPulse() -> Bool {
    defer { hasDropped = false }
    return hasDropped && interruptLine
  }

  // MARK: Line control and transmitter

  private var isDivisorSelected: Bool { lineControl & LineControl.divisorLatch != 0 }
  var isLoopedBack: Bool { modemControl & ModemControl.loop != 0 }
  /// The bits of a character's data.
  private var wordMask: UInt8 { 0xFF >> (3 - lineControl & 3) }

  private mutating func transmit(_ byte: UInt8, now: UInt64) -> UInt8? {
    let wasHigh = interruptLine
    isTransmitterEmptyPending = false
    if wasHigh && !interruptLine { hasDropped = true }
    isTransmitterEmptyPending = true
    if isLoopedBack {
      receiveLooped(byte & wordMask, now: now)
      return nil
    }
    // Break holds SOUT low (LCR bit 6): the character is lost on the wire.
    return lineControl & LineControl.breakControl != 0 ? nil : byte
  }

  /// The empty transmitter interrupts as soon as it is enabled: drivers start to send by it, and Linux
  /// calls the UART broken where it does not.
  private mutating func writeInterruptEnable(_ value: UInt8) {
    let rising = value & ~interruptEnable
    interruptEnable = value & 0xF
    if rising & InterruptEnable.transmitterEmpty != 0 { isTransmitterEmptyPending = true }
  }

  // MARK: Modem

  /// MSR bits 7 to 4: in loop-back OUT2, OUT1, DTR and RTS show as DCD, RI, DSR and CTS.
  private var modemLines: UInt8 {
    guard isLoopedBack else {
      return ModemStatus.carrierDetect | ModemStatus.dataSetReady | ModemStatus.clearToSend
    }
    return (modemControl & (ModemControl.out2 | ModemControl.out1)) << 4
      | (modemControl & ModemControl.requestToSend) << 3
      | (modemControl & ModemControl.dataTerminalReady) << 5
  }

  private mutating func writeModemControl(_ value: UInt8) {
    let old = modemLines
    modemControl = value & 0x1F
    let new = modemLines
    // Of the ring indicator only the end is noted.
    let changed = (old ^ new) & ~ModemStatus.ringIndicator | old & ~new & ModemStatus.ringIndicator
    modemDeltas |= changed >> 4
  }

  private mutating func readModemStatus() -> UInt8 {
    defer { modemDeltas = 0 }
    return modemLines | modemDeltas
  }
}

extension UART16550: PortDevice {
  /// The register at `port`: the UART lies at a multiple of eight.
  public mutating func readByte(port: UInt16, now: UInt64) -> UInt8 {
    read(register: UInt8(port & 7), now: now)
  }

  /// The register at `port`: the UART lies at a multiple of eight. ``DeviceEffect/transmit(_:)`` where
  /// a byte left for the outside.
  public mutating func writeByte(port: UInt16, value: UInt8, now: UInt64) -> DeviceEffect {
    guard let byte = write(register: UInt8(port & 7), value: value, now: now) else { return .none }
    return .transmit(byte)
  }

  /// Split into bytes, low first; ports beyond the eight read as ones.
  public mutating func read(port: UInt16, size: UInt8, now: UInt64) -> UInt32 {
    ByteLanes.read(size: size) { lane in
      port & 7 + lane < 8 ? readByte(port: port &+ lane, now: now) : 0xFF
    }
  }

  /// Split into bytes, low first; bytes for ports beyond the eight are lost.
  public mutating func write(
    port: UInt16, size: UInt8, value: UInt32, now: UInt64
  ) -> DeviceEffect {
    ByteLanes.write(size: size, value: value) { lane, byte in
      port & 7 + lane < 8 ? writeByte(port: port &+ lane, value: byte, now: now) : .none
    }
  }
}

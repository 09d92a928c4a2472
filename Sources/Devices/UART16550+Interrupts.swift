extension UART16550 {
  /// Whether the UART asserts its line of the interrupt controller; to be sampled after every call.
  ///
  /// A PC has a buffer between INTR of the UART and the bus, which OUT2 opens. OUT2 of a discrete
  /// 16550 is inactive in loop-back, whatever its bit in MCR; the UARTs inside chip sets look at the
  /// bit, and so does this one.
  public var interruptLine: Bool {
    modemControl & ModemControl.out2 != 0 && interrupt != .noInterrupt
  }

  /// The enabled interrupt of highest priority.
  var interrupt: InterruptIdentification {
    let enabled = interruptEnable
    if enabled & InterruptEnable.lineStatus != 0 && lineErrors != 0 { return .lineStatus }
    if enabled & InterruptEnable.received != 0 {
      if received.count >= triggerLevel { return .received }
      if isTimedOut { return .characterTimeOut }
    }
    if enabled & InterruptEnable.transmitterEmpty != 0 && isTransmitterEmptyPending {
      return .transmitterEmpty
    }
    return enabled & InterruptEnable.modemStatus != 0 && modemDeltas != 0
      ? .modemStatus : .noInterrupt
  }

  /// How many characters make the received-data interrupt.
  private var triggerLevel: Int {
    guard isFIFOEnabled else { return 1 }
    return switch triggerCode {
    case 0: 1
    case 1: 4
    case 2: 8
    default: 14
    }
  }

  /// IIR; bits 7 and 6 show that the FIFOs are on. The interrupt of the empty transmitter ends where
  /// it is the one that is shown.
  mutating func readInterruptIdentification() -> UInt8 {
    let shown = interrupt
    if shown == .transmitterEmpty { isTransmitterEmptyPending = false }
    return shown.rawValue | (isFIFOEnabled ? 0xC0 : 0)
  }

  // MARK: Character time-out

  /// When the characters that wait have waited for four character times, ns; nil where none wait,
  /// where they have already, and with the FIFOs off.
  var timeOutDeadline: UInt64? {
    guard isFIFOEnabled && !received.isEmpty && !isTimedOut else { return nil }
    return lastReceiverActivity.addingSaturated(timeOut)
  }

  /// Four character times, ns, rounded up: start bit, data, parity and all stop bits.
  private var timeOut: UInt64 {
    let dataBits = 5 + UInt64(lineControl & 3)
    var halfBits = 2 * (1 + dataBits + 1)
    if lineControl & LineControl.parity != 0 { halfBits += 2 }
    // The second stop bit is half a bit with five data bits.
    if lineControl & LineControl.secondStopBit != 0 { halfBits += dataBits == 5 ? 1 : 2 }
    // At most 24 half bits and a divisor of 65535: 5 * 10^16, no overflow. The data sheet has no
    // divisor 0; it is taken as 1.
    let periods = 4 * halfBits * 8 * UInt64(max(divisor, 1))
    return (periods * 1_000_000_000 + Self.clockFrequency - 1) / Self.clockFrequency
  }
}

extension UART16550 {
  /// Whether ``receive(_:now:)`` would take a byte: there is room, and the receiver is connected to
  /// the line, not to the transmitter (loop-back).
  public var canReceive: Bool { !isLoopedBack && received.count < capacity }

  /// A byte from the outside. False where it was not taken: the caller keeps it and asks again after
  /// the guest's next access.
  public mutating func receive(_ byte: UInt8, now: UInt64) -> Bool {
    advance(to: now)
    guard canReceive else { return false }
    append(ReceivedCharacter(byte: byte), now: now)
    return true
  }

  /// A break from the outside: the line was low for longer than a character, which is received as one
  /// character 0 without stop bit. False where it was not taken, as of ``receive(_:now:)``.
  public mutating func breakReceived(now: UInt64) -> Bool {
    advance(to: now)
    guard canReceive else { return false }
    var errors = LineStatus.breakInterrupt | LineStatus.framing
    // All bits 0 are of even parity, and a parity bit 0 is wrong where an odd (or stuck high) one is due.
    if lineControl & (LineControl.parity | LineControl.evenParity) == LineControl.parity {
      errors |= LineStatus.parity
    }
    append(ReceivedCharacter(byte: 0, errors: errors), now: now)
    return true
  }

  /// How many characters fit.
  private var capacity: Int {
    isFIFOEnabled ? FixedQueue<ReceivedCharacter>.capacity : 1
  }

  private mutating func append(_ character: ReceivedCharacter, now: UInt64) {
    received.append(character)
    lastReceiverActivity = now
    if received.count == 1 { revealErrors() }
  }

  /// A character of our own transmitter, which does not wait for room: where there is none, a FIFO
  /// keeps what it has and the character is lost in the shift register, and the one-byte buffer is
  /// overwritten.
  mutating func receiveLooped(_ byte: UInt8, now: UInt64) {
    guard received.count >= capacity else {
      append(ReceivedCharacter(byte: byte), now: now)
      return
    }
    lineErrors |= LineStatus.overrun
    if !isFIFOEnabled {
      received.removeAll()
      append(ReceivedCharacter(byte: byte), now: now)
    }
  }

  /// The errors of a character show when it comes to the top of the FIFO.
  private mutating func revealErrors() {
    if let first = received.first { lineErrors |= first.errors }
  }

  /// RBR. The read ends a character time-out, and the time begins anew.
  mutating func readReceiver(now: UInt64) -> UInt8 {
    guard let character = received.removeFirst() else { return lastRead }
    lastRead = character.byte
    lastReceiverActivity = now
    isTimedOut = false
    revealErrors()
    return character.byte
  }

  /// LSR; the read clears the errors that it shows.
  mutating func readLineStatus() -> UInt8 {
    var status = LineStatus.transmitterHoldingEmpty | LineStatus.transmitterEmpty | lineErrors
    if !received.isEmpty { status |= LineStatus.dataReady }
    if isFIFOEnabled && received.contains(where: { $0.errors != 0 }) {
      status |= LineStatus.errorInFIFO
    }
    lineErrors = 0
    received.first?.errors = 0
    return status
  }

  /// FCR. The trigger level and the resets are only programmed together with bit 0; a change of that
  /// bit empties the FIFOs. Errors that LSR has yet to show stay (table "UART Reset Functions"). The
  /// transmit FIFO is always empty, and the DMA mode has no pins here.
  mutating func writeFIFOControl(_ value: UInt8) {
    let enable = value & FIFOControl.enable != 0
    if enable != isFIFOEnabled || enable && value & FIFOControl.resetReceiver != 0 {
      received.removeAll()
      isTimedOut = false
    }
    isFIFOEnabled = enable
    if enable { triggerCode = value >> 6 }
  }
}

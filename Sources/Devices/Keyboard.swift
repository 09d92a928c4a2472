/// The keyboard at the other end of the wire: an AT keyboard with 101 keys as a processor inside it
/// answers (IBM PS/2 Hardware Interface Technical Reference, "Keyboard (101- and 102-Key)"). It is
/// past its power-on test; nobody types but ``press(_:)``.
struct Keyboard: Sendable {
  private enum Byte {
    static let acknowledge: UInt8 = 0xFA
    static let resend: UInt8 = 0xFE
    static let testPassed: UInt8 = 0xAA
    static let echo: UInt8 = 0xEE
  }

  /// Whether keys are looked at.
  private(set) var isScanning = true
  /// 1 to 3; the codes given to ``press(_:)`` are in it.
  private(set) var scanCodeSet: UInt8 = 2
  /// Bit 0 scroll lock, 1 num lock, 2 caps lock.
  private(set) var lights: UInt8 = 0
  /// The command whose argument comes next.
  private var argumentOf: UInt8?
  /// What answers the last command, sent before any key; at most three bytes.
  private var answer = FixedQueue<UInt8>(filler: 0)
  private var keys = FixedQueue<UInt8>(filler: 0)
  /// What a resend sends.
  private var lastSent: UInt8 = 0

  /// Whether there is a byte to send.
  var hasByte: Bool { !answer.isEmpty || !keys.isEmpty }

  /// The next byte to send.
  mutating func nextByte() -> UInt8? {
    guard let byte = answer.removeFirst() ?? keys.removeFirst() else { return nil }
    lastSent = byte
    return byte
  }

  /// Key codes, all or none: false where they do not fit, or where no keys are scanned.
  mutating func press(_ codes: [UInt8]) -> Bool {
    guard isScanning && codes.count <= FixedQueue<UInt8>.capacity - keys.count else { return false }
    for code in codes { keys.append(code) }
    return true
  }

  /// A byte from the controller. What was still to answer an earlier one is forgotten.
  mutating func receive(_ byte: UInt8) {
    answer.removeAll()
    if let command = argumentOf {
      argumentOf = nil
      // A command in place of an argument ends the earlier command.
      if byte < 0xED { return receiveArgument(byte, of: command) }
    }
    switch byte {
    case 0xED, 0xF0, 0xF3, 0xFB...0xFD:
      argumentOf = byte
      answer.append(Byte.acknowledge)
    case 0xEE: answer.append(Byte.echo)
    case 0xF2:
      answer.append(Byte.acknowledge)
      answer.append(0xAB)
      answer.append(0x83)
    case 0xF4:
      keys.removeAll()
      isScanning = true
      answer.append(Byte.acknowledge)
    case 0xF5, 0xF6:
      setDefaults()
      isScanning = byte == 0xF6 && isScanning
      answer.append(Byte.acknowledge)
    // All keys typematic, make/break, make only, or all of that: of set 3, which nobody types.
    case 0xF7...0xFA: answer.append(Byte.acknowledge)
    case 0xFE: answer.append(lastSent)
    case 0xFF:
      setDefaults()
      isScanning = true
      answer.append(Byte.acknowledge)
      answer.append(Byte.testPassed)
    default: answer.append(Byte.resend)
    }
  }

  private mutating func receiveArgument(_ byte: UInt8, of command: UInt8) {
    switch command {
    case 0xED:
      lights = byte & 7
      answer.append(Byte.acknowledge)
    case 0xF0 where byte == 0:
      answer.append(Byte.acknowledge)
      answer.append(scanCodeSet)
    case 0xF0 where byte <= 3:
      scanCodeSet = byte
      keys.removeAll()
      answer.append(Byte.acknowledge)
    // The typematic rate: nobody holds a key.
    case 0xF3 where byte < 0x80: answer.append(Byte.acknowledge)
    // The keys of a list, which any command ends.
    case 0xFB...0xFD:
      argumentOf = command
      answer.append(Byte.acknowledge)
    default: answer.append(Byte.resend)
    }
  }

  private mutating func setDefaults() {
    keys.removeAll()
    scanCodeSet = 2
    lights = 0
  }
}

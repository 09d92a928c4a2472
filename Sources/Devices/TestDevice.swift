/// The ports that public test kernels use: those of QEMU's pc-testdev and isa-debug-exit (at 0xF4, four
/// ports, as kvm-unit-tests has it), the shutdown port of Bochs, and the debug consoles of Bochs
/// (0xE9) and SeaBIOS (0x402). No PC has any of them.
///
/// The bytewise latch at 0xE8 and the console at 0xE9 overlap. An access of one byte at 0xE9 is the
/// console's; all others within 0xE8 to 0xEB are the latch's.
public struct TestDevice: Sendable {
  /// The latch of four bytes, 0xE0 to 0xE3.
  public static let latchPort: UInt16 = 0xE0
  /// The same four bytes, accessed one by one, 0xE8 to 0xEB.
  public static let byteLatchPort: UInt16 = 0xE8
  /// A guest-physical address whose page the hypervisor is to fault on anew: accepted, and nothing
  /// done, for a page that is never unmapped faults at no one.
  public static let flushPort: UInt16 = 0xE4
  /// The exit port, 0xF4 to 0xF7.
  public static let exitPort: UInt16 = 0xF4
  /// One port for each interrupt line, 24.
  public static let linePort: UInt16 = 0x2000
  /// Bochs's shutdown port: the bytes of "Shutdown", one by one.
  public static let shutdownPort: UInt16 = 0x8900
  /// The debug console of Bochs.
  public static let bochsConsolePort: UInt16 = 0xE9
  /// The debug console of SeaBIOS.
  public static let seaBIOSConsolePort: UInt16 = 0x402
  /// What both consoles read as: they are there.
  private static let consolePresent: UInt8 = 0xE9

  private static let lineCount: UInt16 = 24
  private static let shutdownWord: [UInt8] = Array("Shutdown".utf8)

  private var latch: UInt32 = 0
  /// How many bytes of the word came.
  private var shutdownProgress = 0

  /// A latch of 0, and nothing of the word.
  public init() {}

  /// Where in the latch the byte at `port` is, bits.
  private static func latchShift(_ port: UInt16) -> UInt32? {
    switch port {
    case latchPort..<latchPort + 4, byteLatchPort..<byteLatchPort + 4: UInt32(8 * (port & 3))
    default: nil
    }
  }

  private mutating func writeLatch(port: UInt16, value: UInt8) {
    guard let shift = Self.latchShift(port) else { return }
    latch = latch & ~(0xFF << shift) | UInt32(value) << shift
  }

  private mutating func shutdown(_ byte: UInt8) -> DeviceEffect {
    // "S" is only at the word's start, so that a wrong byte can only begin it anew.
    if byte != Self.shutdownWord[shutdownProgress] { shutdownProgress = 0 }
    if byte == Self.shutdownWord[shutdownProgress] { shutdownProgress += 1 }
    guard shutdownProgress == Self.shutdownWord.count else { return .none }
    shutdownProgress = 0
    return .powerOff
  }

  private static func isExit(_ port: UInt16) -> Bool { port >= exitPort && port < exitPort + 4 }
  private static func isLine(_ port: UInt16) -> Bool {
    port >= linePort && port < linePort + lineCount
  }
}

extension TestDevice: PortDevice {
  /// The latch (not at 0xE9), a console, or 0 of the exit port; all ones at ports that are only written.
  public mutating func readByte(port: UInt16, now: UInt64) -> UInt8 {
    if port == Self.bochsConsolePort || port == Self.seaBIOSConsolePort {
      return Self.consolePresent
    }
    if let shift = Self.latchShift(port) { return UInt8(truncatingIfNeeded: latch >> shift) }
    return Self.isExit(port) ? 0 : 0xFF
  }

  /// One byte, at a port where bytes are taken alone.
  public mutating func writeByte(port: UInt16, value: UInt8, now: UInt64) -> DeviceEffect {
    switch port {
    case Self.bochsConsolePort, Self.seaBIOSConsolePort: return .transmit(value)
    case Self.shutdownPort: return shutdown(value)
    default: return write(port: port, size: 1, value: UInt32(value), now: now)
    }
  }

  /// Bytes, low first; an access of more than one byte reads the latch at 0xE9, too.
  public mutating func read(port: UInt16, size: UInt8, now: UInt64) -> UInt32 {
    if size == 1 { return UInt32(readByte(port: port, now: now)) }
    return ByteLanes.read(size: size) { lane in
      let place = port &+ lane
      guard let shift = Self.latchShift(place) else { return readByte(port: place, now: now) }
      return UInt8(truncatingIfNeeded: latch >> shift)
    }
  }

  /// The exit port and the lines take the value as a whole, of any size: an exit with `value << 1 | 1`
  /// (the bits that do not fit are lost), line `port - 0x2000` set where the value is not 0. The
  /// consoles and the shutdown port take the low byte. All of these by the port at which the access
  /// begins. The latch takes each byte that is its own.
  public mutating func write(
    port: UInt16, size: UInt8, value: UInt32, now: UInt64
  ) -> DeviceEffect {
    let width = UInt32(min(size, 4)) * 8
    let value = width >= 32 ? value : value & (1 << width - 1)
    let byte = UInt8(truncatingIfNeeded: value)
    if Self.isExit(port) { return .exit(value << 1 | 1) }
    if Self.isLine(port) { return .setLine(Int(port - Self.linePort), value != 0) }
    let isConsole =
      port == Self.bochsConsolePort && size == 1
      || port == Self.seaBIOSConsolePort || port == Self.shutdownPort
    if isConsole { return writeByte(port: port, value: byte, now: now) }
    return ByteLanes.write(size: size, value: value) { lane, byte in
      writeLatch(port: port &+ lane, value: byte)
      return .none
    }
  }
}

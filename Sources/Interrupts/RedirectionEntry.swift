/// An entry of the I/O APIC's redirection table (82093AA data sheet, 3.2.4), both halves in one word.
public struct RedirectionEntry: RawRepresentable, Sendable, Hashable {
  /// The 64 bits of the entry.
  public var rawValue: UInt64

  /// The entry of the bits `rawValue`, reserved ones included.
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Each entry at power-up: masked, all else 0.
  public static let powerUp = RedirectionEntry(rawValue: maskBit)
  /// The bits that can be written: vector, delivery mode, destination mode, polarity, trigger mode,
  /// mask and destination.
  public static let writableBits: UInt64 = 0xFF00_0000_0001_AFFF

  static let deliveryStatusBit: UInt64 = 1 << 12
  static let polarityBit: UInt64 = 1 << 13
  static let remoteIRRBit: UInt64 = 1 << 14
  static let triggerBit: UInt64 = 1 << 15
  static let maskBit: UInt64 = 1 << 16

  private func has(_ bit: UInt64) -> Bool { rawValue & bit != 0 }
  private mutating func set(_ bit: UInt64, _ isSet: Bool) {
    if isSet { rawValue |= bit } else { rawValue &= ~bit }
  }

  /// Bits 7:0.
  public var vector: UInt8 {
    get { UInt8(truncatingIfNeeded: rawValue) }
    set { rawValue = rawValue & ~0xFF | UInt64(newValue) }
  }

  /// Bits 10:8. Remote read and start-up are reserved here.
  public var deliveryMode: DeliveryMode {
    get { DeliveryMode(bits: UInt32(truncatingIfNeeded: rawValue >> 8)) }
    set { rawValue = rawValue & ~0x700 | UInt64(newValue.rawValue) << 8 }
  }

  /// Bit 11.
  public var destinationMode: DestinationMode {
    get { has(1 << 11) ? .logical : .physical }
    set { set(1 << 11, newValue == .logical) }
  }

  /// Bit 12, read-only: always false, since a message arrives as soon as it is sent.
  public var deliveryStatus: Bool { has(Self.deliveryStatusBit) }

  /// Bit 13: whether the line is asserted when it is low. Stored only: ``IOAPIC`` is told "asserted".
  public var isActiveLow: Bool {
    get { has(Self.polarityBit) }
    set { set(Self.polarityBit, newValue) }
  }

  /// Bit 14, read-only to guests: a level-triggered interrupt was delivered and its EOI is awaited.
  public internal(set) var remoteIRR: Bool {
    get { has(Self.remoteIRRBit) }
    set { set(Self.remoteIRRBit, newValue) }
  }

  /// Bit 15, as written; see ``isLevelSensitive``.
  public var trigger: TriggerMode {
    get { has(Self.triggerBit) ? .level : .edge }
    set { set(Self.triggerBit, newValue == .level) }
  }

  /// Bit 16.
  public var isMasked: Bool {
    get { has(Self.maskBit) }
    set { set(Self.maskBit, newValue) }
  }

  /// Bits 63:56.
  public var destination: UInt8 {
    get { UInt8(truncatingIfNeeded: rawValue >> 56) }
    set { rawValue = rawValue & (UInt64.max >> 8) | UInt64(newValue) << 56 }
  }

  /// Whether the pin works as level-triggered: bit 15 says so, and the delivery mode is fixed or lowest
  /// priority. NMI and INIT are edge even if programmed as level, SMI and ExtINT require edge (data
  /// sheet).
  public var isLevelSensitive: Bool { trigger == .level && deliveryMode.usesVector }

  /// Whether any writable bit but mask and polarity differs: what bhyve recomputes trigger modes for.
  public func differsBeyondMaskAndPolarity(from other: RedirectionEntry) -> Bool {
    let bits = Self.writableBits & ~(Self.maskBit | Self.polarityBit)
    return (rawValue ^ other.rawValue) & bits != 0
  }

  /// The destination as it is compared (``DestinationMatch/widened(_:mode:)``).
  public var wideDestination: UInt32 {
    DestinationMatch.widened(destination, mode: destinationMode)
  }

  /// The message that the pin sends.
  public var message: InterruptMessage {
    InterruptMessage(
      destination: wideDestination, destinationMode: destinationMode, deliveryMode: deliveryMode,
      vector: vector, trigger: isLevelSensitive ? .level : .edge)
  }
}

extension Injection {
  /// How an interrupt message is delivered (SDM vol. 3, "Message Data Register Format"): the raw
  /// value is the three-bit field.
  public enum DeliveryMode: UInt8, Sendable, CaseIterable {
    case fixed = 0
    case lowestPriority = 1
    case nmi = 4
  }
  /// Whether a destination is one APIC id or a set of logical ones.
  public enum DestinationMode: UInt8, Sendable, CaseIterable {
    case physical = 0
    case logical = 1
  }

  /// A message-signalled interrupt from its fields: what a device that was programmed so would
  /// write. Edge-triggered. Logical mode sets the redirection hint too: without it the destination
  /// mode bit has no meaning (SDM vol. 3, "Message Address Register Format").
  public static func message(
    destination: UInt8, vector: UInt8, deliveryMode: DeliveryMode, destinationMode: DestinationMode
  ) -> Injection {
    let modes: UInt32 = destinationMode == .logical ? 0xc : 0
    return .message(
      address: 0xfee0_0000 | UInt32(destination) << 12 | modes,
      data: UInt32(vector) | UInt32(deliveryMode.rawValue) << 8)
  }

  /// The fields of a redirection entry of the I/O APIC (Intel 82093AA, section 3.2.4).
  public struct RedirectionFields: Sendable, Equatable {
    /// Bits 7:0.
    public var vector: UInt8
    /// Bits 10:8.
    public var deliveryMode: DeliveryMode
    /// Bit 11.
    public var destinationMode: DestinationMode
    /// Bit 13: the pin is asserted when low.
    public var isActiveLow: Bool
    /// Bit 15.
    public var isLevelTriggered: Bool
    /// Bit 16.
    public var isMasked: Bool
    /// Bits 63:56.
    public var destination: UInt8

    /// Fields.
    public init(
      vector: UInt8, deliveryMode: DeliveryMode, destinationMode: DestinationMode,
      isActiveLow: Bool, isLevelTriggered: Bool, isMasked: Bool, destination: UInt8
    ) {
      self.vector = vector
      self.deliveryMode = deliveryMode
      self.destinationMode = destinationMode
      self.isActiveLow = isActiveLow
      self.isLevelTriggered = isLevelTriggered
      self.isMasked = isMasked
      self.destination = destination
    }

    /// The entry's 64 bits; delivery status and remote IRR, which are read-only, are 0.
    public var value: UInt64 {
      UInt64(vector) | UInt64(deliveryMode.rawValue) << 8 | UInt64(destinationMode.rawValue) << 11
        | (isActiveLow ? 1 << 13 : 0) | (isLevelTriggered ? 1 << 15 : 0)
        | (isMasked ? 1 << 16 : 0) | UInt64(destination) << 56
    }
  }
}

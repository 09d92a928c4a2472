/// The interrupt command register (SDM vol. 3, "Interrupt Command Register (ICR)"), decoded.
public struct InterruptCommand: Sendable, Hashable {
  /// The vector; the page of the first instruction for ``DeliveryMode/startup``.
  public var vector: UInt8
  /// What is sent.
  public var deliveryMode: DeliveryMode
  /// How ``destination`` is compared; means nothing with a shorthand.
  public var destinationMode: DestinationMode
  /// The level bit. It counts for INIT only: hardware ignores it for every other delivery mode.
  public var isAssert: Bool
  /// The trigger mode bit. It counts for the INIT level de-assert only.
  public var triggerMode: TriggerMode
  /// The targets, where they are not those of ``destination``.
  public var shorthand: DestinationShorthand
  /// The destination: all 32 bits of an x2APIC's, or an xAPIC's 8 widened
  /// (``DestinationMatch/widened(_:mode:)``).
  public var destination: UInt32

  /// A command with every field.
  public init(
    vector: UInt8, deliveryMode: DeliveryMode = .fixed,
    destinationMode: DestinationMode = .physical,
    isAssert: Bool = true, triggerMode: TriggerMode = .edge,
    shorthand: DestinationShorthand = .none, destination: UInt32 = 0
  ) {
    self.vector = vector
    self.deliveryMode = deliveryMode
    self.destinationMode = destinationMode
    self.isAssert = isAssert
    self.triggerMode = triggerMode
    self.shorthand = shorthand
    self.destination = destination
  }

  /// The command of the two xAPIC registers 0x300 (`low`) and 0x310 (`high`); reserved bits and the
  /// delivery status do not count.
  public init(low: UInt32, high: UInt32) {
    self.init(low: low, destination: 0)
    destination = DestinationMatch.widened(
      UInt8(truncatingIfNeeded: high >> 24), mode: destinationMode)
  }

  /// The command of the 64-bit x2APIC register, MSR 0x830; reserved bits do not count.
  public init(value: UInt64) {
    self.init(
      low: UInt32(truncatingIfNeeded: value),
      destination: UInt32(truncatingIfNeeded: value >> 32))
  }

  private init(low: UInt32, destination: UInt32) {
    vector = UInt8(truncatingIfNeeded: low)
    deliveryMode = DeliveryMode(bits: low >> 8)
    destinationMode = low >> 11 & 1 == 1 ? .logical : .physical
    isAssert = low >> 14 & 1 == 1
    triggerMode = low >> 15 & 1 == 1 ? .level : .edge
    shorthand = DestinationShorthand(bits: low >> 18)
    self.destination = destination
  }

  /// The value of register 0x300 that says this, delivery status 0.
  public var low: UInt32 {
    UInt32(vector) | UInt32(deliveryMode.rawValue) << 8 | UInt32(destinationMode.rawValue) << 11
      | (isAssert ? 1 << 14 : 0) | UInt32(triggerMode.rawValue) << 15
      | UInt32(shorthand.rawValue) << 18
  }

  /// The value of register 0x310 that says this; of the destination the low 8 bits.
  public var high: UInt32 { destination << 24 }

  /// The value of MSR 0x830 that says this.
  public var value: UInt64 { UInt64(destination) << 32 | UInt64(low) }

  /// The bits of register 0x300 that can be written; the others read 0.
  public static let lowWritableBits: UInt32 = 0x000C_CFFF
  /// The bits of register 0x310 that can be written; the others read 0.
  public static let highWritableBits: UInt32 = 0xFF00_0000
  /// The bits of MSR 0x830 that raise #GP where they are set. Bit 12, the delivery status of the xAPIC,
  /// is reserved too, but Intel's processors ignore it (as KVM does), and it reads 0.
  public static let extendedReservedBits: UInt64 = 0xFFF3_2000
}

extension InterruptCommand {
  /// What the SDM's table of valid combinations (Pentium 4 and Xeon) says of a command.
  public enum Validity: UInt8, Sendable, CaseIterable {
    /// It is sent as it stands.
    case valid
    /// The level trigger mode is overridden: it is sent as edge.
    case sentAsEdge
    /// The INIT level de-assert: these processors ignore it.
    case levelDeassert
    /// The delivery mode does not go with this shorthand: nothing is sent.
    case invalidShorthand
    /// Remote read and ExtINT cannot be sent: nothing is sent.
    case reservedDeliveryMode
    /// Vector 0 to 15 with fixed or lowest priority: nothing is sent, ESR bit 5 is set; with
    /// ``DestinationShorthand/selfOnly`` bit 6 too.
    case illegalVector

    /// Whether the command reaches targets.
    public var isSent: Bool { self == .valid || self == .sentAsEdge }
  }

  /// What becomes of the command. An illegal vector is found last: a combination that is not sent has
  /// no vector to be illegal. The level bit counts for the INIT level de-assert only (kvm-unit-tests
  /// sends a fixed self IPI with the bit clear, and hardware delivers it).
  public var validity: Validity {
    if deliveryMode == .remoteRead || deliveryMode == .extINT { return .reservedDeliveryMode }
    if deliveryMode == .initialize && triggerMode == .level && !isAssert { return .levelDeassert }
    switch shorthand {
    case .selfOnly, .allIncludingSelf:
      if deliveryMode != .fixed { return .invalidShorthand }
    case .none, .allExcludingSelf: break
    }
    if deliveryMode.usesVector && vector < 16 { return .illegalVector }
    return triggerMode == .level ? .sentAsEdge : .valid
  }

  /// The message that each target gets: always edge, as the xAPIC sends no level-triggered IPI.
  public var message: InterruptMessage {
    InterruptMessage(
      destination: destination, destinationMode: destinationMode, deliveryMode: deliveryMode,
      vector: vector, trigger: .edge)
  }
}

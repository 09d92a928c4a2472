/// An interrupt on its way to local APICs: from a redirection entry, an MSI or an IPI.
public struct InterruptMessage: Sendable, Hashable {
  /// The destination; 8-bit ones widened (``DestinationMatch/widened(_:mode:)``).
  public var destination: UInt32
  /// How the destination is compared.
  public var destinationMode: DestinationMode
  /// What is delivered.
  public var deliveryMode: DeliveryMode
  /// The vector, where the delivery mode uses one.
  public var vector: UInt8
  /// What the target's TMR shall say. ``TriggerMode/level`` only for fixed and lowest priority.
  public var trigger: TriggerMode
  /// The MSI address' redirection hint: one target of those named is enough.
  public var redirectionHint: Bool

  /// A message with every field.
  public init(
    destination: UInt32, destinationMode: DestinationMode, deliveryMode: DeliveryMode,
    vector: UInt8, trigger: TriggerMode, redirectionHint: Bool = false
  ) {
    self.destination = destination
    self.destinationMode = destinationMode
    self.deliveryMode = deliveryMode
    self.vector = vector
    self.trigger = trigger
    self.redirectionHint = redirectionHint
  }

  /// The message of an MSI write (SDM vol. 3, "Message Signalled Interrupts"), or nil where the
  /// address is none of 0xFEE00000 to 0xFEEFFFFF.
  ///
  /// The destination mode bit counts whatever the redirection hint says: Linux sends logical
  /// destinations without the hint, and hardware delivers them.
  public init?(messageAddress: UInt32, data: UInt32) {
    guard messageAddress >> 20 == 0xFEE else { return nil }
    destinationMode = messageAddress >> 2 & 1 == 1 ? .logical : .physical
    destination = DestinationMatch.widened(
      UInt8(truncatingIfNeeded: messageAddress >> 12), mode: destinationMode)
    deliveryMode = DeliveryMode(bits: data >> 8)
    vector = UInt8(truncatingIfNeeded: data)
    trigger = data >> 15 & 1 == 1 && deliveryMode.usesVector ? .level : .edge
    redirectionHint = messageAddress >> 3 & 1 == 1
  }

  /// Whether ``MessageRouter/arbitrate(_:rotation:routing:)`` picks one of the targets.
  public var goesToOneTarget: Bool {
    deliveryMode == .lowestPriority || deliveryMode == .fixed && redirectionHint
  }
}

/// The errors of the error status register (SDM vol. 3, "Error Handling") that this APIC can find. Bits 0 to
/// 3 (checksums, messages that nobody accepted) are the P6's and Pentium's APIC bus', bit 4 (an IPI of
/// lowest priority) is for APICs that cannot send one.
public struct ErrorStatus: OptionSet, Sendable, Hashable {
  /// The bits as in register 0x280.
  public let rawValue: UInt32

  /// The errors of the bits `rawValue`.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Bit 5: an IPI with a vector of 0 to 15 was to be sent.
  public static let sendIllegalVector = ErrorStatus(rawValue: 1 << 5)
  /// Bit 6: an interrupt with a vector of 0 to 15 came, from outside or from the local vector table.
  public static let receiveIllegalVector = ErrorStatus(rawValue: 1 << 6)
  /// Bit 7: an access to a reserved register of the page (in x2APIC mode it is #GP instead).
  public static let illegalRegisterAddress = ErrorStatus(rawValue: 1 << 7)
}

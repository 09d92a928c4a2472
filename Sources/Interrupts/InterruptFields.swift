/// How an interrupt is signalled.
public enum TriggerMode: UInt8, Sendable, CaseIterable {
  /// By the change of a line, or by a message that stands for one.
  case edge = 0
  /// By the state of a line, until it is serviced.
  case level = 1
}

/// What an interrupt does to its target: the 3-bit field of ICR, LVT, redirection entry and MSI data.
public enum DeliveryMode: UInt8, Sendable, CaseIterable {
  /// To every target, with the vector.
  case fixed = 0
  /// To the one target of lowest priority, with the vector.
  case lowestPriority = 1
  /// System management interrupt; the vector means nothing.
  case smi = 2
  /// Remote read on early APICs; reserved wherever we need it.
  case remoteRead = 3
  /// Non-maskable interrupt; the vector means nothing.
  case nmi = 4
  /// INIT: reset of the target into its wait for a start-up message.
  case initialize = 5
  /// Start-up: the vector is the page number of the first instruction. ICR only.
  case startup = 6
  /// From an 8259: the vector comes from there. LVT and redirection entry only.
  case extINT = 7

  /// The mode in the low three bits of `bits`; the others do not count.
  @inlinable public init(bits: UInt32) {
    self =
      switch bits & 7 {
      case 0: .fixed
      case 1: .lowestPriority
      case 2: .smi
      case 3: .remoteRead
      case 4: .nmi
      case 5: .initialize
      case 6: .startup
      default: .extINT
      }
  }

  /// Whether the vector field is delivered, so that vectors 0 to 15 are illegal.
  @inlinable public var usesVector: Bool { self == .fixed || self == .lowestPriority }
}

/// How a destination is compared with an APIC.
public enum DestinationMode: UInt8, Sendable, CaseIterable {
  /// With the APIC id.
  case physical = 0
  /// With the logical id, under the model that the destination format register names.
  case logical = 1
}

/// The targets that an ICR names without a destination (bits 19:18).
public enum DestinationShorthand: UInt8, Sendable, CaseIterable {
  /// Those of the destination field.
  case none = 0
  /// The sender.
  case selfOnly = 1
  /// Every APIC.
  case allIncludingSelf = 2
  /// Every APIC but the sender.
  case allExcludingSelf = 3

  /// The shorthand in the low two bits of `bits`; the others do not count.
  @inlinable public init(bits: UInt32) {
    self =
      switch bits & 3 {
      case 0: .none
      case 1: .selfOnly
      case 2: .allIncludingSelf
      default: .allExcludingSelf
      }
  }
}

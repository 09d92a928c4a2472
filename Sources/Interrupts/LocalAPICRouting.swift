/// What other vcpus must know of a local APIC to send to it: small enough for one atomic word.
public struct LocalAPICRouting: Sendable, Hashable {
  /// The model of logical destinations: bits 31:28 of the destination format register.
  public enum LogicalModel: UInt8, Sendable, CaseIterable {
    /// 1111: each bit of the logical id is an APIC.
    case flat = 0
    /// 0000: four bits of cluster, four bits of member.
    case cluster = 1
    /// Any other value: no logical destination but the broadcast names this APIC.
    case reserved = 2

    /// The model that a destination format register selects.
    public init(destinationFormat: UInt32) {
      self =
        switch destinationFormat >> 28 {
        case 0xF: .flat
        case 0: .cluster
        default: .reserved
        }
    }
  }

  /// The APIC id.
  public var id: UInt8
  /// The logical APIC id: bits 31:24 of the logical destination register.
  public var logicalID: UInt8
  /// How the logical id is compared.
  public var model: LogicalModel
  /// Whether fixed and lowest-priority interrupts are accepted (SVR bit 8).
  public var isSoftwareEnabled: Bool
  /// The task priority class, 0 to 15: what lowest-priority arbitration compares, as chipsets do
  /// with the XTPR messages. It follows TPR alone, so only a TPR write changes it.
  public var priorityClass: UInt8

  /// A value with every field; of `priorityClass` the low four bits count.
  public init(
    id: UInt8, logicalID: UInt8, model: LogicalModel, isSoftwareEnabled: Bool, priorityClass: UInt8
  ) {
    self.id = id
    self.logicalID = logicalID
    self.model = model
    self.isSoftwareEnabled = isSoftwareEnabled
    self.priorityClass = priorityClass & 0xF
  }

  /// The value of a word that ``packed`` gave; any other word gives some value and never fails.
  public init(packed: UInt64) {
    self.init(
      id: UInt8(truncatingIfNeeded: packed), logicalID: UInt8(truncatingIfNeeded: packed >> 8),
      model: LogicalModel(rawValue: UInt8(truncatingIfNeeded: packed >> 16 & 3)) ?? .reserved,
      isSoftwareEnabled: packed >> 18 & 1 == 1,
      priorityClass: UInt8(truncatingIfNeeded: packed >> 20 & 0xF))
  }

  /// The value as a word: id in bits 7:0, logical id 15:8, model 17:16, enabled 18, class 23:20.
  public var packed: UInt64 {
    UInt64(id) | UInt64(logicalID) << 8 | UInt64(model.rawValue) << 16
      | (isSoftwareEnabled ? 1 << 18 : 0) | UInt64(priorityClass & 0xF) << 20
  }
}

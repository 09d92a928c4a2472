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

  /// The APIC id: in x2APIC mode all 32 bits; in xAPIC mode the low 8 are register 0x20's, and the
  /// others those of the id at power-up.
  public var id: UInt32
  /// The logical APIC id of an xAPIC: bits 31:24 of the logical destination register. An x2APIC's
  /// follows from its id.
  public var logicalID: UInt8
  /// How the logical id is compared.
  public var model: LogicalModel
  /// Whether fixed and lowest-priority interrupts are accepted (SVR bit 8).
  public var isSoftwareEnabled: Bool
  /// The task priority class, 0 to 15: what lowest-priority arbitration compares, as chipsets do
  /// with the XTPR messages. It follows TPR alone, so only a TPR write changes it.
  public var priorityClass: UInt8
  /// How the APIC compares destinations, and whether there is one.
  public var mode: LocalAPICMode

  /// A value with every field; of `priorityClass` the low four bits count.
  public init(
    id: UInt32, logicalID: UInt8, model: LogicalModel, isSoftwareEnabled: Bool,
    priorityClass: UInt8, mode: LocalAPICMode = .xAPIC
  ) {
    self.id = id
    self.logicalID = logicalID
    self.model = model
    self.isSoftwareEnabled = isSoftwareEnabled
    self.priorityClass = priorityClass & 0xF
    self.mode = mode
  }

  /// The value of a word that ``packed`` gave; any other word gives some value and never fails.
  public init(packed: UInt64) {
    self.init(
      id: UInt32(truncatingIfNeeded: packed),
      logicalID: UInt8(truncatingIfNeeded: packed >> 32),
      model: LogicalModel(rawValue: UInt8(truncatingIfNeeded: packed >> 40 & 3)) ?? .reserved,
      isSoftwareEnabled: packed >> 42 & 1 == 1,
      priorityClass: UInt8(truncatingIfNeeded: packed >> 44 & 0xF),
      mode: LocalAPICMode(rawValue: UInt8(truncatingIfNeeded: packed >> 48 & 3)) ?? .disabled)
  }

  /// The value as a word: id in bits 31:0, logical id 39:32, model 41:40, enabled 42, class 47:44,
  /// mode 49:48. 0 is a globally disabled APIC, which nothing reaches.
  public var packed: UInt64 {
    UInt64(id) | UInt64(logicalID) << 32 | UInt64(model.rawValue) << 40
      | (isSoftwareEnabled ? 1 << 42 : 0) | UInt64(priorityClass & 0xF) << 44
      | UInt64(mode.rawValue) << 48
  }

  /// The logical id of an x2APIC: the cluster, which is bits 19:4 of its id, in bits 31:16, and one of
  /// 16 member bits (SDM vol. 3, "Deriving Logical x2APIC ID from the Local x2APIC ID").
  public static func extendedLogicalID(of id: UInt32) -> UInt32 {
    (id >> 4) << 16 | 1 << (id & 0xF)
  }
}

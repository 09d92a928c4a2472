/// What the firmware tables have to say that is not the same for every machine (see
/// ``ACPIFixedHardware`` for what is).
public struct SystemTablesConfiguration: Sendable, Equatable {
  /// How many vcpus there are, 1...1024. The APIC id of vcpu n is n; vcpu 0 starts the machine.
  public var vcpus: Int
  /// Whether the local APICs have an x2APIC mode. Without it nothing can address an id above 254, and
  /// the tables do not name those vcpus.
  public var hasX2APIC: Bool
  /// EAX of CPUID leaf 1 (family, model, stepping), which the MP table repeats.
  public var processorSignature: UInt32
  /// EDX of CPUID leaf 1 (feature flags), which the MP table repeats.
  public var processorFeatures: UInt32

  /// The default signature is a family 6 without a model, the default features an FPU and a local
  /// APIC: MP-table readers of today look at neither.
  public init(
    vcpus: Int, hasX2APIC: Bool = true, processorSignature: UInt32 = 0x600,
    processorFeatures: UInt32 = 0x201
  ) {
    self.vcpus = vcpus
    self.hasX2APIC = hasX2APIC
    self.processorSignature = processorSignature
    self.processorFeatures = processorFeatures
  }
}

/// The mode of a local APIC: bits 11 (EN) and 10 (EXTD) of IA32_APIC_BASE, which are the raw value
/// (SDM vol. 3, "x2APIC States").
public enum LocalAPICMode: UInt8, Sendable, CaseIterable {
  /// Globally disabled: the processor is as one without an APIC. No message reaches it, INIT, NMI and
  /// SIPI included; its pins are INTR and NMI.
  case disabled = 0
  /// Registers in a page of memory, ids of 8 bits.
  case xAPIC = 2
  /// Registers in MSRs, ids of 32 bits.
  case x2APIC = 3

  /// The mode that a value of IA32_APIC_BASE asks for; nil for EXTD without EN, which is no mode.
  @inlinable public init?(apicBase: UInt64) {
    self.init(rawValue: UInt8(truncatingIfNeeded: apicBase >> 10 & 3))
  }

  /// Whether a write of IA32_APIC_BASE may lead from here to `next`: not from x2APIC to xAPIC and not
  /// from disabled to x2APIC (SDM vol. 3, figure "Local x2APIC State Transitions").
  public func canBecome(_ next: LocalAPICMode) -> Bool {
    switch (self, next) {
    case (.x2APIC, .xAPIC), (.disabled, .x2APIC): false
    default: true
    }
  }
}

/// What became of a write of IA32_APIC_BASE.
public enum APICBaseResult: Sendable, Equatable {
  /// The processor raises #GP(0), and nothing changed.
  case generalProtection
  /// The register held this value already.
  case unchanged
  /// The register changed: mode, page address or the bootstrap flag. Where the mode changed,
  /// ``LocalAPIC/routing``, ``LocalAPIC/nextDeadline()`` and what is deliverable may be others.
  case changed(old: UInt64, new: UInt64)
}

extension LocalAPIC {
  /// IA32_APIC_BASE at power-up without the bootstrap flag: the page at 0xFEE00000, xAPIC mode.
  public static let powerUpAPICBase: UInt64 = 0xFEE0_0800
  static let bootstrapBit: UInt64 = 1 << 8
  static let extendedBit: UInt64 = 1 << 10
  static let enableBit: UInt64 = 1 << 11

  /// What IA32_APIC_BASE says of the registers.
  public var mode: LocalAPICMode { LocalAPICMode(apicBase: apicBase) ?? .disabled }

  /// The page of the registers in xAPIC mode, a physical address: bits 51:12 of IA32_APIC_BASE.
  public var pageAddress: UInt64 { apicBase & 0x000F_FFFF_FFFF_F000 }

  /// Whether this is the bootstrap processor's: bit 8 of IA32_APIC_BASE, which software can write.
  public var isBootstrap: Bool { apicBase & Self.bootstrapBit != 0 }

  /// A write of IA32_APIC_BASE (SDM vol. 3, "Local APIC Status and Location", "x2APIC State
  /// Transitions").
  ///
  /// Disabling brings every register to its power-up state, the id included (SDM, "Enabling or
  /// Disabling the Local APIC": initialization may be lost). TPR alone stays, since CR8 is the same
  /// register and the processor keeps it. Entering x2APIC keeps all but what the SDM lists in "State
  /// Changes From xAPIC Mode to x2APIC Mode": a written id, LDR and the high half of ICR.
  ///
  /// - Parameters:
  ///   - value: what is written.
  ///   - physicalAddressBits: MAXPHYADDR; taken as the nearest of 32 to 52. Higher bits are reserved.
  ///   - offersX2APIC: whether CPUID offers x2APIC; else EXTD is reserved.
  public mutating func writeAPICBase(
    _ value: UInt64, physicalAddressBits: Int, offersX2APIC: Bool = true
  ) -> APICBaseResult {
    let width = UInt64(min(max(physicalAddressBits, 32), 52))
    let page: UInt64 = (1 << width) - 0x1000
    let writable =
      page | Self.enableBit | Self.bootstrapBit | (offersX2APIC ? Self.extendedBit : 0)
    let old = apicBase
    let oldMode = mode
    guard value & ~writable == 0, let newMode = LocalAPICMode(apicBase: value),
      oldMode.canBecome(newMode)
    else { return .generalProtection }
    guard value != old else { return .unchanged }
    apicBase = value
    switch newMode {
    case oldMode: break
    case .disabled:
      let priority = taskPriority
      reset(registerID: UInt8(truncatingIfNeeded: initialID))
      taskPriority = priority
    case .xAPIC: break
    case .x2APIC:
      registerID = UInt8(truncatingIfNeeded: initialID)
      logicalID = 0
      commandHigh = 0
    }
    return .changed(old: old, new: value)
  }

  /// The state after INIT: as at power-up, but for the APIC id and IA32_APIC_BASE: the mode and the
  /// page stay (SDM, "Local APIC State After It Receives an INIT-Deassert IPI", "x2APIC State
  /// Transitions").
  public mutating func resetForINIT() { reset(registerID: registerID) }

  /// Every register as at power-up; IA32_APIC_BASE stays.
  private mutating func reset(registerID: UInt8) {
    var fresh = LocalAPIC(
      id: initialID, isBootstrap: isBootstrap, offersTSCDeadline: localVectors.offersTSCDeadline)
    fresh.apicBase = apicBase
    fresh.registerID = registerID
    self = fresh
  }
}

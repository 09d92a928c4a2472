/// The registers as MSRs 0x800 to 0x8FF in x2APIC mode (SDM vol. 3, "x2APIC Register Address Space").
extension LocalAPIC {
  /// The MSRs of an x2APIC, most of which are not there.
  public static let msrs: ClosedRange<UInt32> = 0x800...0x8FF

  private static let selfIPI: UInt32 = 0x83F

  /// What RDMSR of `index` at `now`, ns, gives; nil for #GP(0): outside x2APIC mode, where there is no
  /// register, and for the write-only EOI and SELF IPI. ICR is one register of 64 bits here; DFR and
  /// the P6's arbitration priority and remote read are not there.
  public func readMSR(_ index: UInt32, now: UInt64) -> UInt64? {
    guard mode == .x2APIC, let register = Self.register(ofMSR: index) else { return nil }
    switch register {
    case .endOfInterrupt: return nil
    case .interruptCommandLow: return interruptCommand.value
    default: return UInt64(value(of: register, now: now))
    }
  }

  /// WRMSR of `value` to `index` at `now`, ns; nil for #GP(0), with nothing changed: outside x2APIC
  /// mode, where there is no register, for read-only ones (ID, LDR and what is read-only in the page)
  /// and for a reserved bit that is set. EOI and ESR take nothing but 0. An error of an access shows in
  /// #GP alone, never in ESR bit 7.
  ///
  /// SELF IPI gives ``LocalAPICEffect/sendIPI(_:)`` with a fixed, edge-triggered command to the sender
  /// alone; ICR does not change by it.
  public mutating func writeMSR(
    _ index: UInt32, _ value: UInt64, now: UInt64
  ) -> LocalAPICEffect? {
    guard mode == .x2APIC else { return nil }
    if index == Self.selfIPI {
      guard value <= 0xFF else { return nil }
      return send(
        InterruptCommand(vector: UInt8(truncatingIfNeeded: value), shorthand: .selfOnly))
    }
    guard let register = Self.register(ofMSR: index) else { return nil }
    if register == .interruptCommandLow {
      guard value & InterruptCommand.extendedReservedBits == 0 else { return nil }
      commandLow = UInt32(truncatingIfNeeded: value) & InterruptCommand.lowWritableBits
      commandHigh = UInt32(truncatingIfNeeded: value >> 32)
      return send(interruptCommand)
    }
    guard let allowed = allowedMSRBits(register), value & ~UInt64(allowed) == 0 else { return nil }
    return write(register, UInt32(truncatingIfNeeded: value), now: now)
  }

  private static func register(ofMSR index: UInt32) -> LocalAPICRegister? {
    guard msrs.contains(index),
      let register = LocalAPICRegister(offset: (index - msrs.lowerBound) << 4)
    else { return nil }
    switch register {
    case .arbitrationPriority, .remoteRead, .destinationFormat, .interruptCommandHigh: return nil
    default: return register
    }
  }

  /// The bits that WRMSR may set, read-only ones of a writable register included; nil where the whole
  /// register is read-only. Not for ICR.
  private func allowedMSRBits(_ register: LocalAPICRegister) -> UInt32? {
    switch register {
    case .taskPriority: 0xFF
    case .endOfInterrupt, .errorStatus: 0
    case .spuriousVector: Self.spuriousVectorWritableBits
    case .localVector(let entry): localVectors.writableBits(entry) | entry.readOnlyBits
    case .initialCount: .max
    case .divideConfiguration: 0xB
    case .id, .version, .arbitrationPriority, .processorPriority, .remoteRead, .logicalDestination,
      .destinationFormat, .inService, .triggerMode, .interruptRequest, .interruptCommandLow,
      .interruptCommandHigh, .currentCount:
      nil
    }
  }
}

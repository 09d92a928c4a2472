/// What became of a vector that was handed to a local APIC.
public enum Acceptance: UInt8, Sendable, CaseIterable {
  /// Its IRR bit is now set.
  case accepted
  /// Its IRR bit was already set: the two are one.
  case coalesced
  /// The APIC is software-disabled and takes no fixed interrupt.
  case disabled
  /// Vector 0 to 15: nothing but ESR bit 6.
  case illegalVector
}

/// A local APIC (SDM vol. 3, "Advanced Programmable Interrupt Controller (APIC)").
///
/// A plain value: no lock, no clock, no allocation; time comes in as nanoseconds of any one clock, and
/// what the outside must do comes back as an effect. No value of a guest makes it trap. It knows its
/// own registers only: whom an IPI reaches is ``MessageRouter``'s. INIT, NMI, SMI and SIPI pass by it:
/// the processor takes them even while the APIC is software-disabled (but not while it is globally
/// disabled, when no message finds it).
///
/// After any access the caller asks ``deliverableVector()`` again: even a read can raise the error
/// interrupt.
public struct LocalAPIC: Sendable {
  /// The id of the hardware: the x2APIC id, whose low 8 bits the xAPIC id is at power-up.
  public let initialID: UInt32
  /// IA32_APIC_BASE.
  public internal(set) var apicBase: UInt64
  /// The xAPIC id: bits 31:24 of register 0x20. Written by the guest, and kept by INIT.
  var registerID: UInt8
  /// IRR: accepted, not yet taken by the processor. Never holds a vector below 16.
  public internal(set) var interruptRequest = VectorSet()
  /// ISR: taken by the processor, not yet ended. Never holds a vector below 16.
  public internal(set) var inService = VectorSet()
  /// TMR: which vectors were level-triggered when they were last accepted.
  ///
  /// bhyve writes it in a rendezvous, when a redirection entry changes. Hardware changes it when it
  /// accepts an interrupt and not before (SDM, "Interrupt Acceptance for Fixed Interrupts";
  /// kvm-unit-tests' ioapic looks), so here it is ``accept(vector:trigger:)``'s alone, and what the
  /// rendezvous recomputes (``IOAPIC/triggerModes(for:)``) is for the caller to keep.
  public internal(set) var triggerMode = VectorSet()
  /// TPR, bits 7:0.
  public internal(set) var taskPriority: UInt8 = 0
  /// The logical id of xAPIC mode: bits 31:24 of register 0xD0.
  public internal(set) var logicalID: UInt8 = 0
  /// DFR; bits 27:0 are ones.
  public internal(set) var destinationFormat = Self.powerUpDestinationFormat
  /// SVR.
  public internal(set) var spuriousVectorRegister = Self.powerUpSpuriousVectorRegister
  /// ESR as it reads: the errors up to the last write of it.
  public internal(set) var errorStatus = ErrorStatus()
  /// The errors since the last write of ESR.
  var pendingErrors = ErrorStatus()
  /// Whether the next error raises the error interrupt; a write of ESR arms it again (SDM).
  var isErrorInterruptArmed = true
  var commandLow: UInt32 = 0
  var commandHigh: UInt32 = 0
  var localVectors: LocalVectorTable
  var timer = LocalAPICTimer()

  /// The version register: an integrated APIC (0x14) with seven LVT entries, which can suppress EOI
  /// broadcasts (bit 24).
  public static let versionRegister: UInt32 = 0x0106_0014
  /// SVR at power-up: software-disabled, vector 255.
  public static let powerUpSpuriousVectorRegister: UInt32 = 0xFF
  /// The bits of SVR that can be written: vector, enable, focus processor checking (kept, but without
  /// effect: only the P6 has a focus processor) and EOI-broadcast suppression.
  public static let spuriousVectorWritableBits: UInt32 = 0x13FF
  /// DFR at power-up: the flat model.
  public static let powerUpDestinationFormat: UInt32 = 0xFFFF_FFFF
  /// Each LVT entry at power-up: masked.
  public static let powerUpLocalVector: UInt32 = 0x0001_0000

  /// An APIC in its power-up state: xAPIC mode, software-disabled, the page at 0xFEE00000.
  /// `offersTSCDeadline` is what CPUID says: without it bit 18 of the timer's LVT entry is reserved.
  public init(id: UInt32, isBootstrap: Bool, offersTSCDeadline: Bool = true) {
    initialID = id
    localVectors = LocalVectorTable(offersTSCDeadline: offersTSCDeadline)
    registerID = UInt8(truncatingIfNeeded: id)
    apicBase = Self.powerUpAPICBase | (isBootstrap ? Self.bootstrapBit : 0)
  }

  /// The APIC id as ID reads: 32 bits in x2APIC mode, else 8.
  public var id: UInt32 { mode == .x2APIC ? initialID : UInt32(registerID) }

  /// Whether fixed interrupts are accepted (SVR bit 8).
  public var isSoftwareEnabled: Bool { spuriousVectorRegister >> 8 & 1 == 1 }

  /// Whether EOIs stay inside (SVR bit 12): the guest writes the I/O APIC's EOI register itself.
  public var suppressesEOIBroadcast: Bool { spuriousVectorRegister >> 12 & 1 == 1 }

  /// The ICR as last written.
  public var interruptCommand: InterruptCommand {
    mode == .x2APIC
      ? InterruptCommand(value: UInt64(commandHigh) << 32 | UInt64(commandLow))
      : InterruptCommand(low: commandLow, high: commandHigh)
  }

  /// The LVT register of `entry`.
  public func localVector(_ entry: LVTEntry) -> UInt32 { localVectors[entry] }

  /// What others need to send to this APIC; changes with effects `routingChanged` and
  /// `priorityChanged`, ``setTaskPriority(cr8:)``, ``resetForINIT()`` and
  /// ``writeAPICBase(_:physicalAddressBits:offersX2APIC:)``.
  public var routing: LocalAPICRouting {
    LocalAPICRouting(
      id: mode == .x2APIC ? initialID : initialID & ~0xFF | UInt32(registerID),
      logicalID: logicalID, model: .init(destinationFormat: destinationFormat),
      isSoftwareEnabled: isSoftwareEnabled, priorityClass: taskPriority >> 4, mode: mode)
  }

  /// Whether a signal at LINT0 has any effect: the entry is not masked, or the APIC is globally disabled.
  public var listensToLINT0: Bool { mode == .disabled || !localVectors.isMasked(.lint0) }

  /// Whether the entry is level-sensitive: only LINT0 in fixed mode can be.
  public func isLevelSensitive(_ entry: LVTEntry) -> Bool { localVectors.isLevelSensitive(entry) }

  /// Whether the processor takes interrupts of an 8259 whose output is wired to LINT0: the APIC is
  /// globally disabled, so that the pin is INTR, or LINT0 is unmasked with delivery mode ExtINT (SDM
  /// vol. 3, "Local Vector Table"; MultiProcessor Specification, "virtual wire mode").
  public var acceptsExtINT: Bool {
    mode == .disabled
      || !localVectors.isMasked(.lint0) && localVectors.deliveryMode(.lint0) == .extINT
  }
}

// MARK: Vectors

extension LocalAPIC {
  /// Takes a fixed or lowest-priority interrupt: sets its IRR bit, and its TMR bit to `trigger`.
  public mutating func accept(vector: UInt8, trigger: TriggerMode) -> Acceptance {
    guard isSoftwareEnabled else { return .disabled }
    guard vector >= 16 else {
      record(.receiveIllegalVector)
      return .illegalVector
    }
    if trigger == .level { triggerMode.insert(vector) } else { triggerMode.remove(vector) }
    if interruptRequest.contains(vector) { return .coalesced }
    interruptRequest.insert(vector)
    return .accepted
  }

  /// PPR: the task priority, or the class of the highest vector in service where that is higher (SDM,
  /// "Task and Processor Priorities").
  public var processorPriority: UInt8 {
    let serviced = inService.highest ?? 0
    return taskPriority >> 4 >= serviced >> 4 ? taskPriority : serviced & 0xF0
  }

  /// The vector that the processor would take now, if it takes any: the highest requested one, if its
  /// class is above that of PPR.
  ///
  /// Also while software-disabled: what was accepted before is still there for the processor to mask
  /// or handle (SDM, "Local APIC State After It Has Been Software Disabled"; KVM and bhyve have it so).
  public func deliverableVector() -> UInt8? {
    guard let vector = interruptRequest.highest,
      vector >> 4 > processorPriority >> 4
    else { return nil }
    return vector
  }

  /// The highest requested vector, whatever the priority.
  public func pendingVector() -> UInt8? { interruptRequest.highest }

  /// The processor's interrupt acknowledge: moves the deliverable vector from IRR to ISR and returns
  /// it; the spurious vector, with nothing changed, where none is deliverable.
  public mutating func acknowledge() -> UInt8 {
    guard let vector = deliverableVector() else {
      return UInt8(truncatingIfNeeded: spuriousVectorRegister)
    }
    interruptRequest.remove(vector)
    inService.insert(vector)
    return vector
  }

  /// A write of EOI: the highest vector in service is ended.
  mutating func endOfInterrupt() -> LocalAPICEffect {
    guard let vector = inService.highest else {
      return .endOfInterrupt(vector: nil, broadcast: false)
    }
    inService.remove(vector)
    if localVectors.vector(.lint0) == vector { localVectors.isRemoteIRRSet = false }
    return .endOfInterrupt(
      vector: vector, broadcast: triggerMode.contains(vector) && !suppressesEOIBroadcast)
  }

  /// The processor wrote CR8: TPR bits 7:4; of `cr8` the low four bits count.
  public mutating func setTaskPriority(cr8: UInt64) {
    taskPriority = UInt8(truncatingIfNeeded: cr8 & 0xF) << 4
  }

  /// TPR bits 7:4, as CR8 reads.
  public var cr8: UInt64 { UInt64(taskPriority >> 4) }

  /// Notes an error, and raises the error interrupt where it is armed and unmasked.
  mutating func record(_ error: ErrorStatus) {
    pendingErrors.formUnion(error)
    guard isErrorInterruptArmed, !localVectors.isMasked(.error) else { return }
    // Disarmed before the vector goes in: an illegal one is an error again, which must end here.
    isErrorInterruptArmed = false
    _ = accept(vector: localVectors.vector(.error), trigger: .edge)
  }
}

// MARK: Local interrupts

extension LocalAPIC {
  /// An interrupt of a local source (its line was raised, or, for a level-sensitive LINT0, is high).
  /// The timer is brought to `now` first, so that what was due before comes before.
  ///
  /// A level-sensitive LINT0 that is still high after the EOI of its vector is for the caller to
  /// assert again.
  public mutating func assertLVT(_ entry: LVTEntry, now: UInt64) -> LVTDelivery {
    if mode == .disabled { return Self.deliveryWithoutAPIC(entry) }
    advance(to: now)
    guard !localVectors.isMasked(entry) else { return .masked }
    switch localVectors.deliveryMode(entry) {
    case .fixed: return assertFixed(entry)
    case .smi:
      maskIfPerformance(entry)
      return .smi
    case .nmi:
      maskIfPerformance(entry)
      return .nmi
    case .extINT: return entry == .lint0 || entry == .lint1 ? .extINT : .reserved
    case .initialize: return entry == .lint0 || entry == .lint1 ? .initialize : .reserved
    case .lowestPriority, .remoteRead, .startup: return .reserved
    }
  }

  /// The pins of a processor without an APIC are INTR and NMI; nothing else is connected.
  private static func deliveryWithoutAPIC(_ entry: LVTEntry) -> LVTDelivery {
    switch entry {
    case .lint0: .extINT
    case .lint1: .nmi
    case .cmci, .timer, .thermal, .performance, .error: .masked
    }
  }

  private mutating func assertFixed(_ entry: LVTEntry) -> LVTDelivery {
    let isLevel = localVectors.isLevelSensitive(entry)
    if isLevel && localVectors.isRemoteIRRSet { return .remoteIRRSet }
    let acceptance = accept(
      vector: localVectors.vector(entry), trigger: isLevel ? .level : .edge)
    if isLevel && acceptance == .accepted { localVectors.isRemoteIRRSet = true }
    maskIfPerformance(entry)
    return .fixed(acceptance)
  }

  /// A performance interrupt masks its own entry (SDM, "Local Vector Table").
  private mutating func maskIfPerformance(_ entry: LVTEntry) {
    if entry == .performance { localVectors[entry] |= LocalVectorTable.maskBit }
  }

  /// Brings the timer to `now`, ns: if it expired since, once or many times, and is not masked, its
  /// vector is accepted once. An expiry while masked is lost. Time that goes backwards does nothing.
  public mutating func advance(to now: UInt64) {
    guard timer.settle(at: now), !localVectors.isMasked(.timer) else { return }
    _ = accept(vector: localVectors.vector(.timer), trigger: .edge)
  }

  /// When ``advance(to:)`` has next something to do, ns; nil where nothing is due: the timer stands,
  /// or is masked (it then counts on unseen). To be asked again after effects `timerChanged` and
  /// `routingChanged` (which may have masked it). A guest can ask for a period of 1 ns: how often to
  /// follow it is the caller's choice, since periods that passed are coalesced.
  public func nextDeadline() -> UInt64? {
    localVectors.isMasked(.timer) ? nil : timer.expiry
  }

  /// A write of IA32_TSC_DEADLINE at `now`, ns, for a deadline that the time-stamp counter reaches at
  /// `expiresAt`, ns of the same clock; 0 disarms. A deadline that is not in the future fires at once,
  /// inside. Ignored but in TSC-deadline mode (SDM vol. 3, "TSC-Deadline Mode").
  public mutating func writeTSCDeadline(
    _ value: UInt64, expiresAt: UInt64, now: UInt64
  ) -> LocalAPICEffect {
    advance(to: now)
    guard timer.mode == .deadline else { return .none }
    timer.arm(value, expiresAt: expiresAt)
    advance(to: now)
    return .timerChanged
  }

  /// IA32_TSC_DEADLINE as it reads once ``advance(to:)`` has brought the timer to the moment of the
  /// read: 0 where nothing is armed, or in another mode.
  public var tscDeadline: UInt64 { timer.deadline }

  /// The mode of the timer.
  public var timerMode: TimerMode { timer.mode }
}

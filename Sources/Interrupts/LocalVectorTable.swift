/// An entry of the local vector table.
public enum LVTEntry: UInt8, Sendable, CaseIterable {
  /// Corrected machine checks.
  case cmci = 0
  /// The APIC timer.
  case timer = 1
  /// The thermal sensor.
  case thermal = 2
  /// Performance-monitoring counters.
  case performance = 3
  /// The local pin 0: an 8259, where there is one.
  case lint0 = 4
  /// The local pin 1: NMI, by convention.
  case lint1 = 5
  /// Errors that the APIC itself finds.
  case error = 6

  /// The bits that software can write; all others read 0 but remote IRR of ``lint0``. The timer's bit
  /// 18 only where TSC-deadline mode is offered.
  public var writableBits: UInt32 {
    switch self {
    case .cmci, .thermal, .performance: 0x0001_07FF
    case .timer: 0x0007_00FF
    case .lint0, .lint1: 0x0001_A7FF
    case .error: 0x0001_00FF
    }
  }

  /// The bits that only the APIC changes: delivery status, which always reads 0 since an interrupt
  /// arrives at once, and the pins' remote IRR (only ``lint0`` ever sets it).
  public var readOnlyBits: UInt32 {
    switch self {
    case .lint0, .lint1: 0x5000
    case .cmci, .timer, .thermal, .performance, .error: 0x1000
    }
  }
}

/// The local vector table (SDM vol. 3, "Local Vector Table"): the seven registers, nothing more.
struct LocalVectorTable: Sendable {
  static let deadlineBit: UInt32 = 1 << 18
  static let maskBit: UInt32 = 1 << 16
  static let triggerBit: UInt32 = 1 << 15
  static let remoteIRRBit: UInt32 = 1 << 14

  /// Whether the timer has its TSC-deadline mode.
  let offersTSCDeadline: Bool
  private var entries = InlineArray<7, UInt32>(repeating: maskBit)

  init(offersTSCDeadline: Bool) { self.offersTSCDeadline = offersTSCDeadline }

  subscript(entry: LVTEntry) -> UInt32 {
    get { entries[Int(entry.rawValue)] }
    set { entries[Int(entry.rawValue)] = newValue }
  }

  func isMasked(_ entry: LVTEntry) -> Bool { self[entry] & Self.maskBit != 0 }

  func vector(_ entry: LVTEntry) -> UInt8 { UInt8(truncatingIfNeeded: self[entry]) }

  /// Timer and error have no delivery mode field: they are fixed.
  func deliveryMode(_ entry: LVTEntry) -> DeliveryMode {
    entry == .timer || entry == .error ? .fixed : DeliveryMode(bits: self[entry] >> 8)
  }

  /// Only LINT0 can be level-sensitive, and only in fixed mode: NMI, SMI, INIT are always edge, ExtINT
  /// is the 8259's affair, and LINT1 does not support it (SDM).
  func isLevelSensitive(_ entry: LVTEntry) -> Bool {
    entry == .lint0 && self[entry] & Self.triggerBit != 0 && deliveryMode(entry) == .fixed
  }

  var isRemoteIRRSet: Bool {
    get { self[.lint0] & Self.remoteIRRBit != 0 }
    set {
      if newValue {
        self[.lint0] |= Self.remoteIRRBit
      } else {
        self[.lint0] &= ~Self.remoteIRRBit
      }
    }
  }

  /// The bits of `entry` that software can write.
  func writableBits(_ entry: LVTEntry) -> UInt32 {
    entry == .timer && !offersTSCDeadline
      ? entry.writableBits & ~Self.deadlineBit : entry.writableBits
  }

  /// A guest's write: read-only bits stay, and the mask is forced while the APIC is software-disabled.
  mutating func write(_ entry: LVTEntry, _ value: UInt32, isSoftwareEnabled: Bool) {
    let remoteIRR = entry == .lint0 ? self[entry] & Self.remoteIRRBit : 0
    self[entry] =
      value & writableBits(entry) | remoteIRR | (isSoftwareEnabled ? 0 : Self.maskBit)
    // An edge or non-fixed LINT0 has no remote IRR: no EOI would ever clear it.
    if entry == .lint0 && !isLevelSensitive(entry) { isRemoteIRRSet = false }
  }

  /// What clearing SVR bit 8 does.
  mutating func maskAll() {
    // Not over allCases, which is an array and would allocate.
    for index in 0..<7 { entries[index] |= Self.maskBit }
  }
}

/// What a local interrupt source brought about.
public enum LVTDelivery: Sendable, Equatable {
  /// The vector was handed to IRR.
  case fixed(Acceptance)
  /// The source is level-sensitive and its last interrupt is not yet serviced.
  case remoteIRRSet
  /// The processor gets an NMI.
  case nmi
  /// The processor gets a system management interrupt.
  case smi
  /// The processor gets an external interrupt, whose vector the 8259 knows.
  case extINT
  /// The processor is reset.
  case initialize
  /// The entry is masked: nothing.
  case masked
  /// The entry's delivery mode is reserved for this source: nothing.
  case reserved
}

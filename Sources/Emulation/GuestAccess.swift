/// How linear memory is touched: what a page walk checks (SDM vol. 3, 4.6).
public struct LinearAccess: Sendable, Equatable {
  /// What is done.
  public enum Kind: Sendable {
    /// Data is read.
    case read
    /// Data is written.
    case write
    /// An instruction is fetched.
    case fetch
  }

  /// What is done.
  public var kind: Kind
  /// Whether with the rights of CPL 3.
  public var isUser: Bool
  /// Whether the processor does it by itself (descriptor tables, TSS): RFLAGS.AC does not lift SMAP.
  public var isImplicit: Bool

  /// An access of this kind.
  public init(kind: Kind, isUser: Bool = false, isImplicit: Bool = false) {
    self.kind = kind
    self.isUser = isUser
    self.isImplicit = isImplicit
  }
}

/// Why linear memory could not be touched.
public enum LinearFault: Error, Equatable {
  /// A page fault at `address` with the error code of SDM vol. 3, 4.7.
  case pageFault(address: UInt64, errorCode: UInt32)
  /// No RAM is there (a device, or nothing): the access would need an exit of its own.
  case notMemory
}

/// A vcpu's memory under its own paging, and what else of it is fetched only when an instruction needs
/// it. A class or a small struct: it is copied for the time of one repair.
public protocol GuestAccess {
  /// `count` bytes from `linear` on, 1 to 4096; may cross a page, never the
  /// end of the address space. All or a fault.
  mutating func read(_ linear: UInt64, count: Int, _ access: LinearAccess) throws(LinearFault)
    -> [UInt8]

  /// Writes `bytes` from `linear` on; may cross a page. Nothing is written if any of it faults.
  mutating func write(_ linear: UInt64, _ bytes: [UInt8], _ access: LinearAccess)
    throws(LinearFault)

  /// If the 16 bytes at `linear` (16-byte aligned) are `expected`, makes them `desired`; returns what
  /// was there. Must be one atomic operation against other vcpus (a `lock cmpxchg16b` on the host's
  /// page): a copy read and a copy written would lose what another vcpu writes in between. A page
  /// that cannot be written faults, as a write.
  mutating func compareExchange16(
    _ linear: UInt64, expected: UInt128, desired: UInt128, isUser: Bool
  )
    throws(LinearFault) -> UInt128

  /// The XSAVE image in standard form (SDM vol. 1, 13.4), as KVM_GET_XSAVE gives it: the FXSAVE area,
  /// the header with XSTATE_BV, the components at their offsets; at least 576 bytes. Nil where it
  /// cannot be had.
  mutating func extendedState() -> [UInt8]?

  /// Makes `image`, in the form of ``extendedState()``, the registers' content; false if refused.
  mutating func setExtendedState(_ image: [UInt8]) -> Bool

  /// What RDTSCP answers: the guest's time-stamp counter and IA32_TSC_AUX. Nil where it is not known.
  mutating func timestamp() -> (counter: UInt64, auxiliary: UInt32)?

  /// Forgets every cached translation of the guest's linear addresses, once the instruction has ended;
  /// false if that cannot be done.
  mutating func invalidateTranslations() -> Bool

  /// 64 random bits of cryptographic quality, or nil: RDRAND and RDSEED then say "none now".
  mutating func random() -> UInt64?
}

extension GuestAccess {
  /// Not known.
  public mutating func timestamp() -> (counter: UInt64, auxiliary: UInt32)? { nil }
  /// None now.
  public mutating func random() -> UInt64? { nil }
  /// Cannot be done.
  public mutating func invalidateTranslations() -> Bool { false }
}

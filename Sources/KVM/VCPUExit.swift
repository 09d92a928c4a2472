/// Why KVM_RUN returned, with what the handler needs. Plain values, decoded without allocation
/// (api.rst, "The kvm_run structure").
@frozen public enum VCPUExit: Sendable, Equatable {
  /// IN or OUT, or INS/OUTS with `count` elements. The data is read and written through the vcpu.
  case io(PortAccess)
  /// A load or store of 1 to 8 bytes where no memory is.
  case mmio(MMIOAccess)
  case hlt
  /// The guest can take an interrupt now, as requested.
  case irqWindow
  /// CR8 was lowered (VMX and SVM only).
  case setTPR
  /// Triple fault.
  case shutdown
  /// The hardware refused the guest's state; its reason.
  case failEntry(reason: UInt64)
  /// KVM gave up; its sub-error (1: an instruction that it cannot emulate).
  case internalError(suberror: UInt32)
  /// A signal, or `immediate_exit`, ended KVM_RUN.
  case interrupted
  /// RDMSR of an MSR that is ours.
  case rdmsr(index: UInt32)
  /// WRMSR of an MSR that is ours.
  case wrmsr(index: UInt32, value: UInt64)
  /// A debug exit.
  case debug
  /// Any other exit reason, by its number.
  case unknown(reason: UInt32)
  /// KVM_RUN failed with this errno.
  case failed(errno: Int32)
}

/// A port access as KVM reported it.
@frozen public struct PortAccess: Sendable, Equatable {
  /// The port.
  public var port: UInt16
  /// Bytes of one element: 1, 2 or 4.
  public var size: UInt8
  /// Whether the guest writes (OUT).
  public var isOut: Bool
  /// Elements: more than 1 for `rep ins` and `rep outs`.
  public var count: UInt32
  /// Where the data is, in the run area.
  @usableFromInline var offset: UInt64

  /// A port access.
  @inlinable public init(port: UInt16, size: UInt8, isOut: Bool, count: UInt32, offset: UInt64) {
    self.port = port
    self.size = size
    self.isOut = isOut
    self.count = count
    self.offset = offset
  }
}

/// An MMIO access as KVM reported it. An instruction that crosses a page, or is wider than 8 bytes,
/// arrives as several.
@frozen public struct MMIOAccess: Sendable, Equatable {
  /// Guest-physical address.
  public var address: UInt64
  /// Bytes: 1 to 8.
  public var size: UInt8
  /// Whether the guest writes.
  public var isWrite: Bool
  /// What it writes, little endian, zero-extended; 0 for a read.
  public var value: UInt64

  /// An MMIO access.
  @inlinable public init(address: UInt64, size: UInt8, isWrite: Bool, value: UInt64) {
    self.address = address
    self.size = size
    self.isWrite = isWrite
    self.value = value
  }
}

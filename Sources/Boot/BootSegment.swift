/// Bytes that belong into guest memory at a fixed place before the first vcpu runs.
///
/// Guest memory is zero beforehand, so what a format calls bss has no segment.
public struct BootSegment: Sendable, Equatable {
  /// The guest-physical address of the first byte.
  public let address: UInt64
  /// What goes there. A slice of the file shares the file's storage: nothing is copied.
  public let bytes: ArraySlice<UInt8>

  /// A segment of `bytes` at the guest-physical `address`.
  public init(address: UInt64, bytes: ArraySlice<UInt8>) {
    self.address = address
    self.bytes = bytes
  }
}

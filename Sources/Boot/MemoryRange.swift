/// What a range of guest-physical memory is for: the type numbers of INT 15h E820 (ACPI 6.5, table
/// 15.4), which PVH and multiboot share.
public enum MemoryType: UInt32, Sendable {
  /// RAM that the guest may use.
  case ram = 1
  /// Not to be touched.
  case reserved = 2
}

/// A range of guest-physical memory and what it is for.
public struct MemoryRange: Sendable, Equatable {
  /// The first byte.
  public let address: UInt64
  /// Bytes in it, more than 0 where it stands in a list.
  public let length: UInt64
  /// What it is for.
  public let type: MemoryType

  /// The range of `length` bytes from `address` on.
  public init(address: UInt64, length: UInt64, type: MemoryType) {
    self.address = address
    self.length = length
    self.type = type
  }

  /// The byte after the last one; a range that runs over the end of 64 bits is cut there.
  public var end: UInt64 { saturatingSum(address, length) }
}

extension ClosedRange<UInt64> {
  /// The byte after the last one, cut as ``MemoryRange/end`` is.
  var end: UInt64 { saturatingSum(upperBound, 1) }
}

/// `a + b`, or the largest number where that overflows: the end of a range that a hostile file
/// names then lies outside any memory, which is what the bounds checks look for.
func saturatingSum(_ a: UInt64, _ b: UInt64) -> UInt64 {
  let (sum, overflow) = a.addingReportingOverflow(b)
  return overflow ? .max : sum
}

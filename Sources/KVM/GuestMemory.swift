import Glibc
import Synchronization

/// The guest's RAM: one anonymous mapping that the guest, its vcpus' threads and we share.
///
/// Everything the guest writes here is hostile: accesses are by value and bounds-checked, nothing is
/// ever bound to a Swift type, and multi-byte reads may be torn unless ``atomicLoad64(at:)`` is used.
/// Reads and writes may come from any thread while the guest runs, as on real hardware; a race with
/// the guest can only change the values that are seen.
@safe public final class GuestMemory: Sendable {
  // Never written after init; what it points to is shared with the guest by nature.
  nonisolated(unsafe) private let base: UnsafeMutableRawPointer
  /// Bytes, a multiple of the page size.
  public let size: Int

  /// Maps `size` bytes, zeroed, not backed until touched. MADV_NOHUGEPAGE: a guest of ours touches a
  /// few pages of each region, and a huge page for each would cost 2 MiB of RSS apiece; nothing here
  /// is bound by the host's TLB.
  public init(size: Int) throws(KVMError) {
    let rounded = (size + 4095) & ~4095
    let mapped = unsafe mmap(
      nil, rounded, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    guard unsafe mapped != MAP_FAILED, let mapped = unsafe mapped else {
      throw .map(what: "guest memory", bytes: rounded, errno: errno)
    }
    unsafe base = mapped
    self.size = rounded
    // Advice only: where the kernel has no huge pages it says EINVAL, and nothing is lost.
    _ = unsafe madvise(mapped, rounded, MADV_NOHUGEPAGE)
  }

  deinit { unsafe munmap(base, size) }

  /// For KVM_SET_USER_MEMORY_REGION.
  var address: UInt { unsafe UInt(bitPattern: base) }

  /// Whether `count` bytes at guest-physical `address` are inside.
  public func contains(_ address: UInt64, count: Int) -> Bool {
    count >= 0 && count <= size && address <= UInt64(size - count)
  }

  /// Copies `bytes` to guest-physical `address`; false (and nothing written) where they do not fit.
  @discardableResult
  public func write(_ bytes: [UInt8], at address: UInt64) -> Bool {
    unsafe bytes.withUnsafeBytes { unsafe write($0, at: address) }
  }

  /// As above, from a region of our own that lives through the call.
  @discardableResult
  public func write(_ bytes: UnsafeRawBufferPointer, at address: UInt64) -> Bool {
    guard contains(address, count: bytes.count) else { return false }
    if let start = bytes.baseAddress {
      // In bounds by the check above.
      unsafe (base + Int(address)).copyMemory(from: start, byteCount: bytes.count)
    }
    return true
  }

  /// Up to `count` bytes from guest-physical `address`: fewer where memory ends.
  public func read(at address: UInt64, count: Int) -> [UInt8] {
    guard address < UInt64(size), count > 0 else { return [] }
    let available = min(count, size - Int(address))
    return (0..<available).map { index in
      // In bounds: index < size - address.
      unsafe base.load(fromByteOffset: Int(address) + index, as: UInt8.self)
    }
  }

  /// A 64-bit counter that the guest may write at this moment: one relaxed load, never torn. `address`
  /// must be a multiple of 8; 0 where it is not inside.
  public func atomicLoad64(at address: UInt64) -> UInt64 {
    guard address % 8 == 0, contains(address, count: 8) else { return 0 }
    // Aligned, in bounds, and Atomic<UInt64> has the layout of UInt64. Relaxed: a counter on its own.
    return unsafe (base + Int(address)).assumingMemoryBound(to: Atomic<UInt64>.self).pointee.load(
      ordering: .relaxed)
  }

  /// Stores a 32-bit value that the guest reads while it runs; `address` must be a multiple of 4.
  public func atomicStore32(_ value: UInt32, at address: UInt64) {
    guard address % 4 == 0, contains(address, count: 4) else { return }
    // Aligned, in bounds, same layout. Releasing: what was written before is seen with it.
    unsafe (base + Int(address)).assumingMemoryBound(to: Atomic<UInt32>.self).pointee.store(
      value, ordering: .releasing)
  }
}

import CKVM
import Glibc
import Synchronization

/// The guest's RAM: one anonymous mapping that the guest, its vcpus' threads and we share. In the guest
/// it begins at 0; what exceeds ``holeStart`` lies from 4 GiB on, as on a PC, whose devices and
/// interrupt controllers have the GiB between.
///
/// Everything the guest writes here is hostile: accesses are by value and bounds-checked, nothing is
/// ever bound to a Swift type, and multi-byte reads may be torn unless ``atomicLoad64(at:)`` is used.
/// Reads and writes may come from any thread while the guest runs, as on real hardware; a race with
/// the guest can only change the values that are seen.
@safe public final class GuestMemory: Sendable {
  /// Where RAM below 4 GiB ends at the latest.
  public static let holeStart: UInt64 = 3 << 30
  /// Where RAM goes on.
  public static let holeEnd: UInt64 = 4 << 30

  // Never written after init; what it points to is shared with the guest by nature.
  nonisolated(unsafe) private let base: UnsafeMutableRawPointer
  /// Bytes in all, a multiple of the page size.
  public let size: Int
  /// Bytes below the hole.
  public let lowSize: Int

  /// Maps `size` bytes, zeroed, not backed until touched. Small memories get MADV_NOHUGEPAGE: the demo
  /// guest touches a few pages of each region, and a huge page for each would cost 2 MiB of RSS apiece.
  public init(size: Int) throws(KVMError) {
    let rounded = size > Int.max - 4095 ? Int.max & ~4095 : (size + 4095) & ~4095
    let mapped = unsafe mmap(
      nil, rounded, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    guard unsafe mapped != MAP_FAILED, let mapped = unsafe mapped else {
      throw .map(what: "guest memory", bytes: rounded, errno: errno)
    }
    unsafe base = mapped
    self.size = rounded
    lowSize = min(rounded, Int(Self.holeStart))
    // Advice only: where the kernel has no huge pages it says EINVAL, and nothing is lost.
    if rounded <= 64 << 20 { _ = unsafe madvise(mapped, rounded, MADV_NOHUGEPAGE) }
  }

  deinit { unsafe munmap(base, size) }

  /// The regions for KVM_SET_USER_MEMORY_REGION: guest-physical start, bytes, our address.
  var regions: [(guest: UInt64, bytes: Int, address: UInt)] {
    let address = unsafe UInt(bitPattern: base)
    var result = [(guest: UInt64(0), bytes: lowSize, address: address)]
    if size > lowSize {
      result.append((Self.holeEnd, size - lowSize, address + UInt(lowSize)))
    }
    return result
  }

  /// Where guest-physical `address` lies in the mapping, if `count` bytes from there on are RAM.
  private func offset(_ address: UInt64, count: Int) -> Int? {
    guard count >= 0 else { return nil }
    if count <= lowSize, address <= UInt64(lowSize - count) { return Int(address) }
    let highSize = size - lowSize
    guard highSize > 0, address >= Self.holeEnd, count <= highSize,
      address - Self.holeEnd <= UInt64(highSize - count)
    else { return nil }
    return lowSize + Int(address - Self.holeEnd)
  }

  /// Whether `count` bytes at guest-physical `address` are RAM.
  public func contains(_ address: UInt64, count: Int) -> Bool {
    offset(address, count: count) != nil
  }

  /// Zeroes everything, and gives the pages back to the host. No vcpu may run.
  public func clear() {
    // The kernel refuses MADV_REMOVE only for locked or read-only mappings, which this is not; a
    // failure would leave stale bytes, so it falls back on writing.
    if unsafe madvise(base, size, MADV_REMOVE) != 0 { unsafe memset(base, 0, size) }
  }

  /// Copies `bytes` to guest-physical `address`; false (and nothing written) where they do not fit.
  @discardableResult
  public func write(_ bytes: [UInt8], at address: UInt64) -> Bool {
    unsafe bytes.withUnsafeBytes { unsafe write($0, at: address) }
  }

  /// As above, a part of an array.
  @discardableResult
  public func write(_ bytes: ArraySlice<UInt8>, at address: UInt64) -> Bool {
    unsafe bytes.withUnsafeBytes { unsafe write($0, at: address) }
  }

  /// As above, from a region of our own that lives through the call.
  @discardableResult
  public func write(_ bytes: UnsafeRawBufferPointer, at address: UInt64) -> Bool {
    guard let offset = offset(address, count: bytes.count) else { return false }
    if let start = bytes.baseAddress {
      // In bounds by the check above.
      unsafe (base + offset).copyMemory(from: start, byteCount: bytes.count)
    }
    return true
  }

  /// Up to `count` bytes from guest-physical `address`: fewer where the region of RAM ends.
  public func read(at address: UInt64, count: Int) -> [UInt8] {
    guard count > 0, let start = offset(address, count: 1) else { return [] }
    let end = start < lowSize ? lowSize : size
    let available = min(count, end - start)
    return (0..<available).map { index in
      // In bounds: index < end - start.
      unsafe base.load(fromByteOffset: start + index, as: UInt8.self)
    }
  }

  /// A 64-bit counter that the guest may write at this moment: one relaxed load, never torn. `address`
  /// must be a multiple of 8; 0 where it is not inside.
  public func atomicLoad64(at address: UInt64) -> UInt64 {
    guard address % 8 == 0, let offset = offset(address, count: 8) else { return 0 }
    // Aligned, in bounds, and Atomic<UInt64> has the layout of UInt64. Relaxed: a counter on its own.
    return unsafe (base + offset).assumingMemoryBound(to: Atomic<UInt64>.self).pointee.load(
      ordering: .relaxed)
  }

  /// Stores a 32-bit value that the guest reads while it runs; `address` must be a multiple of 4.
  public func atomicStore32(_ value: UInt32, at address: UInt64) {
    guard address % 4 == 0, let offset = offset(address, count: 4) else { return }
    // Aligned, in bounds, same layout. Releasing: what was written before is seen with it.
    unsafe (base + offset).assumingMemoryBound(to: Atomic<UInt32>.self).pointee.store(
      value, ordering: .releasing)
  }

  /// An entry of a page table: 4 or 8 bytes at `address`, a multiple of `size`, never torn; nil where
  /// that is no RAM.
  public func loadEntry(at address: UInt64, size: Int) -> UInt64? {
    guard size == 4 || size == 8, address % UInt64(size) == 0,
      let offset = offset(address, count: size)
    else { return nil }
    // Aligned, in bounds, same layout. Relaxed: a processor's walk orders nothing either.
    if size == 8 {
      return unsafe (base + offset).assumingMemoryBound(to: Atomic<UInt64>.self).pointee.load(
        ordering: .relaxed)
    }
    return unsafe UInt64(
      (base + offset).assumingMemoryBound(to: Atomic<UInt32>.self).pointee.load(ordering: .relaxed))
  }

  /// Replaces such an entry where it still is `expected`, atomically against the guest; false where it
  /// is not, or where that is no RAM.
  public func exchangeEntry(
    at address: UInt64, size: Int, expected: UInt64, desired: UInt64
  ) -> Bool {
    guard size == 4 || size == 8, address % UInt64(size) == 0,
      let offset = offset(address, count: size)
    else { return false }
    // As above.
    if size == 8 {
      return unsafe (base + offset).assumingMemoryBound(to: Atomic<UInt64>.self).pointee
        .compareExchange(expected: expected, desired: desired, ordering: .relaxed).exchanged
    }
    return unsafe (base + offset).assumingMemoryBound(to: Atomic<UInt32>.self).pointee
      .compareExchange(
        expected: UInt32(truncatingIfNeeded: expected),
        desired: UInt32(truncatingIfNeeded: desired), ordering: .relaxed
      ).exchanged
  }

  /// LOCK CMPXCHG16B on guest memory: what was found there, which is `expected` where it was replaced.
  /// Nil where `address` is no multiple of 16, outside, or the host's processor has no CMPXCHG16B.
  public func compareExchange(
    at address: UInt64, expected: (low: UInt64, high: UInt64), desired: (low: UInt64, high: UInt64)
  ) -> (low: UInt64, high: UInt64)? {
    guard address % 16 == 0, let offset = offset(address, count: 16) else { return nil }
    var low = expected.low
    var high = expected.high
    // In bounds and aligned; the instruction is atomic against the guest's own.
    guard
      unsafe ckvm_compare_exchange_16(base + offset, &low, &high, desired.low, desired.high)
    else { return nil }
    return (low, high)
  }
}

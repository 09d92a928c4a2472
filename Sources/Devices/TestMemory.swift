/// The memory of pc-testdev that is reached by exits: 64 KiB at guest-physical 0xFF000000. The
/// instruction emulator's tests read and write it.
public struct TestMemory: Sendable {
  /// The guest-physical address of the first byte.
  public static let base: UInt64 = 0xFF00_0000
  /// Bytes.
  public static let size = 0x1_0000

  private var bytes: [UInt8]

  /// All zeros; the only allocation there is.
  public init() { bytes = [UInt8](repeating: 0, count: Self.size) }

  /// A read of 1 to 8 bytes at `offset` from ``base``, low byte first; bytes beyond the end are ones.
  public func read(offset: UInt64, size: UInt8) -> UInt64 {
    var value: UInt64 = 0
    for lane in 0..<UInt64(min(size, 8)) {
      let place = offset.addingSaturated(lane)
      let byte = place < UInt64(Self.size) ? bytes[Int(place)] : 0xFF
      value |= UInt64(byte) << (8 * lane)
    }
    return value
  }

  /// A write of 1 to 8 bytes at `offset` from ``base``, low byte first; bytes beyond the end are lost.
  public mutating func write(offset: UInt64, size: UInt8, value: UInt64) {
    for lane in 0..<UInt64(min(size, 8)) {
      let place = offset.addingSaturated(lane)
      guard place < UInt64(Self.size) else { return }
      bytes[Int(place)] = UInt8(truncatingIfNeeded: value >> (8 * lane))
    }
  }
}

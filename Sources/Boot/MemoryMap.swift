/// Where the guest's RAM lies: from 0 up to 3 GiB, and what is more than that from 4 GiB on. The
/// hole between holds the I/O APIC, the local APICs and what else is reached by MMIO.
public struct MemoryMap: Sendable, Equatable {
  /// The first byte of the hole.
  public static let holeStart: UInt64 = 3 << 30
  /// The byte after the hole.
  public static let holeEnd: UInt64 = 4 << 30
  /// The top of conventional memory: above it lies what a PC's firmware calls the extended BIOS data
  /// area, where guests search for the MP table.
  public static let conventionalEnd: UInt64 = 0x9_FC00
  /// Video memory, where a PC has no RAM.
  static let video: Range<UInt64> = 0xA_0000..<0xC_0000
  /// The first byte above what a PC keeps for firmware.
  static let mebibyte: UInt64 = 0x10_0000

  /// Bytes of RAM from 0 on, at most 3 GiB.
  public let lowBytes: UInt64
  /// Bytes of RAM from 4 GiB on.
  public let highBytes: UInt64

  /// The map of a guest with `bytes` of RAM; what does not fit below 2^52 (SDM volume 3A, 4.1.4: the
  /// widest physical address) is cut off.
  public init(bytes: UInt64) {
    lowBytes = min(bytes, Self.holeStart)
    highBytes = min(bytes - lowBytes, (1 << 52) - Self.holeEnd)
  }

  /// The byte after the last one of RAM.
  public var end: UInt64 { highBytes > 0 ? Self.holeEnd + highBytes : lowBytes }

  /// Whether RAM is at all of `start..<end`, which is not empty. Between 768 KiB and 1 MiB there is RAM too, although
  /// ``e820(reserving:)`` keeps it for firmware's tables; there is none where a PC has video memory.
  func holds(_ start: UInt64, _ end: UInt64) -> Bool {
    guard start < end else { return false }
    if end <= lowBytes { return end <= Self.video.lowerBound || start >= Self.video.upperBound }
    return start >= Self.holeEnd && end - Self.holeEnd <= highBytes
  }

  /// The map as INT 15h E820 would give it: sorted, without overlaps and empty ranges, neighbours of
  /// one type merged. What lies between 639 KiB and 1 MiB is reserved, and so is what `ranges` names,
  /// in RAM or not.
  public func e820(reserving ranges: [ClosedRange<UInt64>] = []) -> [MemoryRange] {
    let ram = [0..<lowBytes, Self.holeEnd..<Self.holeEnd + highBytes]
    let reserved =
      [Self.conventionalEnd..<Self.mebibyte] + ranges.map { $0.lowerBound..<$0.end }
    let edges = Set((ram + reserved).flatMap { [$0.lowerBound, $0.upperBound] }).sorted()
    var result: [MemoryRange] = []
    for (start, end) in zip(edges, edges.dropFirst()) {
      let type: MemoryType
      if reserved.contains(where: { $0.contains(start) }) {
        type = .reserved
      } else if ram.contains(where: { $0.contains(start) }) {
        type = .ram
      } else {
        continue
      }
      if let last = result.last, last.end == start, last.type == type {
        result[result.count - 1] = MemoryRange(
          address: last.address, length: end - last.address, type: type)
      } else {
        result.append(MemoryRange(address: start, length: end - start, type: type))
      }
    }
    return result
  }
}

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

  /// Whether RAM is at all of `start..<end`. Between 768 KiB and 1 MiB there is RAM too, although
  /// ``e820(reserving:)`` keeps it for firmware's tables; there is none where a PC has video memory.
  func holds(_ start: UInt64, _ end: UInt64) -> Bool {
    if start >= end { return start == end }
    if end <= lowBytes { return end <= Self.video.lowerBound || start >= Self.video.upperBound }
    return start >= Self.holeEnd && end - Self.holeEnd <= highBytes
  }

  /// The map as INT 15h E820 would give it: sorted, without overlaps and empty ranges, neighbours of
  /// one type merged. What lies between 639 KiB and 1 MiB is reserved; what `ranges` names has the
  /// type named there, and of two that overlap the later one's.
  public func e820(reserving ranges: [MemoryRange] = []) -> [MemoryRange] {
    let layers =
      [
        MemoryRange(address: 0, length: lowBytes, type: .ram),
        MemoryRange(address: Self.holeEnd, length: highBytes, type: .ram),
        MemoryRange(
          address: Self.conventionalEnd, length: Self.mebibyte - Self.conventionalEnd,
          type: .reserved),
      ] + ranges
    let edges = Set(layers.flatMap { [$0.address, $0.end] }).sorted()
    var result: [MemoryRange] = []
    for (start, end) in zip(edges, edges.dropFirst()) {
      guard let top = layers.last(where: { $0.address <= start && end <= $0.end }) else { continue }
      if let last = result.last, last.end == start, last.type == top.type {
        result[result.count - 1] = MemoryRange(
          address: last.address, length: end - last.address, type: top.type)
      } else {
        result.append(MemoryRange(address: start, length: end - start, type: top.type))
      }
    }
    return result
  }
}

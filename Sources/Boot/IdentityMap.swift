/// Page tables that map addresses to themselves in pages of 2 MiB (SDM volume 3A, 4.5): the first 4 GiB,
/// and RAM above up to 21 GiB, because only so many tables fit. Guests with more map the rest themselves.
enum IdentityMap {
  private static let gibibyte: UInt64 = 1 << 30
  private static let page = Int(BootLayout.pageBytes)
  private static let present: UInt64 = 1 << 0
  private static let writable: UInt64 = 1 << 1
  /// In a level 2 entry: it maps a page of 2 MiB.
  private static let large: UInt64 = 1 << 7

  /// The largest map, made once: making it is most of the work of a small plan.
  private static let largest = {
    let count = Int(BootLayout.mappedGibibytes)
    var tables = BootBytes(count: (2 + count) * page)
    tables.put(BootLayout.pageTables + UInt64(page) | writable | present, at: 0)
    for directory in 0..<count {
      let offset = (2 + directory) * page
      tables.put(
        BootLayout.pageTables + UInt64(offset) | writable | present, at: page + 8 * directory)
      for entry in 0..<512 {
        let address = UInt64(directory) * gibibyte + UInt64(entry) << 21
        tables.put(address | large | writable | present, at: offset + 8 * entry)
      }
    }
    return tables
  }()

  /// The first address that is not mapped.
  static func end(of memory: MemoryMap) -> UInt64 {
    let needed = memory.end / gibibyte + (memory.end % gibibyte == 0 ? 0 : 1)
    return min(max(needed, 4), BootLayout.mappedGibibytes) * gibibyte
  }

  /// The tables for `memory`, as they lie from ``BootLayout/pageTables`` on.
  static func tables(for memory: MemoryMap) -> BootBytes {
    let count = Int(end(of: memory) / gibibyte)
    var tables = BootBytes(copying: largest.slice.prefix((2 + count) * page))
    for absent in count..<Int(BootLayout.mappedGibibytes) {
      tables.put(UInt64(0), at: page + 8 * absent)
    }
    return tables
  }
}

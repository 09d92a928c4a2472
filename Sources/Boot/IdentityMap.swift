/// Page tables that map addresses to themselves in pages of 2 MiB (SDM volume 3A, 4.5): the first 4 GiB,
/// and RAM above up to ``BootLayout/mappedGibibytes``. Guests with more map the rest themselves.
struct IdentityMap {
  /// The tables as they lie from ``BootLayout/pageTables`` on.
  let tables: BootBytes

  private static let gibibyte: UInt64 = 1 << 30

  /// The first address that is not mapped.
  static func end(of memory: MemoryMap) -> UInt64 {
    let needed = memory.end / gibibyte + (memory.end % gibibyte == 0 ? 0 : 1)
    return min(max(needed, 4), BootLayout.mappedGibibytes) * gibibyte
  }

  init(memory: MemoryMap) {
    let count = Int(Self.end(of: memory) / Self.gibibyte)
    let page = Int(BootLayout.pageBytes)
    let presentWritable: UInt64 = 0x3
    let large: UInt64 = 0x80
    var tables = BootBytes(count: (2 + count) * page)
    tables.put((BootLayout.pageTables + UInt64(page)) | presentWritable, at: 0)
    for directory in 0..<count {
      let offset = (2 + directory) * page
      tables.put(
        (BootLayout.pageTables + UInt64(offset)) | presentWritable, at: page + 8 * directory)
      for entry in 0..<512 {
        let address = UInt64(directory) * Self.gibibyte + UInt64(entry) << 21
        tables.put(address | large | presentWritable, at: offset + 8 * entry)
      }
    }
    self.tables = tables
  }
}

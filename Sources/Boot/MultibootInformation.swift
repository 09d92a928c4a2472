/// What a multiboot kernel is told (Multiboot Specification 0.6.96, section 3.3), in one page: the
/// information, the module's entry, names, and the memory map.
struct MultibootInformation {
  /// Offsets within the page.
  private enum Offset {
    static let module = 0x80
    static let loaderName = 0x90
    static let moduleName = 0xA0
    static let memoryMap = 0xB0
  }
  private static let loaderName = "tryst"
  private static let moduleName = "initrd"
  /// Flags: memory sizes, command line, modules, memory map, boot loader's name.
  private static let flags: UInt32 = 1 << 0 | 1 << 2 | 1 << 3 | 1 << 6 | 1 << 9
  /// An entry of the map: the size of the rest, then 20 bytes.
  private static let mapEntryBytes = 24

  let request: BootRequest
  /// Where the module lies, if there is one.
  let module: Range<UInt64>?

  var page: BootBytes {
    get throws(BootError) {
      let map = request.memory.e820(reserving: request.reserved)
      let limit = (Int(BootLayout.pageBytes) - Offset.memoryMap) / Self.mapEntryBytes
      guard map.count <= limit else { throw .tooManyRanges(count: map.count, limit: limit) }
      var page = BootBytes(count: Offset.memoryMap + Self.mapEntryBytes * map.count)
      func address(_ offset: Int) -> UInt32 { UInt32(BootLayout.information) + UInt32(offset) }
      page.put(Self.flags, at: 0)
      page.put(Self.kibibytes(from: 0, in: map), at: 4)
      page.put(Self.kibibytes(from: MemoryMap.mebibyte, in: map), at: 8)
      page.put(UInt32(BootLayout.commandLine), at: 16)
      page.put(UInt32(module == nil ? 0 : 1), at: 20)
      page.put(address(Offset.module), at: 24)
      page.put(UInt32(Self.mapEntryBytes * map.count), at: 44)
      page.put(address(Offset.memoryMap), at: 48)
      page.put(address(Offset.loaderName), at: 64)
      if let module {
        // Low memory ends at 3 GiB: both ends fit into 32 bits.
        page.put(UInt32(truncatingIfNeeded: module.lowerBound), at: Offset.module)
        page.put(UInt32(truncatingIfNeeded: module.upperBound), at: Offset.module + 4)
        page.put(address(Offset.moduleName), at: Offset.module + 8)
      }
      page.put(Self.loaderName.utf8, at: Offset.loaderName)
      page.put(Self.moduleName.utf8, at: Offset.moduleName)
      for (index, range) in map.enumerated() {
        let entry = Offset.memoryMap + Self.mapEntryBytes * index
        page.put(UInt32(Self.mapEntryBytes - 4), at: entry)
        page.put(range.address, at: entry + 4)
        page.put(range.length, at: entry + 12)
        page.put(range.type.rawValue, at: entry + 20)
      }
      return page
    }
  }

  /// KiB of RAM without a gap from `start` on: mem_lower and mem_upper.
  private static func kibibytes(from start: UInt64, in map: [MemoryRange]) -> UInt32 {
    let home = map.first { $0.type == .ram && $0.address <= start && start < $0.end }
    return UInt32(truncatingIfNeeded: home.map { ($0.end - start) >> 10 } ?? 0)
  }
}

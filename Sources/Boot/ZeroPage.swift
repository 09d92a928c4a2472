/// Linux's boot parameters (zero-page.rst; asm/bootparam.h): one page of facts about the machine.
struct ZeroPage {
  /// The most entries of the memory map that fit.
  static let mapLimit = 128
  /// Where the kernel's setup header lies, in the file as in the page, and where its room ends.
  static let header = 0x1F1
  static let headerEnd = 0x290

  private var page = BootBytes(count: Int(BootLayout.pageBytes))

  var slice: ArraySlice<UInt8> { page.slice }

  /// The page without a setup header: screen, memory and root pointer.
  init(_ request: BootRequest) throws(BootError) {
    // A VGA text screen of 80 by 25 in mode 3, characters 16 lines high.
    page.put(UInt8(3), at: 0x06)
    page.put(UInt8(80), at: 0x07)
    page.put(UInt8(25), at: 0x0E)
    page.put(UInt8(1), at: 0x0F)
    page.put(UInt16(16), at: 0x10)
    page.put(request.rsdpAddress ?? 0, at: 0x70)
    let map = request.memory.e820(reserving: request.reserved)
    guard map.count <= Self.mapLimit else {
      throw .tooManyRanges(count: map.count, limit: Self.mapLimit)
    }
    // KiB above 1 MiB, for kernels that do not read the map.
    let above = request.memory.lowBytes.subtractingReportingOverflow(MemoryMap.mebibyte)
    let kibibytes = above.overflow ? 0 : above.partialValue >> 10
    page.put(UInt16(min(kibibytes, 0xFC00)), at: 0x02)
    page.put(UInt32(kibibytes), at: 0x1E0)
    page.put(UInt8(map.count), at: 0x1E8)
    for (index, range) in map.enumerated() {
      page.put(range.address, at: 0x2D0 + 20 * index)
      page.put(range.length, at: 0x2D8 + 20 * index)
      page.put(range.type.rawValue, at: 0x2E0 + 20 * index)
    }
  }

  /// Puts the image's own setup header, cut where the page's room for it ends.
  mutating func setHeader(_ bytes: ArraySlice<UInt8>) {
    page.put(bytes.prefix(Self.headerEnd - Self.header), at: Self.header)
    // The list that a boot loader may hang in here is empty.
    page.put(UInt64(0), at: 0x250)
  }

  /// Puts a setup header for an image that has none, as a boot loader of vmlinux does.
  mutating func setDefaultHeader() {
    page.put(UInt16(0xAA55), at: 0x1FE)
    page.put(LinuxHeader.magic, at: 0x202)
    page.put(UInt16(0x020F), at: 0x206)
    page.put(UInt8(LinuxHeader.loadedHigh), at: 0x211)
    page.put(UInt32(0x100_0000), at: 0x230)
    page.put(UInt32(BootLayout.commandLineRoom - 1), at: 0x238)
  }

  /// Fills in what the boot loader writes into the header.
  mutating func setLoaderFields(commandLine: UInt64, initialRAMDisk: Range<UInt64>?) {
    LinuxHeader.setLoaderFields(of: &page, commandLine: commandLine, initialRAMDisk: initialRAMDisk)
  }

  /// Puts where the kernel's code is loaded, for kernels that ask the header.
  mutating func setKernelAddress(_ address: UInt32) { page.put(address, at: 0x214) }
}

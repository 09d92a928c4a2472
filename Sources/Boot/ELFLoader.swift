/// Loads a static ELF file that names neither a PVH entry nor a multiboot header. It is entered in its
/// own mode with Linux's zero page in RSI or ESI: that is what a vmlinux without a PVH note expects
/// (boot.rst, "64-bit Boot Protocol"), and others do not mind.
struct ELFLoader {
  let elf: ELFImage
  let request: BootRequest

  func plan() throws(BootError) -> BootPlan {
    var place = Placement(request)
    try elf.load(into: &place)
    let is64Bit = elf.bits == 64
    let limit = is64Bit ? IdentityMap.end(of: request.memory) : MemoryMap.holeEnd
    let start = try elf.physicalEntry(below: limit)
    if is64Bit { try place.prepareLong64() } else { try place.prepareProtected32() }
    try place.loadCommandLine(request.commandLine)
    let disk = try place.loadInitialRAMDisk(request.initialRAMDisk)
    var page = try ZeroPage(request)
    page.setDefaultHeader()
    page.setLoaderFields(commandLine: BootLayout.commandLine, initialRAMDisk: disk)
    try place.load(.information, at: BootLayout.information, page.slice)
    let entry: BootEntry =
      is64Bit
      ? .long64(entry: start, rsi: BootLayout.information, pageTable: BootLayout.pageTables)
      : .protected32(
        entry: UInt32(truncatingIfNeeded: start), eax: 0, ebx: 0,
        esi: UInt32(BootLayout.information), edi: 0, ebp: 0, esp: UInt32(BootLayout.stackTop))
    return BootPlan(kind: .elf(bits: elf.bits), segments: place.segments, entry: entry)
  }
}

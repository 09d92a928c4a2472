/// Loads an ELF file by its PVH entry (Xen's docs/misc/pvh.pandoc, and hvm_start_info of
/// public/arch-x86/hvm/start_info.h): 32-bit protected mode, EBX names the start info.
struct PVHLoader {
  /// Offsets within the information page.
  private enum Offset {
    static let startInfo = 0
    static let module = 0x40
    static let memoryMap = 0x80
  }
  private static let magic: UInt32 = 0x336E_C578
  /// The first version with a memory map.
  private static let version: UInt32 = 1
  private static let mapEntryBytes = 24

  let elf: ELFImage
  /// What the note names, and where the note lies.
  let note: (address: UInt64, position: UInt64)
  let request: BootRequest

  func plan() throws(BootError) -> BootPlan {
    var place = Placement(request)
    try elf.load(into: &place)
    guard note.address < MemoryMap.holeEnd, place.isLoaded(note.address) else {
      throw .invalid(
        .elfNote, offset: note.position,
        problem: "PVH entry point \(hex(note.address)) lies in no program header; "
          + "the file is damaged")
    }
    try place.prepareProtected32()
    try place.loadCommandLine(request.commandLine)
    let disk = try place.loadInitialRAMDisk(request.initialRAMDisk)
    try place.load(.information, at: BootLayout.information, try startInfo(disk).slice)
    return BootPlan(
      kind: .pvh(bits: elf.bits), segments: place.segments,
      entry: .protected32(
        entry: UInt32(truncatingIfNeeded: note.address), eax: 0,
        ebx: UInt32(BootLayout.information), esi: 0, edi: 0, ebp: 0,
        esp: UInt32(BootLayout.stackTop)))
  }

  private func startInfo(_ disk: Range<UInt64>?) throws(BootError) -> BootBytes {
    let page = BootLayout.information
    let map = request.memory.e820(reserving: request.reserved)
    let limit = (Int(BootLayout.pageBytes) - Offset.memoryMap) / Self.mapEntryBytes
    guard map.count <= limit else { throw .tooManyRanges(count: map.count, limit: limit) }
    var info = BootBytes(count: Offset.memoryMap + Self.mapEntryBytes * map.count)
    info.put(Self.magic, at: 0)
    info.put(Self.version, at: 4)
    info.put(UInt32(disk == nil ? 0 : 1), at: 12)
    info.put(disk == nil ? 0 : page + UInt64(Offset.module), at: 16)
    info.put(BootLayout.commandLine, at: 24)
    info.put(request.rsdpAddress ?? 0, at: 32)
    info.put(page + UInt64(Offset.memoryMap), at: 40)
    info.put(UInt32(map.count), at: 48)
    if let disk {
      info.put(disk.lowerBound, at: Offset.module)
      info.put(disk.upperBound - disk.lowerBound, at: Offset.module + 8)
    }
    for (index, range) in map.enumerated() {
      let entry = Offset.memoryMap + Self.mapEntryBytes * index
      info.put(range.address, at: entry)
      info.put(range.length, at: entry + 8)
      info.put(range.type.rawValue, at: entry + 16)
    }
    return info
  }
}

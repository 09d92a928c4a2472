/// Loads a multiboot image (Multiboot Specification 0.6.96): as an ELF file, or by the addresses in its
/// header, which win where both are there. 32-bit protected mode, EBX names the information.
struct MultibootLoader {
  let image: ImageReader
  let header: MultibootHeader
  let request: BootRequest

  /// What EAX holds at the entry.
  private static let bootMagic: UInt32 = 0x2BAD_B002

  /// The plan; `elf` is the file's ELF headers, needed where the header has no addresses.
  func plan(elf: ELFImage?) throws(BootError) -> BootPlan {
    var place = Placement(request)
    let entry: UInt64
    if let addresses = header.addresses {
      entry = try load(addresses, into: &place)
    } else if let elf {
      try elf.load(into: &place)
      entry = try elf.physicalEntry(below: MemoryMap.holeEnd)
    } else {
      throw .invalid(
        .multibootHeader, offset: header.position,
        problem: "no load addresses (flags bit 16), and the file is not ELF; name the kernel itself"
      )
    }
    try place.prepareProtected32()
    try place.loadCommandLine(request.commandLine, after: request.imageName)
    let disk = try place.loadInitialRAMDisk(request.initialRAMDisk)
    let information = MultibootInformation(request: request, module: disk)
    try place.load(.information, at: BootLayout.information, try information.page.slice)
    return BootPlan(
      kind: .multiboot(bits: header.addresses == nil ? elf?.bits : nil), segments: place.segments,
      entry: .protected32(
        entry: UInt32(truncatingIfNeeded: entry), eax: Self.bootMagic,
        ebx: UInt32(BootLayout.information), esi: 0, edi: 0, ebp: 0,
        esp: UInt32(BootLayout.stackTop)))
  }

  /// Section 3.1.3: the header's place in file and memory says which byte of the file goes to load_addr.
  private func load(
    _ addresses: MultibootHeader.Addresses, into place: inout Placement
  ) throws(BootError) -> UInt64 {
    func damaged(_ offset: UInt64, _ problem: String) -> BootError {
      .invalid(
        .multibootHeader, offset: header.position + offset,
        problem: problem + "; the file is damaged")
    }
    let start = UInt64(addresses.load)
    let back = UInt64(addresses.header).subtractingReportingOverflow(start)
    guard !back.overflow, back.partialValue <= header.position else {
      throw damaged(
        12,
        "header_addr \(hex(addresses.header)) and load_addr \(hex(start)) put the image's start "
          + "before the file's")
    }
    let offset = header.position - back.partialValue
    let loadEnd = UInt64(addresses.loadEnd)
    guard loadEnd == 0 || loadEnd >= start else {
      throw damaged(20, "load_end_addr \(hex(loadEnd)) is below load_addr \(hex(start))")
    }
    let bytes = try image.slice(
      .multibootImage, header: header.position, offset: offset,
      count: loadEnd == 0 ? image.count - offset : loadEnd - start)
    let bytesEnd = start + UInt64(bytes.count)
    let end = addresses.bssEnd == 0 ? bytesEnd : UInt64(addresses.bssEnd)
    guard end >= bytesEnd else {
      throw damaged(24, "bss_end_addr \(hex(end)) is below the end of the image, \(hex(bytesEnd))")
    }
    let entry = UInt64(addresses.entry)
    guard entry >= start && entry < end else {
      throw damaged(
        28, "entry_addr \(hex(entry)) lies outside the image at \(hex(start))..\(hex(end))")
    }
    try place.load(.multibootImage, at: start, bytes, keeping: end - start)
    return entry
  }
}

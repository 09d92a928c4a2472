/// Loads Linux's bzImage format by its 64-bit or 32-bit entry (boot.rst, "64-bit Boot Protocol" and
/// "32-bit Boot Protocol"); ``LinuxRealModeLoader`` has the third.
struct LinuxLoader {
  let image: ImageReader
  let header: LinuxHeader
  let request: BootRequest

  /// The plan, by whichever entry the image allows.
  func plan() throws(BootError) -> BootPlan {
    let mode = header.mode
    let kind = BootKind.linux(
      version: header.versionName(in: image), protocolVersion: header.version, entry: mode)
    let kernel = try kernel
    if mode == .real {
      return try LinuxRealModeLoader(
        image: image, header: header, kernel: kernel, request: request
      ).plan(kind)
    }
    var place = Placement(request)
    let address = try loadAddress
    try load(kernel, at: address, into: &place)
    let entry: BootEntry
    if mode == .long64 {
      entry = try entry64(address, UInt64(kernel.count))
      try place.prepareLong64()
    } else {
      entry = try entry32(address, UInt64(kernel.count))
      try place.prepareProtected32()
    }
    try place.loadCommandLine(request.commandLine, limit: header.commandLineMax)
    let disk = try place.loadInitialRAMDisk(
      request.initialRAMDisk, below: header.initialRAMDiskMax + 1)
    var page = try ZeroPage(request)
    page.setHeader(header.bytes)
    page.setLoaderFields(commandLine: BootLayout.commandLine, initialRAMDisk: disk)
    page.setKernelAddress(UInt32(address))
    try place.load(.information, at: BootLayout.information, page.slice)
    return BootPlan(kind: kind, segments: place.segments, entry: entry)
  }

  /// The protected-mode kernel: all of the file behind the setup code.
  private var kernel: ArraySlice<UInt8> {
    get throws(BootError) {
      guard header.setupBytes < image.count else {
        throw .truncated(
          .linuxKernel, offset: 0x1F1, start: header.setupBytes, end: header.setupBytes + 1,
          fileBytes: image.bytes.count)
      }
      return image.bytes[Int(header.setupBytes)...]
    }
  }

  /// A kernel that can be moved goes where it prefers to be (boot.rst, pref_address), so that it need
  /// not move itself; all others to 1 MiB.
  private var loadAddress: UInt64 {
    get throws(BootError) {
      guard header.isRelocatable, let preferred = header.preferredAddress else {
        return LinuxHeader.highAddress
      }
      let aligned = saturatingSum(preferred, header.alignment - 1) & ~(header.alignment - 1)
      guard preferred >= LinuxHeader.highAddress, aligned < MemoryMap.holeStart else {
        throw .invalid(
          .linuxHeader, offset: 0x258,
          problem: "pref_address \(hex(preferred)) is not between 1 MiB and 3 GiB; "
            + "the file is damaged")
      }
      return aligned
    }
  }

  /// Loads the kernel and keeps the memory that it runs in (boot.rst, init_size): where it is loaded, or
  /// for one that cannot be moved where it moves itself.
  private func load(
    _ kernel: ArraySlice<UInt8>, at address: UInt64, into place: inout Placement
  ) throws(BootError) {
    let run = header.isRelocatable ? address : header.preferredAddress ?? address
    let runEnd = saturatingSum(run, header.initialBytes)
    let end = saturatingSum(address, UInt64(kernel.count))
    if run >= address && run <= end {
      try place.load(.linuxKernel, at: address, kernel, keeping: runEnd - address)
    } else {
      try place.load(.linuxKernel, at: address, kernel)
      try place.claim(.linuxKernel, at: run, count: header.initialBytes)
    }
  }

  private func entry64(_ address: UInt64, _ count: UInt64) throws(BootError) -> BootEntry {
    guard count > 0x200 else {
      throw .truncated(
        .entry, offset: 0x236, start: header.setupBytes, end: header.setupBytes + 0x201,
        fileBytes: image.bytes.count)
    }
    return .long64(
      entry: address + 0x200, rsi: BootLayout.information, pageTable: BootLayout.pageTables)
  }

  private func entry32(_ address: UInt64, _ count: UInt64) throws(BootError) -> BootEntry {
    let entry = header.isRelocatable ? address : UInt64(header.entry)
    guard entry >= address && entry - address < count else {
      throw .invalid(
        .linuxHeader, offset: 0x214,
        problem: "code32_start \(hex(entry)) lies outside the kernel, which is loaded at "
          + "\(hex(address))..\(hex(address + count)); the file is damaged")
    }
    return .protected32(
      entry: UInt32(truncatingIfNeeded: entry), eax: 0, ebx: 0,
      esi: UInt32(BootLayout.information), edi: 0, ebp: 0, esp: UInt32(BootLayout.stackTop))
  }
}

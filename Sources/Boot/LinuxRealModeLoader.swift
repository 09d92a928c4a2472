/// Loads an image in Linux's format whose setup code has to run, in real mode (boot.rst, "Loading The
/// Rest of The Kernel" and "Running the Kernel"). Setup code asks a BIOS for memory and screen: it runs
/// only where somebody provides INT 10h, 15h and their like.
struct LinuxRealModeLoader {
  let image: ImageReader
  let header: LinuxHeader
  let kernel: ArraySlice<UInt8>
  let request: BootRequest

  /// Since 2.02 the setup code may lie anywhere below 640 KiB and the command line anywhere behind it.
  private var isMovable: Bool { header.isLoadedHigh && header.version >= 0x0202 }
  private var setup: UInt64 { isMovable ? BootLayout.setup : BootLayout.lowSetup }
  /// The end of heap and stack, from `setup` on; boot.rst, "Sample Boot Configuration".
  private var heapEnd: UInt16 { isMovable ? 0xE000 : 0x9800 }
  /// The room that setup code may fill; its heap follows.
  private static let setupRoom: UInt64 = 0x8000

  func plan(_ kind: BootKind) throws(BootError) -> BootPlan {
    guard header.setupBytes <= Self.setupRoom else {
      throw .invalid(
        .linuxHeader, offset: 0x1F1,
        problem: "setup code of \(hex(header.setupBytes)) bytes, but it has room for "
          + "\(hex(Self.setupRoom)); the file is damaged")
    }
    var place = Placement(request)
    try place.load(
      .linuxKernel, at: header.isLoadedHigh ? LinuxHeader.highAddress : 0x1_0000, kernel)
    let commandLine = isMovable ? BootLayout.commandLine : setup + UInt64(heapEnd)
    let commandLineBytes = try place.loadCommandLine(
      request.commandLine, at: commandLine, limit: header.commandLineMax)
    let disk = try place.loadInitialRAMDisk(
      request.initialRAMDisk, below: header.initialRAMDiskMax + 1)
    var code = BootBytes(copying: image.bytes.prefix(Int(header.setupBytes)))
    LinuxHeader.setLoaderFields(of: &code, commandLine: commandLine, initialRAMDisk: disk)
    if header.version >= 0x0201 {
      code.put(header.loadFlags | LinuxHeader.canUseHeap, at: 0x211)
      code.put(heapEnd - 0x200, at: 0x224)
    }
    if header.version < 0x0202 {
      // Before cmd_line_ptr: a magic number and the offset, in the boot sector.
      code.put(UInt16(0xA33F), at: 0x20)
      code.put(heapEnd, at: 0x22)
      code.put(heapEnd + UInt16(commandLineBytes), at: 0x212)
    }
    try place.load(.linuxSetup, at: setup, code.slice, keeping: UInt64(heapEnd))
    let segment = UInt16(setup >> 4)
    return BootPlan(
      kind: kind, segments: place.segments,
      entry: .realMode(
        segment: segment + 0x20, offset: 0, dataSegment: segment, stackPointer: heapEnd))
  }
}

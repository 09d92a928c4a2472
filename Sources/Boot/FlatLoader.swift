/// Loads a file as it is. Below 1 MiB it is entered in real mode, at the segment that holds its address
/// and the offset within those 64 KiB, so that code linked for the address or for the offset runs; its
/// stack goes down from its start. From 1 MiB on it is entered in 32-bit mode.
struct FlatLoader {
  let image: ImageReader
  let address: UInt64
  let request: BootRequest

  func plan() throws(BootError) -> BootPlan {
    if request.initialRAMDisk != nil { throw .notForFlat(.initialRAMDisk) }
    if request.commandLine != nil { throw .notForFlat(.commandLine) }
    var place = Placement(request)
    try place.load(.file, at: address, image.bytes[...])
    guard address >= MemoryMap.mebibyte else {
      let segment = UInt16(truncatingIfNeeded: address >> 4) & 0xF000
      let offset = UInt16(truncatingIfNeeded: address)
      return BootPlan(
        kind: .flat(address: address, entry: .real), segments: place.segments,
        entry: .realMode(
          segment: segment, offset: offset, dataSegment: segment, stackPointer: offset & ~1))
    }
    guard address < MemoryMap.holeEnd else {
      throw .invalid(
        .file, offset: 0,
        problem: "32-bit code cannot start at \(hex(address)); give --at an address below 3 GiB")
    }
    try place.prepareProtected32()
    return BootPlan(
      kind: .flat(address: address, entry: .protected32), segments: place.segments,
      entry: .protected32(
        entry: UInt32(truncatingIfNeeded: address), eax: 0, ebx: 0, esi: 0, edi: 0, ebp: 0,
        esp: UInt32(BootLayout.stackTop)))
  }
}

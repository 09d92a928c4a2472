extension ELFImage {
  /// Loads what the program headers name at its physical addresses.
  func load(into place: inout Placement) throws(BootError) {
    var isEmpty = true
    // Headers that load the same bytes again and again would be work without end.
    var remaining = image.count
    for header in programHeaders {
      if header.type == ProgramHeader.interpreter {
        throw .invalid(
          .programHeader(header.index), offset: header.position,
          problem: "asks for an interpreter; link the image statically")
      }
      guard header.type == ProgramHeader.load, header.memoryBytes > 0 else { continue }
      guard header.fileBytes <= header.memoryBytes else {
        throw .invalid(
          .programHeader(header.index), offset: header.position,
          problem: "\(hex(header.fileBytes)) bytes of the file do not go into "
            + "\(hex(header.memoryBytes)) of memory; the file is damaged")
      }
      let bytes = try image.slice(
        .programHeader(header.index), header: header.position, offset: header.offset,
        count: header.fileBytes)
      guard header.fileBytes <= remaining else {
        throw .invalid(
          .programHeader(header.index), offset: header.position,
          problem: "the program headers so far load more bytes than the file has; "
            + "the file is truncated or damaged")
      }
      remaining -= header.fileBytes
      try place.load(
        .programHeader(header.index), at: header.physicalAddress, bytes,
        keeping: header.memoryBytes)
      isEmpty = false
    }
    if isEmpty {
      throw .invalid(
        .elfHeader, offset: bits == 64 ? 0x20 : 0x1C,
        problem: "no program header loads anything; name the kernel itself")
    }
  }

  /// The physical address of the entry point. e_entry is virtual by the ABI; that of a Linux vmlinux is
  /// physical already. It has to lie in what is loaded, below `limit`.
  func physicalEntry(below limit: UInt64) throws(BootError) -> UInt64 {
    let loads = programHeaders.filter { $0.type == ProgramHeader.load }
    var found: UInt64?
    if let home = loads.first(where: {
      entry >= $0.virtualAddress && entry - $0.virtualAddress < $0.memoryBytes
    }) {
      found = saturatingSum(home.physicalAddress, entry - home.virtualAddress)
    } else if loads.contains(where: {
      entry >= $0.physicalAddress && entry - $0.physicalAddress < $0.memoryBytes
    }) {
      found = entry
    }
    guard let found, found < limit else {
      throw .invalid(
        .elfHeader, offset: Self.entryOffset,
        problem: "entry point \(hex(entry)) "
          + (found == nil
            ? "lies in no program header; link the image with an entry point"
            : "lies at physical \(hex(found ?? 0)), but must be below \(hex(limit)); link it lower")
      )
    }
    return found
  }
}

extension BootPlan {
  /// What is always true of a plan, whatever the file held: for tests and the fuzzer. Returns the first
  /// rule that does not hold, or nil.
  public func checkInvariants(for request: BootRequest) -> String? {
    let memory = request.memory
    var ranges = request.reserved.map { ($0.lowerBound, $0.end) }
    var bytes = 0
    for segment in segments {
      let (end, overflow) = segment.address.addingReportingOverflow(UInt64(segment.bytes.count))
      if overflow || !memory.holds(segment.address, end) {
        return "the segment at \(hex(segment.address)) is not in RAM"
      }
      if segment.bytes.isEmpty { return "the segment at \(hex(segment.address)) is empty" }
      ranges.append((segment.address, end))
      bytes += segment.bytes.count
    }
    ranges.sort { $0.0 < $1.0 }
    for (range, next) in zip(ranges, ranges.dropFirst()) where range.1 > next.0 {
      return "the segments at \(hex(range.0)) and \(hex(next.0)) overlap"
    }
    // 23 page tables, a copy of the setup code, the command line and four pages.
    let limit = request.file.count + (request.initialRAMDisk?.count ?? 0) + 0x4_0000
    if bytes > limit { return "the segments have \(bytes) bytes, more than \(limit)" }
    return entryInvariant(memory)
  }

  private func entryInvariant(_ memory: MemoryMap) -> String? {
    switch entry {
    case .realMode(let segment, let offset, _, _):
      let address = UInt64(segment) << 4 + UInt64(offset)
      if !memory.holds(address, address + 1) { return "real-mode entry outside RAM" }
    case .protected32(let entry, _, let ebx, let esi, _, _, let esp):
      for address in [entry, ebx, esi, esp - 1].map(UInt64.init)
      where !memory.holds(address, address + 1) {
        return "32-bit entry or register \(hex(address)) outside RAM"
      }
    case .long64(let entry, let rsi, let pageTable):
      for address in [entry, rsi, pageTable] where !memory.holds(address, saturatingSum(address, 1))
      {
        return "64-bit entry or register \(hex(address)) outside RAM"
      }
    }
    return nil
  }
}

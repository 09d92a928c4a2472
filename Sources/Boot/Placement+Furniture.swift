/// What every image of a kind finds beside itself.
extension Placement {
  /// Puts the command line and a zero byte, with `name` and a space before it where a format wants one,
  /// and says how many bytes that is. `limit` is the most that the kernel reads, without the zero byte.
  @discardableResult
  mutating func loadCommandLine(
    _ text: String?, after name: String? = nil, at address: UInt64 = BootLayout.commandLine,
    limit: UInt64 = .max
  ) throws(BootError) -> Int {
    let parts = [name, text].compactMap(\.self).filter { !$0.isEmpty }
    var bytes = [UInt8](parts.joined(separator: " ").utf8)
    if let zero = bytes.firstIndex(of: 0) { throw .commandLineHasZero(position: zero) }
    let limit = min(limit, BootLayout.commandLineRoom - 1)
    guard UInt64(bytes.count) <= limit else {
      throw .commandLineTooLong(bytes: bytes.count, limit: Int(limit))
    }
    bytes.append(0)
    try load(.commandLine, at: address, bytes[...])
    return bytes.count
  }

  /// Puts the initial RAM disk, if there is one, below `limit`.
  mutating func loadInitialRAMDisk(
    _ bytes: [UInt8]?, below limit: UInt64 = MemoryMap.holeEnd
  ) throws(BootError) -> Range<UInt64>? {
    guard let bytes else { return nil }
    let start = try loadHigh(.initialRAMDisk, bytes[...], below: limit)
    return start..<start + UInt64(bytes.count)
  }

  /// Puts what a 32-bit entry needs: descriptor table and stack.
  mutating func prepareProtected32() throws(BootError) {
    try loadDescriptors(code: BootDescriptors.code32)
  }

  /// Puts what a 64-bit entry needs: descriptor table, stack and page tables.
  mutating func prepareLong64() throws(BootError) {
    try loadDescriptors(code: BootDescriptors.code64)
    try load(.pageTables, at: BootLayout.pageTables, IdentityMap.tables(for: memory).slice)
  }

  /// The rest of the descriptor table's page is the stack.
  private mutating func loadDescriptors(code: UInt64) throws(BootError) {
    try load(
      .descriptorTable, at: BootLayout.descriptorTable, BootDescriptors.table(code: code).slice,
      keeping: BootLayout.pageBytes)
  }
}

/// What lies where in guest memory while a plan is made. Nothing gets in that is not in RAM or that lies
/// where something else does.
struct Placement {
  /// A range that is spoken for, with bytes of ours or without.
  struct Claim {
    let piece: BootPiece
    let start: UInt64
    let end: UInt64
  }

  let memory: MemoryMap
  private(set) var claims: [Claim]
  private(set) var segments: [BootSegment] = []

  /// An empty memory but for the tables that `request` names.
  init(_ request: BootRequest) {
    memory = request.memory
    claims = request.reserved.map {
      Claim(piece: .systemTables, start: $0.lowerBound, end: $0.end)
    }
  }

  /// Speaks for `count` bytes at `address`, which stay zero.
  mutating func claim(
    _ piece: BootPiece, at address: UInt64, count: UInt64
  ) throws(BootError) {
    if count == 0 { return }
    let end = saturatingSum(address, count)
    guard memory.holds(address, end) else {
      throw .outsideMemory(piece, start: address, end: end, memory: memory)
    }
    if let other = first(overlapping: address, end) {
      throw .overlap(
        piece, start: address, end: end, other.piece, otherStart: other.start, otherEnd: other.end)
    }
    claims.append(Claim(piece: piece, start: address, end: end))
  }

  /// Puts `bytes` at `address` and keeps `count` bytes there, or as many as `bytes` has.
  mutating func load(
    _ piece: BootPiece, at address: UInt64, _ bytes: ArraySlice<UInt8>, keeping count: UInt64 = 0
  ) throws(BootError) {
    try claim(piece, at: address, count: max(count, UInt64(bytes.count)))
    if !bytes.isEmpty { segments.append(BootSegment(address: address, bytes: bytes)) }
  }

  /// Puts `bytes` on a page boundary between 1 MiB and `limit` (at most the end of low memory), as
  /// high as possible, and says where.
  mutating func loadHigh(
    _ piece: BootPiece, _ bytes: ArraySlice<UInt8>, below limit: UInt64
  ) throws(BootError) -> UInt64 {
    let limit = min(limit, memory.lowBytes)
    let count = UInt64(bytes.count)
    var end = limit
    // Each turn ends below one more of the claims.
    while end >= count {
      let start = (end - count) & ~(BootLayout.pageBytes - 1)
      guard start >= MemoryMap.mebibyte else { break }
      guard let other = first(overlapping: start, start + count) else {
        try load(piece, at: start, bytes)
        return start
      }
      end = other.start
    }
    throw .noRoom(piece, bytes: count, limit: limit)
  }

  /// Whether `address` lies in something of the image.
  func isLoaded(_ address: UInt64) -> Bool {
    claims.contains { $0.piece != .systemTables && $0.start <= address && address < $0.end }
  }

  private func first(overlapping start: UInt64, _ end: UInt64) -> Claim? {
    claims.first { $0.start < end && start < $0.end }
  }
}

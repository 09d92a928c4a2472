/// The last lines that have scrolled off a screen: as many as its limit, without the blanks at their ends.
struct ScrollBack: Sendable {
  /// Lines that are kept.
  let limit: Int
  /// Lines that were kept once: the absolute number of the first one that still is.
  private(set) var dropped = 0
  private var storage: [TerminalLine] = []
  /// The place of the oldest line once the storage is full.
  private var oldest = 0

  /// `dropped`: lines that there were before.
  init(limit: Int, dropped: Int = 0) {
    self.limit = max(1, limit)
    self.dropped = dropped
  }

  var count: Int { storage.count }

  /// The line with that absolute number, or nil where it is not kept.
  func line(_ number: Int) -> TerminalLine? {
    guard number >= dropped && number - dropped < storage.count else { return nil }
    return storage[(oldest + number - dropped) % storage.count]
  }

  mutating func append(_ line: TerminalLine) {
    if storage.count < limit {
      storage.append(line)
      return
    }
    storage[oldest] = line
    oldest = oldest + 1 == limit ? 0 : oldest + 1
    dropped += 1
  }
}

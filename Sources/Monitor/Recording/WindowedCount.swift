/// A count that only grows, and how much of it came within about the last second. The window has three
/// marks: ``rotate()`` takes the oldest away and sets one at now.
struct WindowedCount: Sendable, Equatable {
  /// All of it.
  private(set) var total: UInt64 = 0
  // What came since each mark, oldest first. 32 bits keep a pair of the IPI matrix in 24 bytes; what
  // would be more stays at the largest.
  private var sinceOldest: UInt32 = 0
  private var sinceMiddle: UInt32 = 0
  private var sinceNewest: UInt32 = 0

  /// What came since the oldest mark.
  var recent: UInt64 { UInt64(sinceOldest) }

  /// The count is `next` now; one that ran backwards starts anew there. Returns by how much it grew.
  @discardableResult
  mutating func advance(to next: UInt64) -> UInt64 {
    let step = next > total ? next - total : 0
    if next >= total { add(step) } else { total = next }
    return step
  }

  /// The count grew by `more`.
  @inline(__always)
  mutating func add(_ more: UInt64) {
    total &+= more
    let step = UInt32(clamping: more)
    sinceOldest = Self.sum(sinceOldest, step)
    sinceMiddle = Self.sum(sinceMiddle, step)
    sinceNewest = Self.sum(sinceNewest, step)
  }

  /// Moves the window on by a mark.
  mutating func rotate() {
    sinceOldest = sinceMiddle
    sinceMiddle = sinceNewest
    sinceNewest = 0
  }

  /// Changes the total alone, as time travel does.
  mutating func shift(by difference: UInt64) { total &+= difference }

  /// `more` of the total came so many marks before the newest one (0: since then).
  mutating func addRecent(_ more: UInt64, marksAgo: Int) {
    let step = UInt32(clamping: more)
    sinceOldest = Self.sum(sinceOldest, step)
    if marksAgo < 2 { sinceMiddle = Self.sum(sinceMiddle, step) }
    if marksAgo < 1 { sinceNewest = Self.sum(sinceNewest, step) }
  }

  /// Keeps the total alone.
  mutating func forgetRecent() { (sinceOldest, sinceMiddle, sinceNewest) = (0, 0, 0) }

  private static func sum(_ one: UInt32, _ other: UInt32) -> UInt32 {
    let (sum, overflow) = one.addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}

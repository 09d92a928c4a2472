/// Turns a storm of SIGWINCH into few repaints: the first counts at once, those that follow count together
/// once there was none for a while, or when they have been waiting for long.
struct ResizeSettler {
  /// How long it must be quiet: 30 ms in ns.
  static let delay: Int64 = 30_000_000
  /// How long a size may wait while others come: 200 ms in ns.
  static let limit: Int64 = 200_000_000
  /// When to look again (ns of CLOCK_MONOTONIC); nil: there was no resize lately.
  private(set) var deadline: Int64?
  private var isOwed = false
  /// The last moment for what is owed.
  private var latest: Int64 = 0

  /// A signal came. True: resize now.
  mutating func signalled(at now: Int64) -> Bool {
    guard deadline != nil else {
      (deadline, latest) = (now + ResizeSettler.delay, now + ResizeSettler.limit)
      return true
    }
    isOwed = true
    deadline = min(now + ResizeSettler.delay, latest)
    return false
  }

  /// Time has passed. True: resize now.
  mutating func passed(to now: Int64) -> Bool {
    guard let deadline, now >= deadline else { return false }
    self.deadline = isOwed ? now + ResizeSettler.delay : nil
    latest = now + ResizeSettler.limit
    defer { isOwed = false }
    return isOwed
  }
}

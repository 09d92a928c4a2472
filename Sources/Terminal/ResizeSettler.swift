/// Turns a storm of SIGWINCH into few repaints: the first counts at once, those that follow within the
/// delay count together when it is over.
struct ResizeSettler {
  /// 30 ms in ns.
  static let delay: Int64 = 30_000_000
  /// When the delay is over (ns of CLOCK_MONOTONIC); nil: there was no resize lately.
  private(set) var deadline: Int64?
  private var isOwed = false

  /// A signal came. True: resize now.
  mutating func signalled(at now: Int64) -> Bool {
    guard deadline == nil else {
      isOwed = true
      return false
    }
    deadline = now + ResizeSettler.delay
    return true
  }

  /// Time has passed. True: resize now.
  mutating func passed(to now: Int64) -> Bool {
    guard let deadline, now >= deadline else { return false }
    self.deadline = isOwed ? now + ResizeSettler.delay : nil
    defer { isOwed = false }
    return isOwed
  }
}

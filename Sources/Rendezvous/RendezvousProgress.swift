import Synchronization

/// A rendezvous that is in progress, as a watchdog sees it.
public struct RendezvousProgress: Sendable, Equatable {
  /// Its number; where several are, that of the oldest.
  public var id: UInt64
  /// When it was published, nanoseconds of the monotonic clock.
  public var startNanoseconds: UInt64
}

/// The number and start of the rendezvous in progress, for who looks without the lock.
///
/// Written under the lock. The number is taken back before the start changes and stored after it, each store
/// releasing, so that a reader who finds the same number before and after it has read the start (each load
/// acquiring) has that number's: numbers never come again.
struct ProgressMark: ~Copyable, Sendable {
  private let id = Atomic<UInt64>(0)
  private let start = Atomic<UInt64>(0)

  /// Under the lock.
  func publish(_ newID: UInt64, start newStart: UInt64) {
    if id.load(ordering: .relaxed) == newID { return }
    id.store(0, ordering: .releasing)
    start.store(newStart, ordering: .releasing)
    id.store(newID, ordering: .releasing)
  }

  /// Under the lock.
  func clear() { id.store(0, ordering: .releasing) }

  /// Nil where nothing is in progress, or something has just begun or ended.
  var value: RendezvousProgress? {
    let before = id.load(ordering: .acquiring)
    if before == 0 { return nil }
    let startNanoseconds = start.load(ordering: .acquiring)
    guard id.load(ordering: .acquiring) == before else { return nil }
    return RendezvousProgress(id: before, startNanoseconds: startNanoseconds)
  }
}

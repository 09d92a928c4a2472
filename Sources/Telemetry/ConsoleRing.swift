import Synchronization
public import Threads

/// What the guest writes to its serial port, on the way from any number of vcpu threads to one reader.
/// Nobody waits: a reader that is too slow loses the oldest bytes, and they are counted.
///
/// A slot holds a byte and the lap in which it was written, in one atomic word, so that the reader can
/// tell a byte of this lap from one of the last that is still there and from one of the next that
/// has overtaken it.
///
/// A reader that wants to know at once gives a word to ring: the first byte after each ``drain(into:rings:)``
/// that asks for it rings it, and so does a ring that becomes half full, whatever the reader has made of the first bell.
/// That is a system call for the writer, never a wait; bytes in between cost it two loads.
public final class ConsoleRing: Sendable {
  /// How many bytes it holds.
  public static let capacity = 65_536
  private let slots = AtomicBuffer(count: ConsoleRing.capacity)
  /// Counts places given to writers.
  private let head = Atomic<UInt64>(0)
  /// Counts places that the reader has passed; only it writes.
  private let tail = Atomic<UInt64>(0)
  private let dropped = Atomic<UInt64>(0)
  /// The next byte is to ring.
  private let isArmed = Atomic<Bool>(true)
  /// The bell, if any.
  private let news: FutexWord?

  /// An empty ring. `news` is rung when there is something to drain.
  public init(news: FutexWord? = nil) { self.news = news }

  /// Bytes that were lost because nobody read them in time. Any thread.
  public var droppedCount: UInt64 { dropped.load(ordering: .relaxed) }

  /// Appends `byte`. Any thread; never waits.
  public func write(_ byte: UInt8) {
    // It gives out places; the slot's own order makes the byte visible. Sequentially consistent for the
    // bell alone, which on x86 costs nothing: the addition is locked in any case.
    let position = head.wrappingAdd(1, ordering: .sequentiallyConsistent).oldValue
    let entry = Self.lap(position) << 8 | UInt64(byte)
    let slot = Int(position % UInt64(Self.capacity))
    var current = slots.load(slot)
    // A writer that was preempted here for a whole lap must not put its byte over a newer one. Few
    // iterations: a failed exchange means that somebody else's lap number has grown.
    while current >> 8 < Self.lap(position) {
      guard let found = slots.replace(slot, expected: current, desired: entry) else { break }
      current = found
    }
    if let news { ring(news, position) }
  }

  private func ring(_ news: FutexWord, _ position: UInt64) {
    // Sequentially consistent, as the places and the arming in drain() are: either the drain that has
    // armed the bell sees this byte's place taken, or this sees the bell armed.
    var rings = isArmed.load(ordering: .sequentiallyConsistent)
    if rings { rings = isArmed.exchange(false, ordering: .sequentiallyConsistent) }
    // Relaxed: a stale tail rings once too often at worst.
    let held = position &+ 1 &- tail.load(ordering: .relaxed)
    if rings || held == UInt64(Self.capacity / 2) { news.ring() }
  }

  /// Appends what has come to `bytes`, oldest first; stops before a byte that a writer has a place for
  /// but has not written yet. One thread at a time. `rings`: the next byte rings the bell; without it only a
  /// ring that becomes half full does.
  public func drain(into bytes: inout [UInt8], rings: Bool = true) {
    // Before the look at what there is: whatever comes after the look rings.
    isArmed.store(rings, ordering: .sequentiallyConsistent)
    let end = head.load(ordering: .sequentiallyConsistent)
    var position = tail.load(ordering: .relaxed)
    var lost: UInt64 = 0
    if end &- position > UInt64(Self.capacity) {
      lost = end &- position &- UInt64(Self.capacity)
      position = end &- UInt64(Self.capacity)
    }
    while position != end {
      let entry = slots.load(Int(position % UInt64(Self.capacity)))
      let lap = Self.lap(position)
      if entry >> 8 < lap { break }
      if entry >> 8 == lap {
        bytes.append(UInt8(truncatingIfNeeded: entry))
      } else {
        lost &+= 1
      }
      position &+= 1
    }
    tail.store(position, ordering: .relaxed)
    dropped.store(dropped.load(ordering: .relaxed) &+ lost, ordering: .relaxed)
  }

  /// The lap of a place, from 1, as 0 is a slot that was never written.
  private static func lap(_ position: UInt64) -> UInt64 { position / UInt64(capacity) + 1 }
}

import Synchronization

/// A cursor with 128 bytes to itself on either side, so that producer and consumer (and whoever counts
/// references to their object) do not take each other's cache line.
struct PaddedCursor: ~Copyable, Sendable {
  private let before = InlineArray<16, UInt64>(repeating: 0)
  let value = Atomic<UInt64>(0)
  private let after = InlineArray<15, UInt64>(repeating: 0)
}

/// A bounded ring of plain values from one producer at a time to one consumer at a time. Neither waits
/// for the other: where the ring is full, the record is dropped and counted.
///
/// Pushing allocates nothing. "One at a time" may be several threads that exclude each other by a lock.
@safe public final class RecordRing<Element: BitwiseCopyable & Sendable>: Sendable {
  // Unsafe: written by the producer and read by the consumer, never the same slot at the same time, as
  // the cursors below order it; freed with the last reference.
  nonisolated(unsafe) private let slots: UnsafeMutablePointer<Element>
  private let mask: UInt64
  /// Counts pushed records; written by the producer alone.
  private let head = PaddedCursor()
  /// Counts popped records; written by the consumer alone.
  private let tail = PaddedCursor()
  private let dropped = PaddedCursor()

  /// A ring for `capacity` records, a power of two.
  public init(capacity: Int) {
    precondition(capacity > 0 && capacity & (capacity - 1) == 0, "the capacity is a power of two")
    // Unsafe: left uninitialized; no slot is read before it was written (Element is bitwise copyable).
    unsafe slots = UnsafeMutablePointer.allocate(capacity: capacity)
    mask = UInt64(capacity - 1)
  }

  deinit { unsafe slots.deallocate() }

  /// Records that were dropped because the ring was full, since its beginning. Any thread.
  public var droppedCount: UInt64 { dropped.value.load(ordering: .relaxed) }

  /// Appends `element`; false, and counted, where the ring is full. The producer only.
  @discardableResult public func push(_ element: Element) -> Bool {
    // Relaxed: own cursor. Acquiring: the consumer has finished reading the slot before it is reused.
    let position = head.value.load(ordering: .relaxed)
    if position &- tail.value.load(ordering: .acquiring) > mask {
      // Load and store suffice: the producer is the only writer.
      dropped.value.store(dropped.value.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
      return false
    }
    // Unsafe: masked, hence within the allocation; the consumer does not touch it until head has passed.
    unsafe (slots + Int(position & mask)).initialize(to: element)
    // Releasing: the slot's content comes before the cursor that announces it.
    head.value.store(position &+ 1, ordering: .releasing)
    return true
  }

  /// Takes the oldest record, or nil. The consumer only.
  public func pop() -> Element? {
    let position = tail.value.load(ordering: .relaxed)
    // Acquiring: pairs with the producer's release, the slot's content is there.
    guard position != head.value.load(ordering: .acquiring) else { return nil }
    let element = unsafe slots[Int(position & mask)]
    // Releasing: the slot was read before the producer may have it back.
    tail.value.store(position &+ 1, ordering: .releasing)
    return element
  }

  /// Appends what is there to `records`, oldest first; returns how many. The consumer only.
  @discardableResult public func drain(into records: inout [Element]) -> Int {
    var count = 0
    // At most one ring full, so that a fast producer cannot keep the consumer here.
    while count <= Int(mask), let element = pop() {
      records.append(element)
      count += 1
    }
    return count
  }
}

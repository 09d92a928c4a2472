import Synchronization

/// A fixed number of atomic 64-bit words, all zero at first, too many for an `InlineArray`. Indices are
/// checked.
@safe public final class AtomicBuffer: Sendable {
  // Unsafe: shared between threads; it never changes, what it points to is atomic, and it is freed with
  // the last reference.
  nonisolated(unsafe) private let words: UnsafeMutablePointer<Atomic<UInt64>>
  /// How many words.
  public let count: Int

  /// `count` words of value 0.
  public init(count: Int) {
    precondition(count > 0, "a buffer has words")
    self.count = count
    unsafe words = UnsafeMutablePointer.allocate(capacity: count)
    for index in 0..<count { unsafe (words + index).initialize(to: Atomic(0)) }
  }

  deinit {
    unsafe words.deinitialize(count: count)
    unsafe words.deallocate()
  }

  /// The word at `index`; acquires what its writer released.
  public func load(_ index: Int) -> UInt64 {
    precondition(index >= 0 && index < count, "index out of range")
    return unsafe words[index].load(ordering: .acquiring)
  }

  /// Stores `value` at `index`, releasing what came before. For a word with one writer.
  public func store(_ index: Int, _ value: UInt64) {
    precondition(index >= 0 && index < count, "index out of range")
    unsafe words[index].store(value, ordering: .releasing)
  }

  /// Adds `amount` to the word at `index`, with wrap-around. For a word with one writer: a load and a
  /// store, no locked addition.
  public func add(_ index: Int, _ amount: UInt64 = 1) {
    precondition(index >= 0 && index < count, "index out of range")
    // Relaxed: only this thread writes the word, so it reads its own last store.
    let old = unsafe words[index].load(ordering: .relaxed)
    unsafe words[index].store(old &+ amount, ordering: .releasing)
  }

  /// Stores `desired` where the word at `index` is `expected`, releasing what came before. Returns nil
  /// where it did, else the word.
  public func replace(_ index: Int, expected: UInt64, desired: UInt64) -> UInt64? {
    precondition(index >= 0 && index < count, "index out of range")
    let (exchanged, original) = unsafe words[index].compareExchange(
      expected: expected, desired: desired, ordering: .acquiringAndReleasing)
    return exchanged ? nil : original
  }
}

public import Synchronization

/// The set of vcpus that are asked to meet, as vcpus read it without a lock.
///
/// Writers exclude each other (the rendezvous lock). A reader asks for one member and so reads one
/// word: a set that is just being written looks torn to it, which is harmless, as each word is whole.
/// What needs all words (``isEmptyScan(ordering:)``) may see a mixture of two sets.
public struct AtomicCPUSet: ~Copyable, Sendable {
  @usableFromInline let words: InlineArray<64, Atomic<UInt64>>

  /// The empty set.
  public init() { words = InlineArray { _ in Atomic(0) } }

  /// Whether `member` is in the set; false outside `0 ..< CPUSet.capacity`.
  ///
  /// Sequentially consistent unless told otherwise: this is the read of "state stored, then request
  /// read". On x86 it is a plain load either way.
  @inlinable public func contains(
    _ member: Int, ordering: AtomicLoadOrdering = .sequentiallyConsistent
  ) -> Bool {
    guard member >= 0 && member < CPUSet.capacity else { return false }
    let bit = UInt64(member) & 63
    // The primitives take constant orderings only.
    if ordering == .relaxed { return words[member / 64].load(ordering: .relaxed) >> bit & 1 == 1 }
    if ordering == .acquiring {
      return words[member / 64].load(ordering: .acquiring) >> bit & 1 == 1
    }
    return words[member / 64].load(ordering: .sequentiallyConsistent) >> bit & 1 == 1
  }

  /// The members 0 to 63 as a word: what code sees that takes the first word for the set.
  @inlinable public var firstWord: UInt64 { words[0].load(ordering: .sequentiallyConsistent) }

  /// Whether no word has a bit, read one after the other.
  @inlinable public func isEmptyScan() -> Bool {
    var any: UInt64 = 0
    for index in 0..<64 { any |= words[index].load(ordering: .sequentiallyConsistent) }
    return any == 0
  }

  /// Makes the set equal to `set`. One writer at a time.
  public func store(_ set: CPUSet) {
    let wanted = set.words.span
    for index in wanted.indices {
      let word = wanted[index]
      // Relaxed: writers exclude each other, so this is the own or an earlier writer's last store. A
      // word that stays the same needs no store: whoever must see it sees it already.
      if words[index].load(ordering: .relaxed) != word {
        // Sequentially consistent: this is the store of "request stored, then state read".
        words[index].store(word, ordering: .sequentiallyConsistent)
      }
    }
  }

  /// Takes `member` out. One writer at a time.
  public func remove(_ member: Int) {
    guard member >= 0 && member < CPUSet.capacity else { return }
    words[member / 64].bitwiseAnd(
      ~(1 << (UInt64(member) & 63)), ordering: .sequentiallyConsistent)
  }

  /// Empties the set. One writer at a time.
  public func clear() { store(CPUSet()) }

  /// The set as a value; exact for the writer, perhaps torn for anybody else.
  public var value: CPUSet {
    var set = CPUSet()
    var values = set.words.mutableSpan
    for index in values.indices {
      values[index] = words[index].load(ordering: .sequentiallyConsistent)
    }
    return set
  }
}

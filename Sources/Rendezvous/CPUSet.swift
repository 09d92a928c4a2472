/// A set of vcpu numbers, 0 ..< ``capacity``, as bhyve's `cpuset_t` is one of cpu numbers.
///
/// A plain value of 512 bytes: no allocation, no reference, and no place where one 64-bit word could
/// be taken for the whole set (review D37390 tells what happens then). Not atomic: what vcpus read
/// without the lock is ``AtomicCPUSet``.
///
/// Words are read and written through spans: an element of an `InlineArray` in place is read from a copy of
/// the whole array, 512 bytes each time (Swift 6.3, seen in the code), which made of one look for missing
/// members 64 KiB of copying.
public struct CPUSet: Sendable, BitwiseCopyable {
  /// The number of vcpus that a set can name: as many vcpu ids as KVM gives (KVM_CAP_MAX_VCPU_ID).
  public static let capacity = 4096
  @usableFromInline static let wordCount = capacity / 64
  @usableFromInline var words: InlineArray<64, UInt64>

  /// The empty set.
  @inlinable public init() { words = InlineArray(repeating: 0) }

  /// The set of `members`; each must be in `0 ..< capacity`.
  @inlinable public init(_ members: some Sequence<Int>) {
    self.init()
    for member in members { insert(member) }
  }

  /// The set `0 ..< count`, the vcpus of a machine that has `count` of them.
  @inlinable public static func first(_ count: Int) -> CPUSet {
    precondition(count >= 0 && count <= capacity, "a CPUSet holds vcpus 0 to 4095")
    var set = CPUSet()
    var words = set.words.mutableSpan
    for index in 0..<(count / 64) { words[index] = ~0 }
    if count % 64 != 0 { words[count / 64] = (1 << UInt64(count % 64)) - 1 }
    return set
  }

  /// Whether `member` is in the set; false for any number outside `0 ..< capacity`.
  @inlinable public func contains(_ member: Int) -> Bool {
    guard member >= 0 && member < Self.capacity else { return false }
    return words.span[member / 64] >> UInt64(member % 64) & 1 == 1
  }

  /// Adds `member`, which must be in `0 ..< capacity`.
  @inlinable public mutating func insert(_ member: Int) {
    precondition(member >= 0 && member < Self.capacity, "a CPUSet holds vcpus 0 to 4095")
    var words = self.words.mutableSpan
    words[member / 64] |= 1 << UInt64(member % 64)
  }

  /// Removes `member`; nothing happens where it is not in the set.
  @inlinable public mutating func remove(_ member: Int) {
    guard member >= 0 && member < Self.capacity else { return }
    var words = self.words.mutableSpan
    words[member / 64] &= ~(1 << UInt64(member % 64))
  }

  /// Whether the set has no member, all words looked at.
  @inlinable public var isEmpty: Bool {
    let words = self.words.span
    var any: UInt64 = 0
    for index in words.indices { any |= words[index] }
    return any == 0
  }

  /// The number of members.
  @inlinable public var count: Int {
    let words = self.words.span
    var total = 0
    for index in words.indices { total += words[index].nonzeroBitCount }
    return total
  }

  /// The lowest member, or nil.
  @inlinable public var first: Int? { next(atOrAfter: 0) }

  /// The lowest member that is `start` or higher, or nil: the step of a loop that allocates nothing.
  @inlinable public func next(atOrAfter start: Int) -> Int? {
    guard start < Self.capacity else { return nil }
    let words = self.words.span
    let from = start < 0 ? 0 : start
    var index = from / 64
    var word = words[index] & (~0 << UInt64(from % 64))
    while word == 0 {
      index += 1
      if index == Self.wordCount { return nil }
      word = words[index]
    }
    return index * 64 + word.trailingZeroBitCount
  }

  /// The members in ascending order. Allocates: for tests, screens and reports.
  public var members: [Int] {
    Array(self)
  }

  /// The members of both.
  @inlinable public func intersection(_ other: CPUSet) -> CPUSet {
    var result = self
    let theirs = other.words.span
    var words = result.words.mutableSpan
    for index in words.indices { words[index] &= theirs[index] }
    return result
  }

  /// The members of either.
  @inlinable public func union(_ other: CPUSet) -> CPUSet {
    var result = self
    let theirs = other.words.span
    var words = result.words.mutableSpan
    for index in words.indices { words[index] |= theirs[index] }
    return result
  }

  /// The members that `other` has not.
  @inlinable public func subtracting(_ other: CPUSet) -> CPUSet {
    var result = self
    let theirs = other.words.span
    var words = result.words.mutableSpan
    for index in words.indices { words[index] &= ~theirs[index] }
    return result
  }

  /// Whether every member is in `other`.
  @inlinable public func isSubset(of other: CPUSet) -> Bool {
    let (words, theirs) = (words.span, other.words.span)
    for index in words.indices where words[index] & ~theirs[index] != 0 { return false }
    return true
  }

  /// The set with only the members 0 to 63: what code that takes one word for the whole set sees.
  @inlinable public var firstWordOnly: CPUSet {
    var result = CPUSet()
    var first = result.words.mutableSpan
    first[0] = words.span[0]
    return result
  }
}

extension CPUSet: Sequence {
  /// Goes through the members, ascending; allocates nothing.
  public struct Iterator: IteratorProtocol, Sendable {
    @usableFromInline let set: CPUSet
    @usableFromInline var start = 0

    @inlinable init(_ set: CPUSet) { self.set = set }

    /// The next member, or nil.
    @inlinable public mutating func next() -> Int? {
      guard let member = set.next(atOrAfter: start) else { return nil }
      start = member + 1
      return member
    }
  }

  /// From the lowest member up.
  @inlinable public func makeIterator() -> Iterator { Iterator(self) }

  /// The exact number of members.
  @inlinable public var underestimatedCount: Int { count }
}

extension CPUSet: Equatable {
  /// Whether both have the same members.
  @inlinable public static func == (left: CPUSet, right: CPUSet) -> Bool {
    let (ours, theirs) = (left.words.span, right.words.span)
    for index in ours.indices where ours[index] != theirs[index] { return false }
    return true
  }
}

extension CPUSet: Hashable {
  /// Feeds every word to `hasher`.
  public func hash(into hasher: inout Hasher) {
    let words = self.words.span
    for index in words.indices { hasher.combine(words[index]) }
  }
}

extension CPUSet: CustomStringConvertible {
  /// The members as the operator would type them: `0,2-3`, or `none`.
  public var description: String {
    var text = ""
    var start = first
    while let low = start {
      if !text.isEmpty { text += "," }
      let end = end(ofRunAt: low)
      text += end - low == 1 ? "\(low)" : "\(low)-\(end - 1)"
      start = next(atOrAfter: end)
    }
    return text.isEmpty ? "none" : text
  }

  /// The number after the last of the members that follow each other from `low`, which is one, on.
  private func end(ofRunAt low: Int) -> Int {
    let words = self.words.span
    var index = low / 64
    var missing = ~words[index] & (~0 << UInt64(low % 64))
    while missing == 0 {
      index += 1
      if index == Self.wordCount { return Self.capacity }
      missing = ~words[index]
    }
    return index * 64 + missing.trailingZeroBitCount
  }
}

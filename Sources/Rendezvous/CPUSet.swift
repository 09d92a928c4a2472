/// A set of vcpu numbers, 0 ..< ``capacity``, as bhyve's `cpuset_t` is one of cpu numbers.
///
/// A plain value of 512 bytes: no allocation, no reference, and no place where one 64-bit word could
/// be taken for the whole set (review D37390 tells what happens then). Not atomic: what vcpus read
/// without the lock is ``AtomicCPUSet``.
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
    for index in 0..<(count / 64) { set.words[index] = ~0 }
    if count % 64 != 0 { set.words[count / 64] = (1 << UInt64(count % 64)) - 1 }
    return set
  }

  /// Whether `member` is in the set; false for any number outside `0 ..< capacity`.
  @inlinable public func contains(_ member: Int) -> Bool {
    guard member >= 0 && member < Self.capacity else { return false }
    return words[member / 64] >> UInt64(member % 64) & 1 == 1
  }

  /// Adds `member`, which must be in `0 ..< capacity`.
  @inlinable public mutating func insert(_ member: Int) {
    precondition(member >= 0 && member < Self.capacity, "a CPUSet holds vcpus 0 to 4095")
    words[member / 64] |= 1 << UInt64(member % 64)
  }

  /// Removes `member`; nothing happens where it is not in the set.
  @inlinable public mutating func remove(_ member: Int) {
    guard member >= 0 && member < Self.capacity else { return }
    words[member / 64] &= ~(1 << UInt64(member % 64))
  }

  /// Whether the set has no member, all words looked at.
  @inlinable public var isEmpty: Bool {
    var any: UInt64 = 0
    for index in 0..<Self.wordCount { any |= words[index] }
    return any == 0
  }

  /// The number of members.
  @inlinable public var count: Int {
    var total = 0
    for index in 0..<Self.wordCount { total += words[index].nonzeroBitCount }
    return total
  }

  /// The lowest member, or nil.
  @inlinable public var first: Int? { next(atOrAfter: 0) }

  /// The lowest member that is `start` or higher, or nil: the step of a loop that allocates nothing.
  @inlinable public func next(atOrAfter start: Int) -> Int? {
    guard start < Self.capacity else { return nil }
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
    for index in 0..<Self.wordCount { result.words[index] &= other.words[index] }
    return result
  }

  /// The members of either.
  @inlinable public func union(_ other: CPUSet) -> CPUSet {
    var result = self
    for index in 0..<Self.wordCount { result.words[index] |= other.words[index] }
    return result
  }

  /// The members that `other` has not.
  @inlinable public func subtracting(_ other: CPUSet) -> CPUSet {
    var result = self
    for index in 0..<Self.wordCount { result.words[index] &= ~other.words[index] }
    return result
  }

  /// Whether every member is in `other`.
  @inlinable public func isSubset(of other: CPUSet) -> Bool {
    for index in 0..<Self.wordCount where words[index] & ~other.words[index] != 0 { return false }
    return true
  }

  /// The set with only the members 0 to 63: what code that takes one word for the whole set sees.
  @inlinable public var firstWordOnly: CPUSet {
    var result = CPUSet()
    result.words[0] = words[0]
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
    for index in 0..<wordCount where left.words[index] != right.words[index] { return false }
    return true
  }
}

extension CPUSet: Hashable {
  /// Feeds every word to `hasher`.
  public func hash(into hasher: inout Hasher) {
    for index in 0..<Self.wordCount { hasher.combine(words[index]) }
  }
}

extension CPUSet: CustomStringConvertible {
  /// The members as the operator would type them: `0,2-3`, or `none`.
  public var description: String {
    if isEmpty { return "none" }
    var parts: [String] = []
    var start = first
    while let low = start {
      var high = low
      while contains(high + 1) { high += 1 }
      parts.append(low == high ? "\(low)" : "\(low)-\(high)")
      start = next(atOrAfter: high + 1)
    }
    return parts.joined(separator: ",")
  }
}

/// A set of interrupt vectors 0 to 255: what IRR, ISR and TMR each are.
///
/// A plain value of 32 bytes that allocates nothing. The APIC shows such a set as eight registers of
/// 32 bits (``register(_:)``), vector `v` being bit `v % 32` of register `v / 32` (SDM vol. 3,
/// "Interrupt, TMR, and IRR Registers").
public struct VectorSet: Sendable {
  @usableFromInline var words: InlineArray<4, UInt64>

  /// The empty set.
  @inlinable public init() { words = InlineArray(repeating: 0) }

  /// The set that the eight registers show, the one with vectors 0 to 31 first.
  @inlinable public init(registers: InlineArray<8, UInt32>) {
    self.init()
    for index in 0..<4 {
      words[index] = UInt64(registers[2 * index]) | UInt64(registers[2 * index + 1]) << 32
    }
  }

  /// The set of `vectors`.
  public init(_ vectors: some Sequence<UInt8>) {
    self.init()
    for vector in vectors { insert(vector) }
  }

  /// Adds `vector`.
  @inlinable public mutating func insert(_ vector: UInt8) {
    words[Int(vector >> 6)] |= 1 << UInt64(vector & 63)
  }

  /// Removes `vector`; nothing happens where it is not in the set.
  @inlinable public mutating func remove(_ vector: UInt8) {
    words[Int(vector >> 6)] &= ~(1 << UInt64(vector & 63))
  }

  /// Whether `vector` is in the set.
  @inlinable public func contains(_ vector: UInt8) -> Bool {
    words[Int(vector >> 6)] >> UInt64(vector & 63) & 1 == 1
  }

  /// The highest vector, which is the one of highest priority, or nil.
  @inlinable public var highest: UInt8? {
    for index in (0..<4).reversed() where words[index] != 0 {
      return UInt8(truncatingIfNeeded: index * 64 + 63 - words[index].leadingZeroBitCount)
    }
    return nil
  }

  /// Whether no vector is in the set.
  @inlinable public var isEmpty: Bool { words[0] | words[1] | words[2] | words[3] == 0 }

  /// The number of vectors in the set.
  @inlinable public var count: Int {
    var total = 0
    for index in 0..<4 { total += words[index].nonzeroBitCount }
    return total
  }

  /// The 32-bit APIC register with vectors `32 * index` to `32 * index + 31`; of `index` only the
  /// low three bits count.
  @inlinable public func register(_ index: Int) -> UInt32 {
    UInt32(truncatingIfNeeded: words[index >> 1 & 3] >> (index & 1 == 1 ? 32 : 0))
  }

  /// Calls `body` with each vector, ascending; allocates nothing.
  @inlinable public func forEach(_ body: (UInt8) -> Void) {
    for index in 0..<4 {
      var word = words[index]
      while word != 0 {
        body(UInt8(truncatingIfNeeded: index * 64 + word.trailingZeroBitCount))
        word &= word - 1
      }
    }
  }

  /// The vectors in ascending order. Allocates: for tests, screens and reports.
  public var vectors: [UInt8] {
    var result: [UInt8] = []
    forEach { result.append($0) }
    return result
  }
}

extension VectorSet: Equatable {
  /// Whether both have the same vectors.
  @inlinable public static func == (left: VectorSet, right: VectorSet) -> Bool {
    for index in 0..<4 where left.words[index] != right.words[index] { return false }
    return true
  }
}

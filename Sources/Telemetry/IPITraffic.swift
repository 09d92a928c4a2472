import Threads

/// What one vcpu sent to whom since the start of the machine. Counts wrap around.
public struct IPITrafficRow: Sendable, Equatable {
  /// One destination's share.
  public struct Pair: Sendable, Equatable {
    /// The vcpu that it was sent to.
    public var destination: Int
    /// IPIs that were sent to it by name: single, logical, or by the self shorthand.
    public var count: UInt64
    /// The vector of the last one; 0 for INIT and NMI.
    public var lastVector: UInt8
    /// A pair.
    public init(destination: Int, count: UInt64, lastVector: UInt8) {
      self.destination = destination
      self.count = count
      self.lastVector = lastVector
    }
  }

  /// The sender.
  public var source: Int
  /// IPIs to all others or to all (the shorthands, and the physical broadcast): each went to every vcpu
  /// and is in no pair.
  public var broadcasts: UInt64 = 0
  /// The destinations that were sent any, ascending.
  public var pairs: [Pair] = []
  /// IPIs by vector; only those that are not 0, ascending. An NMI counts as vector 2, an INIT as 0, a
  /// startup IPI as its page.
  public var vectors: [VectorCount] = []

  /// How often a vector was sent.
  public struct VectorCount: Sendable, Equatable {
    /// The vector.
    public var vector: UInt8
    /// IPIs with it, each counted once however many targets it has.
    public var count: UInt64
    /// A count.
    public init(vector: UInt8, count: UInt64) {
      self.vector = vector
      self.count = count
    }
  }

  /// A row without traffic.
  public init(source: Int) { self.source = source }
}

/// The counts behind one ``IPITrafficRow``: written by the sender's thread, read by anybody without a lock.
/// 8 bytes a destination and 2 KiB for the vectors.
public final class IPITraffic: Sendable {
  /// Bits 55:0 the count, 63:56 the last vector.
  private let destinations: AtomicBuffer
  private let vectors = AtomicBuffer(count: 256)
  /// Word 0: broadcasts. Word 1: how often anything was counted.
  private let totals = AtomicBuffer(count: 2)

  /// For a machine of `count` vcpus.
  public init(vcpus count: Int) { destinations = AtomicBuffer(count: max(1, count)) }

  /// Counts an IPI with `vector`. The sender's thread; then ``add(destination:vector:)`` for each target,
  /// or ``addBroadcast()``.
  public func add(vector: UInt8) {
    vectors.add(Int(vector))
    totals.add(1)
  }

  /// Counts one of its targets. The sender's thread.
  public func add(destination: Int, vector: UInt8) {
    guard destination < destinations.count else { return }
    let count = destinations.load(destination) &+ 1
    destinations.store(destination, count & Self.countMask | UInt64(vector) << 56)
  }

  /// Counts it as one to all. The sender's thread.
  public func addBroadcast() { totals.add(0) }

  private static let countMask: UInt64 = (1 << 56) - 1

  /// How often anything was counted: the row has changed where this has. Any thread.
  public var version: UInt64 { totals.load(1) }

  /// What was counted. Any thread.
  public func row(source: Int) -> IPITrafficRow {
    var row = IPITrafficRow(source: source)
    row.broadcasts = totals.load(0)
    for destination in 0..<destinations.count {
      let word = destinations.load(destination)
      guard word & Self.countMask != 0 else { continue }
      row.pairs.append(
        IPITrafficRow.Pair(
          destination: destination, count: word & Self.countMask,
          lastVector: UInt8(truncatingIfNeeded: word >> 56)))
    }
    for vector in 0..<256 {
      let count = vectors.load(vector)
      guard count != 0 else { continue }
      row.vectors.append(
        IPITrafficRow.VectorCount(vector: UInt8(truncatingIfNeeded: vector), count: count))
    }
    return row
  }
}

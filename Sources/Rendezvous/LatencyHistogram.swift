import Synchronization

/// A histogram of durations with a bounded relative error: values below 16 exactly, above that 16
/// buckets for each power of two, so that a percentile is at most 1/16 too high. 8 KiB.
///
/// One thread at a time records; any thread reads while it does.
public final class LatencyHistogram: Sendable {
  /// 16 exact values and 16 buckets for each exponent from 4 to 63.
  static let bucketCount = 976
  private let buckets = InlineArray<976, Atomic<UInt64>> { _ in Atomic(0) }
  private let maximum = Atomic<UInt64>(0)

  /// An empty histogram.
  public init() {}

  /// Counts `value`. One thread at a time.
  public func record(_ value: UInt64) {
    // The maximum first: with the release below, a reader that sees the count sees a maximum that is
    // no smaller. Load and store suffice for a single writer.
    if value > maximum.load(ordering: .relaxed) { maximum.store(value, ordering: .relaxed) }
    let bucket = Self.bucket(of: value)
    buckets[bucket].store(buckets[bucket].load(ordering: .relaxed) &+ 1, ordering: .releasing)
  }

  /// What has been recorded until about now. Any thread.
  public func distribution() -> LatencyDistribution {
    var counts: [UInt64] = []
    counts.reserveCapacity(Self.bucketCount)
    for index in 0..<Self.bucketCount { counts.append(buckets[index].load(ordering: .acquiring)) }
    return LatencyDistribution(counts: counts, maximum: maximum.load(ordering: .relaxed))
  }

  static func bucket(of value: UInt64) -> Int {
    guard value >= 16 else { return Int(value) }
    let exponent = 63 - value.leadingZeroBitCount
    return (exponent - 3) * 16 + Int(value >> UInt64(exponent - 4) & 15)
  }

  /// The largest value that falls into `bucket`.
  static func upperBound(of bucket: Int) -> UInt64 {
    guard bucket >= 16 else { return UInt64(bucket) }
    let shift = UInt64(bucket / 16 - 1)
    // The lowest value of the bucket and as many ones as it has free bits.
    return (16 + UInt64(bucket % 16)) << shift | ((1 << shift) - 1)
  }
}

/// What a ``LatencyHistogram`` held at one moment.
public struct LatencyDistribution: Sendable, Equatable {
  private let counts: [UInt64]
  /// How many values were recorded: the sum of the buckets that were read.
  public let count: UInt64
  /// The largest recorded value, exact.
  public let maximum: UInt64

  init(counts: [UInt64], maximum: UInt64) {
    self.counts = counts
    self.maximum = maximum
    count = counts.reduce(0, &+)
  }

  /// The smallest value that `percent` (0 to 100) of the recorded ones do not exceed; at most 1/16 too
  /// high, never too low, never above ``maximum``. 0 where nothing was recorded.
  public func percentile(_ percent: Int) -> UInt64 {
    precondition((0...100).contains(percent), "a percentile is 0 to 100")
    guard count > 0 else { return 0 }
    // Rounded up, at least the first. Two halves, so that nothing overflows.
    let rank = max(
      1, count / 100 * UInt64(percent) + (count % 100 * UInt64(percent) + 99) / 100)
    var seen: UInt64 = 0
    for (bucket, number) in counts.enumerated() {
      seen &+= number
      if seen >= rank { return min(LatencyHistogram.upperBound(of: bucket), maximum) }
    }
    return maximum
  }
}

import Testing

@testable import Rendezvous

@Suite struct LatencyHistogramTests {
  @Test func bucketsAreContiguousAndBounded() {
    #expect(LatencyHistogram.bucket(of: .max) == LatencyHistogram.bucketCount - 1)
    #expect(LatencyHistogram.upperBound(of: LatencyHistogram.bucketCount - 1) == .max)
    var lower: UInt64 = 0
    for bucket in 0..<LatencyHistogram.bucketCount {
      let upper = LatencyHistogram.upperBound(of: bucket)
      #expect(LatencyHistogram.bucket(of: lower) == bucket)
      #expect(LatencyHistogram.bucket(of: upper) == bucket)
      #expect(upper - lower <= lower / 16)
      lower = upper &+ 1
    }
    #expect(lower == 0)
  }

  @Test(arguments: [1, 2, 3, 10, 99, 100, 101, 5000])
  func percentilesAreWithinASixteenthOfTheExactOnes(_ count: Int) {
    // A fixed linear congruential sequence over eight orders of magnitude.
    var seed: UInt64 = UInt64(count)
    let values = (0..<count).map { _ -> UInt64 in
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (seed >> 32) >> (seed & 31)
    }
    let histogram = LatencyHistogram()
    for value in values { histogram.record(value) }
    let sorted = values.sorted()
    let distribution = histogram.distribution()
    #expect(distribution.count == UInt64(count))
    #expect(distribution.maximum == sorted.last)
    for percent in [0, 1, 10, 50, 90, 99, 100] {
      let exact = sorted[max(0, (count * percent + 99) / 100 - 1)]
      let measured = distribution.percentile(percent)
      #expect(measured >= exact)
      #expect(measured - exact <= exact / 16)
      #expect(measured <= distribution.maximum)
    }
  }

  @Test func emptyIsZero() {
    let distribution = LatencyHistogram().distribution()
    #expect(distribution.count == 0)
    #expect(distribution.percentile(99) == 0)
    #expect(distribution.maximum == 0)
  }

  @Test func extremesDoNotOverflow() {
    let histogram = LatencyHistogram()
    histogram.record(.max)
    histogram.record(0)
    let distribution = histogram.distribution()
    #expect(distribution.percentile(50) == 0)
    #expect(distribution.percentile(100) == .max)
  }
}

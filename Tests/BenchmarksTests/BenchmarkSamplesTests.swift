import Testing

@testable import Benchmarks

@Suite struct BenchmarkSamplesTests {
  @Test func percentilesAreSamples() {
    let samples = BenchmarkSamples([5, 1, 4, 2, 3])
    #expect(samples.median == 3)
    #expect(samples.percentile(0) == 1 && samples.percentile(20) == 1)
    #expect(samples.percentile(21) == 2 && samples.percentile(99) == 5)
    #expect(samples.percentile(100) == 5)
    #expect(BenchmarkSamples([1, 2, 3, 10]).median == 2.5)
    #expect(BenchmarkSamples().median == nil && BenchmarkSamples().percentile(50) == nil)
  }

  /// A host that becomes ten times slower half way changes no ratio.
  @Test func ratioIsThatOfTheTurns() {
    var pairs = BenchmarkPairs()
    for scale in [1.0, 1, 10, 10, 10] {
      pairs.add(ours: [3 * scale, 4 * scale, 100 * scale], floor: [2 * scale])
    }
    #expect(pairs.ratios.values == [2, 2, 2, 2, 2])
    #expect(pairs.ours.values.count == 15 && pairs.floor.values.count == 5)
    let result = BenchmarkResult(.exit, "x", .nanoseconds, pairs: pairs, against: "y")
    #expect(result.ratio == 2)
    // The least of ours is 3, the floor's 2.
    #expect(result.ratioOfMinima == 1.5)
  }

  @Test func turnsWithoutBothSidesHaveNoRatio() {
    var pairs = BenchmarkPairs()
    pairs.add(ours: [1], floor: [])
    pairs.add(ours: [], floor: [1])
    pairs.add(ours: [1], floor: [0])
    #expect(pairs.ratios.values.isEmpty)
    #expect(BenchmarkResult(.exit, "x", .nanoseconds, pairs: pairs, against: "y").ratio == nil)
  }
}

@Suite struct BenchmarkPlanTests {
  @Test func sizesGoUpByFour() {
    #expect(BenchmarkPlan().sizes(limit: 4096) == [1, 4, 16, 64, 256, 1024])
    #expect(BenchmarkPlan().sizes(limit: 300) == [1, 4, 16, 64, 256])
    #expect(BenchmarkPlan(cpusUpTo: 20).sizes(from: 4, limit: 4096) == [4, 16])
    #expect(BenchmarkPlan(cpusUpTo: 3).sizes(from: 4, limit: 4096).isEmpty)
  }

  @Test func sectionsShareTheTime() {
    let all = BenchmarkPlan(nanoseconds: 1_000_000)
    let sum = BenchmarkSection.allCases.reduce(0) { $0 + all.nanoseconds($1) }
    #expect((999_990...1_000_000).contains(sum))
    let one = BenchmarkPlan(sections: [.kick], nanoseconds: 900)
    #expect(one.nanoseconds(.kick) == 900)
    #expect(BenchmarkPlan(isShort: true).nanoseconds(.exit) == 0)
  }

  @Test func sectionsComeInTheirOrder() {
    #expect(BenchmarkPlan(sections: [.ipi, .exit, .ipi]).sections == [.exit, .ipi])
  }
}

@Suite struct BenchmarkWordsTests {
  @Test(arguments: [
    (0.0, "0.00 ns"), (0.17, "0.17 ns"), (9.994, "9.99 ns"), (9.996, "10.0 ns"), (99.96, "100 ns"),
    (812, "812 ns"), (999.6, "1.00 us"), (9_910, "9.91 us"), (3_120_000, "3.12 ms"),
    (2_500_000_000, "2.50 s"), (-1, "0.00 ns"), (.infinity, "0.00 ns"), (.nan, "0.00 ns"),
  ]) func times(value: Double, words: String) {
    #expect(BenchmarkWords.text(value, .nanoseconds) == words)
  }

  @Test func otherUnits() {
    #expect(BenchmarkWords.text(6, .instructions) == "6.00 ins")
    #expect(BenchmarkWords.text(112_640, .bytes) == "110 KiB")
    #expect(BenchmarkWords.text(nil, .bytes) == "-")
    #expect(BenchmarkWords.ratio(1.0184) == "1.018" && BenchmarkWords.ratio(0.05) == "0.050")
    #expect(BenchmarkWords.ratio(41.23) == "41.2" && BenchmarkWords.ratio(412.4) == "412")
    #expect(BenchmarkWords.ratio(nil) == "-" && BenchmarkWords.ratio(.nan) == "-")
  }

  @Test(arguments: [
    (0, "1970-01-01T00:00:00Z"), (951_782_399, "2000-02-28T23:59:59Z"),
    (951_782_400, "2000-02-29T00:00:00Z"), (951_868_800, "2000-03-01T00:00:00Z"),
    (1_795_438_800, "2026-11-23T13:00:00Z"), (4_107_542_399, "2100-02-28T23:59:59Z"),
    (4_107_542_400, "2100-03-01T00:00:00Z"), (1_798_761_599, "2026-12-31T23:59:59Z"),
    (-5, "1970-01-01T00:00:00Z"),
  ]) func dates(seconds: Int64, words: String) {
    #expect(BenchmarkDate.text(unixSeconds: seconds) == words)
  }
}

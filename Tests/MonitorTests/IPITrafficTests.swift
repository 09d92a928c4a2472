import Telemetry
import Testing

@testable import Monitor

/// What the recording keeps of who sent IPIs to whom.
@Suite struct IPITrafficTests {
  static func row(
    _ source: Int, _ pairs: [(Int, UInt64)], broadcasts: UInt64 = 0, vectors: [(UInt8, UInt64)] = []
  ) -> IPITrafficRow {
    var row = IPITrafficRow(source: source)
    row.pairs = pairs.map {
      IPITrafficRow.Pair(destination: $0.0, count: $0.1, lastVector: 0x40)
    }
    row.broadcasts = broadcasts
    row.vectors = vectors.map { IPITrafficRow.VectorCount(vector: $0.0, count: $0.1) }
    return row
  }

  static func snapshot(_ milliseconds: UInt64, _ rows: [IPITrafficRow], vcpus: Int = 64) -> Snapshot
  {
    var snapshot = Snapshot()
    snapshot.timeNanoseconds = milliseconds * 1_000_000
    snapshot.vcpus = (0..<vcpus).map { id in
      var vcpu = VCPUSnapshot()
      vcpu.id = id
      return vcpu
    }
    snapshot.traffic = rows
    return snapshot
  }

  @Test func whatWasSentBeforeTheFirstSnapshotIsNoRate() {
    var history = IPITrafficHistory()
    history.absorb(Self.snapshot(5_000, [Self.row(1, [(2, 900)], broadcasts: 4)]))
    let pair = history.source(1).pair(2)
    #expect(pair?.count.total == 900)
    #expect(pair?.count.recent == 0)
    #expect(history.received(2).total == 900)
    #expect(history.source(1).broadcasts.total == 4)
    #expect(history.seconds == 0)
  }

  @Test func ratesAreOverAboutTheLastSecondAndEndWithIt() {
    var history = IPITrafficHistory()
    history.absorb(Self.snapshot(0, []))
    for step in 1...40 as ClosedRange<UInt64> {
      history.absorb(Self.snapshot(step * 100, [Self.row(1, [(2, step * 10)])]))
      #expect(history.seconds <= 1.5)
      if step < 11 { continue }
      #expect(history.seconds >= 1)
      let rate = Double(history.source(1).pair(2)?.count.recent ?? 0) / history.seconds
      #expect(abs(rate - 100) < 0.1)
    }
    // The row does not change any more: it comes no more.
    for step in 41...60 as ClosedRange<UInt64> { history.absorb(Self.snapshot(step * 100, [])) }
    #expect(history.source(1).pair(2)?.count.recent == 0)
    #expect(history.source(1).pair(2)?.count.total == 400)
    #expect(history.source(1).peak == IPITrafficSource.Peak(total: 400, recent: 0))
    #expect(history.received(2).recent == 0)
    #expect(!history.source(1).isActive)
  }

  @Test func snapshotsInBetweenCount() {
    var recording = Recording()
    recording.absorb(Self.snapshot(0, []))
    recording.absorbNews(Self.snapshot(50, [Self.row(3, [(4, 7)])]))
    recording.absorb(Self.snapshot(100, []))
    #expect(recording.traffic.source(3).pair(4)?.count.total == 7)
    #expect(recording.snapshot.traffic.isEmpty)
  }

  @Test func newPairsAreMergedInOrderAndSelfIsApart() {
    var history = IPITrafficHistory()
    history.absorb(Self.snapshot(0, [Self.row(5, [(5, 3), (40, 10)])]))
    history.absorb(Self.snapshot(100, [Self.row(5, [(0, 1), (5, 4), (17, 2), (40, 12)])]))
    let source = history.source(5)
    #expect(source.pairs.map(\.destination) == [0, 5, 17, 40])
    #expect(source.pairs.map(\.count.recent) == [1, 1, 2, 2])
    #expect(source.toOthers.total == 15)
    #expect(source.toSelf.total == 4)
    #expect(source.peak == IPITrafficSource.Peak(total: 12, recent: 2))
    #expect(source.tiles.map(\.total) == [1, 0, 2, 0, 0, 12])
    #expect(history.received(5).total == 0)
  }

  @Test func impossibleRowsAreLeftOut() {
    var history = IPITrafficHistory()
    history.absorb(Self.snapshot(0, []))
    let rows = [
      Self.row(-1, [(0, 1)]), Self.row(.max, [(0, 1)]), Self.row(1_024, [(0, 1)]),
      Self.row(2, [(-5, 1), (7, 1), (3, 9), (7, 9), (.max, 1), (1_024, 1)]),
      Self.row(3, [(1, .max)], broadcasts: .max, vectors: [(9, 1), (9, 2), (3, 1)]),
    ]
    history.absorb(Self.snapshot(100, rows))
    #expect(history.sources.count == 4)
    #expect(history.source(2).pairs.map(\.destination) == [7])
    #expect(history.source(3).vectors.map(\.vector) == [9])
    #expect(history.source(3).pair(1)?.count.total == .max)
    // Counts and clocks that run back start anew.
    history.absorb(Self.snapshot(50, [Self.row(3, [(1, 5)])]))
    #expect(history.source(3).pair(1)?.count.total == 5)
    #expect(history.source(3).pair(1)?.count.recent == 0)
    #expect(history.seconds == 0)
    var late = Self.snapshot(0, [])
    late.timeNanoseconds = .max
    history.absorb(late)
    #expect(history.seconds > 0)
  }

  /// Tiles and pairs tell the same: every block is the largest pair in it, and talkers are the largest.
  @Test(arguments: [true, false])
  func blocksHoldTheirMaximum(includesSelf: Bool) {
    let history = Fixture.ipiModel(vcpus: 100).shown.traffic
    let reading = IPIReading(
      history: history, measure: .total, includesSelf: includesSelf, vcpus: 100)
    for (width, height) in [(40, 10), (80, 20), (200, 56)] {
      let rect = Rect(x: 0, y: 0, width: width, height: height)
      let layout = IPILayout(
        rect, region: IPIRegion(vcpus: 100), vcpus: 100, hasOperator: true, isList: false)
      let matrix = IPIMatrix(reading, layout)
      for row in 0..<layout.rows {
        for column in 0..<layout.columns {
          var largest: UInt64 = 0
          for source in layout.sources(row: row) {
            for destination in layout.destinations(column: column)
            where includesSelf || source != destination {
              largest = max(largest, history.source(source).pair(destination)?.count.total ?? 0)
            }
          }
          let cell = matrix[row, column]
          #expect(cell == largest, "row \(row), column \(column) at \(width)x\(height)")
        }
      }
    }
    var counts: [UInt64] = []
    for source in 0..<100 {
      counts.append(history.source(source).broadcasts.total)
      for pair in history.source(source).pairs where includesSelf || pair.destination != source {
        counts.append(pair.count.total)
      }
    }
    counts.sort(by: >)
    #expect(reading.talkers(30).map(\.count.total) == Array(counts.prefix(30)))
  }

  @Test func heatGoesByDecadesOrByEqualSteps() {
    let decades = IPIHeat(largest: 5_000, isLogarithmic: true, finest: 0.1)
    #expect([0, 1, 5, 20, 50, 200, 500, 2_000, 5_000].map(decades.step) == Array(0...8))
    let bright = IPIHeat(largest: 80_000, isLogarithmic: true, finest: 0.1)
    #expect(bright.step(80_000) == 8 && bright.step(50) == 2)
    let equal = IPIHeat(largest: 700, isLogarithmic: false, finest: 1)
    #expect(equal.thresholds.last == 875)
    #expect(equal.step(700) == 6 && equal.step(0.5) == 1 && equal.step(0) == 0)
    for largest in [Double.nan, .infinity, -1, 0, 1e300] {
      #expect(IPIHeat(largest: largest, isLogarithmic: true, finest: 1).step(.infinity) == 8)
      #expect(IPIHeat(largest: largest, isLogarithmic: false, finest: 1).step(.nan) == 0)
    }
  }
}

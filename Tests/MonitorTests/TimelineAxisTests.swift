import Testing

@testable import Monitor

@Suite struct TimelineAxisTests {
  static let spans: [UInt64] = [0, 1, 999, 41_000, 2_031_000, 7_000_000_000, .max]

  @Test(arguments: spans, [false, true])
  func timeRunsFromLeftToRight(span: UInt64, isLogarithmic: Bool) {
    for width in [1, 2, 7, 60, 180] {
      let axis = TimeAxis(span: span, isLogarithmic: isLogarithmic, width: width)
      #expect(axis.column(0) == 0 && axis.column(max(1, span)) == width - 1)
      var last = 0
      for step in 0...50 as ClosedRange<UInt64> {
        let column = axis.column(span / 50 * step)
        #expect(column >= last && column < width)
        last = column
      }
      var end = -1
      for tick in axis.ticks {
        #expect(tick.column > end, "\(axis.ticks)")
        end = tick.column + CellWidth.columns(tick.label)
      }
      #expect(end <= width)
    }
  }

  @Test func labelsAreRound() {
    let linear = TimeAxis(span: 2_031_000, isLogarithmic: false, width: 100).ticks
    #expect(linear.map(\.label).prefix(4) == ["0", "500µs", "1000µs", "1500µs"])
    let logarithmic = TimeAxis(span: 2_031_000, isLogarithmic: true, width: 60).ticks
    #expect(
      logarithmic.map(\.label) == ["0", "1µs", "2µs", "10µs", "20µs", "100µs", "1ms"])
    #expect(TimeAxis.label(1_250, step: 50) == "1.25µs")
    #expect(TimeAxis.label(12_300_000, step: 100_000) == "12.3ms")
    #expect(TimeAxis.label(.max, step: 1_000_000_000).hasSuffix("s"))
  }

  @Test func zoomStaysAboutItsPlaceAndInside() {
    var state = TimelineState()
    state.zoom(by: 1, about: 0.9)
    #expect(state.left == 0.45 && state.shown == 0.5)
    state.zoom(by: 1, about: 0.9)
    #expect(abs((0.9 - state.left) / state.shown - 0.9) < 1e-9)
    // Not in the picture: into its middle.
    state.zoom(by: 1, about: 0.2)
    #expect(abs(state.left - (0.2 - 0.0625)) < 1e-9)
    for _ in 0..<40 { state.zoom(by: 1, about: 1) }
    #expect(state.zoom == TimelineState.highestZoom && state.left + state.shown <= 1)
    for _ in 0..<90 { state.pan(-1) }
    for _ in 0..<20 { state.zoom(by: -1, about: 0.5) }
    #expect(state.left == 0 && state.shown == 1)
  }
}

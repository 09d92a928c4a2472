import Testing

@testable import Monitor

@Suite struct RowStackTests {
  /// Whatever is asked for, each row is handed out once, in its place.
  @Test(arguments: 0...12)
  func rowsAreHandedOutOnce(height: Int) {
    for (first, last, next) in [(1, 1, 3), (20, 2, 1), (3, 20, 1), (-4, -1, 2), (0, 5, 9)] {
      var stack = RowStack(Rect(x: 3, y: 7, width: 9, height: height))
      let parts = [stack.take(first), stack.takeLast(last), stack.take(next)]
      #expect(parts.allSatisfy { $0.x == 3 && $0.width == 9 && $0.height >= 0 })
      let rows = parts.flatMap { Array($0.y..<$0.bottom) } + Array(stack.rest.y..<stack.rest.bottom)
      #expect(rows.sorted() == Array(7..<(7 + height)))
      #expect(stack.left == stack.rest.height)
      #expect(parts[0].height == min(max(0, first), height))
    }
  }

  /// What is kept of a filter is what the filter says, however the log got there.
  @Test func theFilteredLogIsKeptUpToDate() throws {
    var model = Fixture.model(vcpus: 4)
    _ = model.handle(.character("7"))
    for key in "/rdv lag>60".unicodeScalars { _ = model.handle(.character(key)) }
    _ = model.handle(.enter)
    func check(_ model: MonitorModel, _ comment: Comment) throws {
      let filter = try #require(model.ui.logView.filter)
      let kept = try #require(model.ui.logView.filtered, comment)
      #expect(kept.isCurrent(filter, model.shown), comment)
      let log = model.shown.log
      let wanted = (log.dropped..<log.end).filter { filter.accepts(log[$0 - log.dropped]) }
      #expect(model.filteredLog == wanted && kept.numbers == wanted, comment)
    }
    try check(model, "as it was typed")
    for step in UInt64(40)..<60 {
      var next = Fixture.snapshot(vcpus: 4, step: step)
      next.events = Fixture.events(step, vcpus: 4)
      if step % 2 == 0 { model.absorb(next) } else { model.absorbNews(next) }
      try check(model, "step \(step)")
    }
    for key in "[[[][ ".unicodeScalars {
      _ = model.handle(.character(key))
      try check(model, "after \(key)")
    }
    // Further than the log reaches.
    var full = Fixture.snapshot(vcpus: 4, step: 61)
    full.events = (0..<700).flatMap { Fixture.events($0, vcpus: 4) }
    model.absorb(full)
    try check(model, "the oldest are gone")
    model.stepMoment(-1)
    #expect(model.shown.log.count == 0)
    #expect(model.frame(glyphs: .unicode).text.contains("those of then are gone"))
  }
}

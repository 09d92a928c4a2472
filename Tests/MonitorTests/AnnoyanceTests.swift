import Rendezvous
import Telemetry
import Testing

@testable import Monitor

/// What annoyed somebody who used the views for a while.
@Suite struct AnnoyanceTests {
  private static func rows(_ model: MonitorModel) -> [Substring] {
    model.frame(glyphs: .unicode).text.split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// So far back that of the rendezvous of then none is held: that is not the same as none yet.
  @Test func farBackNoRendezvousIsKept() {
    var model = MonitorModel()
    model.resize(width: 80, height: 24)
    var id: UInt64 = 0
    for step in 0..<4 as Range<UInt64> {
      var next = Fixture.snapshot(vcpus: 4, step: step)
      for _ in 0..<(step == 0 ? 3 : 600) {
        id += 1
        next.events.append(
          LogEntry(
            timeNanoseconds: next.timeNanoseconds,
            event: .rendezvous(Fixture.record(id, .initIPI, CPUSet([1]), by: 0))))
      }
      next.rendezvous.completed = id
      model.absorb(next)
    }
    for _ in 0..<3 { _ = model.handle(.character("[")) }
    _ = model.handle(.character("2"))
    let text = model.frame(glyphs: .unicode).text
    #expect(text.contains("none of the 3 rendezvous until then is kept"))
    #expect(text.contains("Space goes back to them") && !text.contains("no rendezvous yet"))
    _ = model.handle(.character(" "))
    #expect(model.frame(glyphs: .unicode).text.contains("1000 of 1000 kept"))
  }

  @Test func theEndsOfTheTimelineSaySo() {
    var model = Fixture.timeline(vcpus: 4)
    _ = model.handle(.character("]"))
    #expect(model.ui.notice == "this is the newest rendezvous; it is followed")
    _ = model.handle(.character("["))
    #expect(model.ui.notice == nil)
    _ = model.handle(.home)
    _ = model.handle(.character("["))
    #expect(model.ui.notice == "no older rendezvous is kept")
    _ = model.handle(.character("Z"))
    #expect(model.ui.notice == "all of it is shown; z zooms in")
  }

  /// A hint is there whole or not at all.
  @Test(arguments: [MonitorView.timeline, .vcpu, .log, .console, .overview])
  func hintsAreNotCut(view: MonitorView) {
    for width in 60...140 {
      var model = Fixture.timeline(vcpus: 4, width: width)
      model.show(view)
      let spans = StatusLine.fitting(StatusLine.spans(model), width - 1)
      let columns = spans.reduce(0) { $0 + CellWidth.columns($1.text) }
      #expect(columns < width, "\(view) \(width)")
    }
  }

  /// A number that is cut would be another one.
  @Test func totalsAreNotCut() {
    for width in 40...200 {
      let rows = Self.rows(Fixture.model(vcpus: 4, width: width))
      let totals = rows.filter { $0.contains("p50") || $0.contains("rdv/s") }
      #expect(totals.count == 2 && !totals.contains { $0.contains("…") }, "\(width)")
    }
  }

  @Test func smallestScreensCutNoNumberAndNameTheView() {
    for width in 12...39 {
      let rows = Self.rows(Fixture.model(vcpus: 4, width: width, height: 7))
      #expect(rows[1].contains("rdv/s") && !rows[1].contains("…"), "\(width)")
      #expect(rows[4].contains("INIT IPIs") && !rows[4].contains("…") || width < 20, "\(width)")
    }
    var model = Fixture.model(vcpus: 4, width: 20, height: 5)
    _ = model.handle(.character("2"))
    #expect(Self.rows(model)[4].contains("Timeline needs 40x8"))
  }

  /// The dialog's values stand there whole where their names do not.
  @Test(arguments: [(40, 10), (30, 9), (20, 5)])
  func valuesOfTheDialogAreSeen(width: Int, height: Int) {
    var model = Fixture.model(vcpus: 4, width: width, height: height)
    _ = model.handle(.character("i"))
    for _ in 0..<3 { _ = model.handle(.tab) }
    _ = model.handle(.delete)
    for scalar in "12345".unicodeScalars { _ = model.handle(.character(scalar)) }
    let row = Self.rows(model).first { $0.contains(">repeat") } ?? ""
    #expect(row.contains("12345_") && !row.contains("…"), "\(row)")
  }

  @Test func keysWithoutAUseSaySo() {
    var model = Fixture.model(vcpus: 4)
    #expect(model.handle(.function(2)).isEmpty)
    #expect(model.ui.notice == "F2 does nothing in this view; F1 has all that do")
    _ = model.handle(.character("/"))
    #expect(model.ui.notice == "/ finds text in the Console (6) and filters the Log (7)")
    _ = model.handle(.character("6"))
    _ = model.handle(.character("/"))
    #expect(model.ui.search.prompt != nil && model.ui.notice == nil)
    _ = model.handle(.function(2))
    #expect(model.ui.notice == nil)
  }

  @Test func theSmallMatrixHasUnits() {
    var model = Fixture.ipiModel(vcpus: 4)
    model.resize(width: 80, height: 30)
    let shown = { Self.rows(model).first { $0.contains("By mode") } ?? "" }
    #expect(shown().contains("IPIs per second"))
    _ = model.handle(.character("r"))
    #expect(shown().contains("IPIs since the start"))
  }

  @Test func littleIsNotNothing() {
    #expect(Quantity.microseconds(0) == "0" && Quantity.microseconds(99) == "<0.1")
    #expect(Quantity.microseconds(100) == "0.1")
  }

  /// Four of sixteen are not all that there are.
  @Test func theTableSaysThatThereAreMore() {
    var model = Fixture.model(vcpus: 16)
    let table = { (model: MonitorModel) in
      Self.rows(model).dropFirst((model.layout.panes[.vcpus]?.y ?? 0) + 1)
        .prefix(model.rows(.vcpus)).map { $0.dropFirst().first }
    }
    #expect(table(model).first == " " && table(model).last == "↓")
    _ = model.handle(.end)
    #expect(table(model).first == "↑" && table(model).last == " ")
    let few = table(Fixture.model(vcpus: 4, width: 120, height: 40))
    #expect(few.first == " " && few.last == " ")
  }
}

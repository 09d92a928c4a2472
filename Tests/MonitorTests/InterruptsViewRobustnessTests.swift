import Rendezvous
import Telemetry
import Testing

@testable import Monitor

/// No size and no snapshot makes the Interrupts or the Policies view trap or draw outside.
@Suite struct InterruptsViewRobustnessTests {
  /// Snapshots that no machine makes.
  static func snapshots() -> [Snapshot] {
    var odd = Fixture.snapshot(vcpus: 1_024, step: 3)
    odd.timeNanoseconds = .max
    odd.controllers.pins = (0..<240).map { index in
      var pin = InterruptControllers.Pin()
      pin.entry = UInt64(index) &* 0x9e37_79b9_7f4a_7c15
      pin.delivered = .max
      pin.isAsserted = index % 2 == 0
      return pin
    }
    for index in odd.vcpus.indices {
      odd.vcpus[index].id = index * 1_000 - 5
      odd.vcpus[index].stallNanoseconds = .max
      odd.vcpus[index].haltSpins = .max
      odd.vcpus[index].rendezvousExits[.void] = .max
    }
    odd.rendezvous.requested = .max
    odd.rendezvous.kicks[.signalled] = .max
    odd.rendezvous.kicks[.woken] = .max
    odd.policy.preset = "a\u{1b}[31m名前 that is longer than any column here\n"
    var none = Snapshot()
    none.controllers.pins = []
    none.policy.preset = ""
    var few = Fixture.snapshot(vcpus: 2, step: 9)
    few.controllers.pins = Array(few.controllers.pins.prefix(3))
    few.timeNanoseconds = 0
    return [odd, none, few, Fixture.snapshot(vcpus: 0, step: 1)]
  }

  @Test(arguments: [MonitorView.interrupts, .policies], [[], [Key.end, .character("x")]])
  func anySizeAndSnapshot(view: MonitorView, keys: [Key]) {
    // Stepped from a seed, so that a failure comes again.
    var state: UInt64 = 0x7d1b
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    var model = Fixture.boardModel(vcpus: 8, view: view)
    for key in keys { _ = model.handle(key) }
    let snapshots = [nil] + Self.snapshots().map(Optional.some)
    for snapshot in snapshots {
      if let snapshot { model.absorb(snapshot) }
      for width in stride(from: 0, through: 250, by: 10) {
        let height = next(81)
        check(view, &model, width, height)
        if width % 30 == 0 {
          _ = model.handle([Key.down, .character("o"), .pageDown][next(3)])
        }
      }
      for height in stride(from: next(3), through: 80, by: 3) {
        check(view, &model, next(251), height)
      }
    }
  }

  private func check(_ view: MonitorView, _ model: inout MonitorModel, _ width: Int, _ height: Int)
  {
    model.resize(width: width, height: height)
    _ = model.frame(glyphs: .ascii)
    // Alone, into a rectangle with a margin that must stay as it was.
    var frame = Frame(width: width + 4, height: height + 4)
    for y in 0..<frame.height {
      for x in 0..<frame.width { frame[x, y] = Cell("#", .error) }
    }
    let rect = Rect(x: 2, y: 2, width: width, height: height)
    if view == .interrupts {
      InterruptsView.paint(&frame, rect, model)
    } else {
      PoliciesView.paint(&frame, rect, model)
    }
    for y in 0..<frame.height {
      for x in 0..<frame.width where !rect.contains(x, y) {
        guard frame[x, y] == Cell("#", .error) else {
          Issue.record("\(view) \(width)x\(height) draws at \(x - 2), \(y - 2)")
          return
        }
      }
    }
  }
}

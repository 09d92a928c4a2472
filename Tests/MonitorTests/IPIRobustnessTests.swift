import Telemetry
import Testing

@testable import Monitor

/// No size and no snapshot makes the IPI view trap or draw outside its place.
@Suite struct IPIRobustnessTests {
  /// Rows that no machine has.
  static func odd(_ model: MonitorModel, vcpus: Int, time: UInt64) -> MonitorModel {
    var model = model
    var snapshot = Fixture.snapshot(vcpus: vcpus, step: 41)
    snapshot.timeNanoseconds = time
    for index in snapshot.vcpus.indices {
      snapshot.vcpus[index].id = .max - index
      snapshot.vcpus[index].ipisSent[.fixed] = .max
      snapshot.vcpus[index].ipisSent[.selfIPI] = .max
    }
    for source in [-1, 0, 1, 5, 63, 1_023, 1_024, .max] {
      snapshot.traffic.append(
        IPITrafficTests.row(
          source, [(-1, 1), (0, .max), (0, 3), (1, .max), (source, .max), (1_023, 7), (.max, 1)],
          broadcasts: .max, vectors: [(0, .max), (255, .max)]))
    }
    snapshot.operatorIPIs[.initIPI] = .max
    model.absorb(snapshot)
    return model
  }

  static let models: [MonitorModel] = {
    let ordinary = Fixture.ipiModel(vcpus: 64)
    var empty = MonitorModel()
    _ = empty.handle(.character("3"))
    return [
      empty, Fixture.ipiModel(vcpus: 1), Fixture.ipiModel(vcpus: 1_024), ordinary,
      odd(ordinary, vcpus: 64, time: .max), odd(ordinary, vcpus: 0, time: 0),
      odd(Fixture.ipiModel(vcpus: 8), vcpus: 2_000, time: 1),
    ]
  }()

  /// Each pane, the list, linear totals, zoomed in, and the column of those to all.
  static let openings = ["", "v", "vv", "o", "rn", "z\r", "\r\r", "Gl", "vvor"]

  @Test(arguments: openings)
  func anySize(opening: String) {
    for (place, var model) in Self.models.enumerated() {
      IPIKeyTests.press(&model, opening)
      for width in stride(from: place * 3, through: 250, by: place == 2 ? 83 : 29) {
        for height in stride(from: place, through: 80, by: place == 2 ? 20 : 13) {
          let rect = Rect(x: 2, y: 1, width: width, height: height)
          var frame = Frame(width: width + 4, height: height + 2)
          let untouched = Cell("@", .lost)
          for y in 0..<frame.height { for x in 0..<frame.width { frame[x, y] = untouched } }
          IPIView.paint(&frame, rect, model)
          var isInside = true
          for y in 0..<frame.height {
            for x in 0..<frame.width where !rect.contains(x, y) && frame[x, y] != untouched {
              isInside = false
            }
          }
          #expect(isInside, "\(width)x\(height) of model \(place) after '\(opening)'")
          if !isInside { return }
        }
      }
    }
  }

  @Test func smallSizesOneByOne() {
    var model = Fixture.ipiModel(vcpus: 64)
    for opening in ["", "o", "ov", "v"] {
      IPIKeyTests.press(&model, opening)
      for width in 0..<45 {
        for height in 0..<16 {
          var frame = Frame(width: width + 1, height: height + 1)
          IPIView.paint(&frame, Rect(x: 0, y: 0, width: width, height: height), model)
          let edge = (0...height).allSatisfy { frame[width, $0] == Cell() }
          let foot = (0...width).allSatisfy { frame[$0, height] == Cell() }
          #expect(edge && foot, "\(width)x\(height) after '\(opening)'")
        }
      }
    }
  }

  /// Keys and clicks at any size, whatever comes; ASCII has a twin for all that is drawn.
  @Test func anyInput() {
    var state: UInt64 = 42
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let keys = KeyBinding.ipi.flatMap(\.keys)
    let models = Self.models.enumerated().filter { $0.offset != 2 }.map(\.element)
    for start in models {
      var model = start
      for step in 0..<250 {
        switch next(12) {
        case 0: model.resize(width: next(251), height: next(81))
        case 1:
          let kinds: [MouseEvent.Kind] = [.press, .wheelUp, .wheelDown]
          _ = model.handle(MouseEvent(x: next(260) - 5, y: next(80) - 5, kind: kinds[next(3)]))
          _ = model.handle(.character("3"))
        case 2 where step % 5 == 0: model = Self.odd(model, vcpus: next(70), time: UInt64(next(9)))
        default: _ = model.handle(keys[next(keys.count)])
        }
        if step % 10 == 0 {
          let frame = model.frame(glyphs: .ascii)
          let isKnown = frame.cells.allSatisfy { $0.scalar != 0x3f }
          #expect(isKnown, "step \(step)")
        }
      }
    }
  }
}

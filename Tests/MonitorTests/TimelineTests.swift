import Rendezvous
import Telemetry
import Testing

@testable import Monitor

@Suite struct TimelineTests {
  static let sizes = [(40, 10), (80, 24), (120, 40), (200, 60)]

  @Test(arguments: [1, 8, 64, 256, 1_024], GlyphSet.goldens)
  func pictures(vcpus: Int, glyphs: GlyphSet) throws {
    var model = Fixture.timeline(vcpus: vcpus)
    for (width, height) in Self.sizes {
      model.resize(width: width, height: height)
      let name = "timeline-\(width)x\(height)-\(vcpus)-\(glyphs.goldenName)"
      try GoldenTests.check(model.frame(glyphs: glyphs), name)
    }
  }

  /// What keys make of it, at 80 columns and at 120.
  @Test(arguments: [
    ("[", "some"), ("[[", "none"), ("[[[[[l", "bystanders"), ("lx", "log"), ("lzz", "zoomed"),
    ("f", "late"), ("?", "help"),
  ])
  func states(keys: String, name: String) throws {
    for (width, height) in [(80, 24), (120, 40)] {
      var model = Fixture.timeline(vcpus: 8, width: width, height: height)
      TimelineKeyTests.press(keys, &model)
      try GoldenTests.check(
        model.frame(glyphs: .unicode), "timeline-\(name)-\(width)x\(height)")
    }
  }

  @Test func theLanesAloneOnASmallScreen() throws {
    var model = Fixture.timeline(vcpus: 8, width: 40, height: 10)
    _ = model.handle(.enter)
    try GoldenTests.check(model.frame(glyphs: .unicode), "timeline-lanes-40x10")
  }

  @Test func nothingYet() throws {
    var model = Fixture.model(vcpus: 4)
    model.live = Recording()
    _ = model.handle(.character("2"))
    for key in KeyBinding.timeline.flatMap(\.keys) { _ = model.handle(key) }
    try GoldenTests.check(model.frame(glyphs: .unicode), "timeline-empty-80x24")
  }

  // MARK: Anything at any size

  /// Records and lanes of all kinds: nothing fits together.
  static func odd() -> [MonitorModel] {
    var hostile = Fixture.timeline(vcpus: 1_024)
    let numbers = [Int.min, -1, 0, 63, 4_095, 4_096, .max]
    let times: [UInt64] = [0, 1, 5_000_000_000, .max - 1, .max]
    var snapshot = Fixture.snapshot(vcpus: 1_024, step: 500)
    for (place, time) in times.enumerated() {
      let id = UInt64.max - UInt64(place)
      let record = RendezvousRecord(
        id: id, cause: .operatorRequest, initiator: numbers[place], targets: .first(4_096),
        startNanoseconds: time, latencyNanoseconds: times[4 - place], slowest: numbers[6 - place],
        bystanders: numbers[place + 1], bystanderStallNanoseconds: .max, kicksSignalled: .max,
        kicksWoken: .min, kicksElided: -1)
      snapshot.events.append(LogEntry(timeNanoseconds: time, event: .rendezvous(record)))
      for (index, vcpu) in numbers.enumerated() {
        for (turn, role) in RendezvousLane.Role.allCases.enumerated() {
          func time(_ step: Int) -> UInt64 { times[(index + turn * step + place) % times.count] }
          snapshot.lanes.append(
            RendezvousLane(
              rendezvous: id, vcpu: vcpu &+ turn, role: role,
              kick: Kick.allCases[(turn + place) % 3], kickedNanoseconds: time(1),
              leftGuestNanoseconds: time(2), arrivedNanoseconds: time(3),
              ranNanoseconds: time(4), releasedNanoseconds: time(5)))
        }
      }
    }
    snapshot.droppedLanes = .max
    hostile.absorb(snapshot)
    var empty = MonitorModel()
    _ = empty.handle(.character("2"))
    var news = Fixture.timeline(vcpus: 8)
    news.absorb(Snapshot())
    return [empty, news, Fixture.timeline(vcpus: 1), hostile]
  }

  /// Draws into a part of the screen whose cells are all marked, and looks for marks that are gone.
  @Test func nothingIsDrawnOutsideAndNoSizeTraps() {
    var state: UInt64 = 0x7472_7973_7400
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let keys = KeyBinding.timeline.flatMap(\.keys).filter { $0 != .enter }
    for var model in Self.odd() {
      for width in stride(from: 0, through: 250, by: 13) + [1, 3, 40, 80, 120] {
        for height in stride(from: 0, through: 80, by: 9) + [1, 7, 20, 36] {
          _ = model.handle(keys[next(keys.count)])
          _ = model.handle(keys[next(keys.count)])
          let rect = Rect(x: 1 + next(3), y: 1 + next(2), width: width, height: height)
          var frame = Frame(width: width + 6, height: height + 4)
          for y in 0..<frame.height {
            for x in 0..<frame.width { frame[x, y] = Cell("¤", .lost) }
          }
          TimelineView.paint(&frame, rect, model)
          let isClean = (0..<frame.height).allSatisfy { y in
            (0..<frame.width).allSatisfy { x in
              rect.contains(x, y) || frame[x, y] == Cell("¤", .lost)
            }
          }
          #expect(isClean, "\(rect) \(model.ui.timeline)")
          if !isClean { return }
        }
      }
    }
  }

  /// Keys and clicks in any order at any size; the frame is ASCII where it must be.
  @Test func anyInput() {
    var state: UInt64 = 20_260
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let keys = KeyBinding.timeline.flatMap(\.keys)
    for var model in Self.odd() {
      for _ in 0..<150 {
        model.resize(width: next(210), height: next(70))
        _ = model.handle(keys[next(keys.count)])
        let kinds: [MouseEvent.Kind] = [.press, .wheelUp, .wheelDown]
        _ = model.handle(MouseEvent(x: next(210), y: next(70), kind: kinds[next(3)]))
        model.ui.view = .timeline
        let frame = model.frame(glyphs: .ascii)
        #expect(frame.cells.allSatisfy { $0.scalar >= 0x20 && $0.scalar <= 0x7e })
      }
    }
  }
}

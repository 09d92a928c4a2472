import Rendezvous
import Telemetry
import Testing

@testable import Monitor

@Suite struct RobustnessTests {
  static let widths = [
    0, 1, 2, 5, 9, 10, 19, 20, 21, 39, 40, 41, 60, 79, 80, 81, 109, 110, 120, 130,
  ]
  static let heights = [0, 1, 2, 3, 5, 7, 8, 9, 12, 16, 20, 24, 33, 34, 40, 50]
  /// What is opened: nothing, each dialog, help over a dialog, each pane alone.
  static let openings: [[Key]] = [
    [], [.character("i")], [.character("p")], [.character("s")], [.character("?")],
    [.character("i"), .right, .right, .right, .right, .right, .right, .tab, .tab, .function(1)],
    [.enter], [.tab, .enter], [.tab, .tab, .enter, .control("]")], [.tab, .tab, .tab, .enter],
    [.tab, .tab, .enter, .character("x")], [.tab, .tab, .character("e")],
    [.tab, .tab, .character("/"), .character("m"), .enter],
  ]

  static func hostile() -> MonitorModel {
    var model = Fixture.model(vcpus: 255)
    var snapshot = Fixture.snapshot(vcpus: 255, step: 50)
    for index in snapshot.vcpus.indices {
      snapshot.vcpus[index].rip = .max
      snapshot.vcpus[index].exits[.io] = .max
      snapshot.vcpus[index].exits[.mmio] = .max
      snapshot.vcpus[index].stallNanoseconds = .max
    }
    snapshot.rendezvous.completed = .max
    snapshot.rendezvous.latency.max = .max
    snapshot.operatorIPIs[.fixed] = .max
    snapshot.messages = .max
    snapshot.timeNanoseconds = .max
    snapshot.droppedEvents = .max
    snapshot.guestName = "a\u{1b}[31m\u{202e}名前\n"
    snapshot.guestEnded = "\u{7}ended\u{1b}c"
    snapshot.console = Array(UInt8.min...UInt8.max)
    snapshot.events = [
      LogEntry(timeNanoseconds: .max, event: .message("m\u{1b}[2J")),
      LogEntry(timeNanoseconds: 0, event: .dropped(.max)),
      LogEntry(
        timeNanoseconds: 5,
        event: .rendezvous(
          Fixture.record(.max, .operatorRequest, CPUSet(0..<4096), by: nil, latency: .max))),
    ]
    model.absorb(snapshot)
    return model
  }

  /// No size traps, and ASCII mode yields nothing but printable ASCII.
  @Test(arguments: 0..<openings.count)
  func anySize(opening: Int) {
    for var model in [MonitorModel(), Fixture.model(vcpus: 1), Self.hostile()] {
      for key in Self.openings[opening] { _ = model.handle(key) }
      for width in Self.widths {
        for height in Self.heights {
          model.resize(width: width, height: height)
          let frame = model.frame(glyphs: .ascii)
          #expect(frame.width == width && frame.height == height)
          let isASCII = frame.cells.allSatisfy { $0.scalar >= 0x20 && $0.scalar <= 0x7e }
          #expect(isASCII, "\(width)x\(height) after \(Self.openings[opening])")
          if !isASCII { return }
        }
      }
    }
  }

  @Test func negativeSizesAreNothing() {
    var model = Fixture.model(vcpus: 4)
    model.resize(width: -3, height: -1)
    #expect(model.frame(glyphs: .unicode).cells.isEmpty)
  }

  /// Panes lie inside the screen and beside each other.
  @Test func panesNeverOverlap() {
    for width in 40...210 where width % 7 == 0 {
      for height in 8...70 {
        for vcpus in [0, 1, 4, 64, 255] {
          let layout = Layout(width: width, height: height, vcpus: vcpus, zoom: nil)
          let rects =
            [layout.header, layout.totals, layout.status, layout.bar].filter { !$0.isEmpty }
            + layout.panes.all.map(\.rect)
          for (index, one) in rects.enumerated() {
            let isInside =
              one.x >= 0 && one.y >= 0 && one.x + one.width <= width && one.bottom <= height
            let isAlone = rects[(index + 1)...].allSatisfy { other in
              one.x + one.width <= other.x || other.x + other.width <= one.x
                || one.bottom <= other.y || other.bottom <= one.y
            }
            #expect(isInside && isAlone, "\(width)x\(height), \(vcpus) vcpus: \(layout)")
          }
          #expect(layout.panes[.vcpus] != nil && layout.panes[.log] != nil)
        }
      }
    }
  }

  /// Random keys and clicks, at random sizes, while snapshots come.
  @Test func randomInput() {
    var random = SystemRandomNumberGenerator()
    let seed = UInt64.random(in: 0...UInt64.max, using: &random)
    var state = seed
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    // Not those that end the run or only leave the monitor.
    let keys =
      KeyBinding.all.flatMap(\.keys) + "0123456789abcxz,- ".unicodeScalars.map(Key.character)
    var model = MonitorModel()
    for step in 0..<1_500 {
      switch next(10) {
      case 0: model.resize(width: next(131), height: next(51))
      case 1:
        var snapshot = Fixture.snapshot(vcpus: [0, 1, 4, 64][next(4)], step: UInt64(step))
        let text = [
          "a 1\r\n", "\u{1b}[?1049h\u{1b}[H", "\u{1b}[?1049l", "\u{1b}[6n名", "\u{1b}[?5h",
        ]
        snapshot.console = Array(text[next(text.count)].utf8)
        model.absorb(snapshot)
      case 2:
        let kinds: [MouseEvent.Kind] = [.press, .wheelUp, .wheelDown]
        _ = model.handle(MouseEvent(x: next(140) - 5, y: next(60) - 5, kind: kinds[next(3)]))
      default: _ = model.handle(keys[next(keys.count)])
      }
      if step % 5 == 0 {
        let frame = model.frame(glyphs: .unicode)
        #expect(frame.cells.count == model.width * model.height, "seed \(seed)")
      }
    }
  }

  @Test func smallScreensSayWhatTheyNeed() {
    var model = Fixture.model(vcpus: 4)
    model.resize(width: 39, height: 8)
    #expect(model.frame(glyphs: .unicode).text.hasSuffix("needs 40x8"))
    model.resize(width: 9, height: 8)
    #expect(!model.frame(glyphs: .unicode).text.contains("needs"))
    model.resize(width: 5, height: 1)
    #expect(model.frame(glyphs: .unicode).text == "● RUN")
  }
}

import Rendezvous
import Telemetry
import Testing

@testable import Monitor

@Suite struct VCPUViewRobustnessTests {
  /// Snapshots as no machine makes them.
  static func odd() -> [MonitorModel] {
    var huge = Fixture.vcpuView(vcpus: 8, selected: 5)
    var snapshot = Fixture.snapshot(vcpus: 8, step: 80)
    for index in snapshot.vcpus.indices {
      for reason in ExitReason.allCases {
        snapshot.vcpus[index].exits[reason] = .max
        snapshot.vcpus[index].handlerNanoseconds[reason] = .max
      }
      snapshot.vcpus[index].stallNanoseconds = .max
      snapshot.vcpus[index].guestNanoseconds = .max
    }
    var detail = VCPUDetail()
    detail.vcpu = 5
    detail.timeNanoseconds = .max
    detail.registers.general = Array(repeating: .max, count: 16)
    detail.registers.rflags = .max
    detail.registers.cr0 = .max
    detail.registers.cr4 = .max
    detail.registers.efer = .max
    detail.registers.selectors = Array(repeating: .max, count: 6)
    detail.registers.systemTimeNanoseconds = .max
    detail.localAPIC.interruptRequest = Array(repeating: .max, count: 8)
    detail.localAPIC.inService = Array(repeating: .max, count: 8)
    detail.localAPIC.triggerMode = Array(repeating: .max, count: 8)
    detail.localAPIC.localVectors = Array(repeating: .max, count: 7)
    detail.localAPIC.interruptCommand = .max
    detail.localAPIC.errorStatus = .max
    detail.localAPIC.base = .max
    detail.localAPIC.id = .max
    snapshot.detail = detail
    snapshot.events = [
      LogEntry(
        timeNanoseconds: .max,
        event: .rendezvous(Fixture.record(.max, .initIPI, CPUSet(0..<4096), by: -1, latency: .max)))
    ]
    huge.absorb(snapshot)

    // Arrays without elements, ids that nothing else knows, and a clock that goes back.
    var short = Fixture.vcpuView(vcpus: 8, selected: 5)
    snapshot = Fixture.snapshot(vcpus: 2, step: 1)
    snapshot.vcpus[0].id = -7
    snapshot.vcpus[1].id = 99_999
    snapshot.timeNanoseconds = 0
    detail = VCPUDetail()
    detail.vcpu = 99_999
    detail.registers.general = []
    detail.registers.selectors = []
    detail.registers.systemTimeNanoseconds = 1
    detail.localAPIC.interruptRequest = []
    detail.localAPIC.localVectors = []
    snapshot.detail = detail
    short.absorb(snapshot)

    var empty = MonitorModel()
    _ = empty.handle(.character("4"))
    return [huge, short, empty, Fixture.vcpuView(vcpus: 1_024, selected: 1_023)]
  }

  /// No size and no snapshot traps, and nothing is drawn outside the rectangle.
  @Test func nothingTrapsOrLeavesTheRectangle() {
    var state: UInt64 = 0x5eed
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    for var model in Self.odd() {
      for key in [Key.character("d"), .character("m"), .pageDown, .character("m")] {
        _ = model.handle(key)
        for width in stride(from: 0, through: 250, by: 11) {
          for height in stride(from: 0, through: 80, by: 8) {
            let (x, y) = (next(4), next(4))
            var frame = Frame(width: x + width + 3, height: y + height + 3)
            for row in 0..<frame.height {
              for column in 0..<frame.width { frame[column, row] = Cell("#") }
            }
            let rect = Rect(x: x, y: y, width: width, height: height)
            VCPUView.paint(&frame, rect, model)
            let isKept = (0..<frame.height).allSatisfy { row in
              (0..<frame.width).allSatisfy { column in
                rect.contains(column, row) || frame[column, row] == Cell("#")
              }
            }
            #expect(isKept, "\(width)x\(height)")
            if !isKept { return }
          }
        }
      }
    }
  }

  /// Parts lie inside the body and beside each other.
  @Test func partsNeverOverlap() {
    for width in 0...250 where width % 3 == 0 {
      for height in 0...80 {
        for more in [false, true] {
          let body = Rect(x: 2, y: 3, width: width, height: height)
          let layout = VCPUViewLayout(body, showsMore: more)
          let rects = [layout.state] + layout.parts.values + (layout.page.map { [$0] } ?? [])
          for (index, one) in rects.enumerated() where !one.isEmpty {
            #expect(
              one.x >= body.x && one.y >= body.y && one.x + one.width <= body.x + width
                && one.bottom <= body.bottom, "\(width)x\(height)")
            for other in rects[(index + 1)...] where !other.isEmpty {
              #expect(
                one.x + one.width <= other.x || other.x + other.width <= one.x
                  || one.bottom <= other.y || other.bottom <= one.y, "\(width)x\(height)")
            }
          }
        }
      }
    }
  }

  /// Keys and clicks on odd snapshots, at odd sizes.
  @Test func noKeyAndNoClickTraps() {
    for var model in Self.odd() {
      for (width, height) in [(0, 0), (3, 1), (40, 8), (80, 24), (120, 40), (250, 80)] {
        model.resize(width: width, height: height)
        for binding in KeyBinding.vcpu where binding.action != .openEntry {
          for key in binding.keys { _ = model.handle(key) }
        }
        for y in stride(from: -1, to: height + 2, by: 3) {
          for kind in [MouseEvent.Kind.press, .wheelUp, .wheelDown] where y < height - 1 && y != 1 {
            _ = model.handle(MouseEvent(x: width / 2, y: y, kind: kind))
          }
        }
        _ = model.handle(.character("4"))
        let frame = model.frame(glyphs: .ascii)
        #expect(frame.cells.count == width * height)
        #expect(frame.cells.allSatisfy { $0.scalar >= 0x20 && $0.scalar <= 0x7e })
      }
    }
  }
}

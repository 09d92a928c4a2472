import Rendezvous
import Telemetry
import Testing

@testable import Monitor

@Suite struct GridTests {
  @Test(arguments: [64, 256, 1_024], GlyphSet.goldens)
  func grid(vcpus: Int, glyphs: GlyphSet) throws {
    var model = Fixture.model(vcpus: vcpus)
    #expect(model.hasGrid)
    for (width, height) in [(40, 10), (80, 24), (120, 40), (200, 60)] {
      model.resize(width: width, height: height)
      for color in [GridColor.state, .stall, .exits] {
        model.ui.gridColor = color
        try GoldenTests.check(
          model.frame(glyphs: glyphs),
          "grid-\(color)-\(width)x\(height)-\(vcpus)-\(glyphs.goldenName)")
      }
    }
  }

  /// Every vcpu has a cell of its own, and all of them are inside, whatever the size.
  @Test func cellsAreInsideAndApart() {
    for width in 0...210 {
      for vcpus in [1, 2, 52, 53, 64, 100, 255, 256, 1_000, 1_024] {
        let cells = VCPUGrid.cells(width, vcpus: vcpus)
        #expect(cells.rows * cells.perRow >= vcpus && cells.perRow >= 1)
        guard width >= 10 else { continue }
        #expect(cells.left + cells.perRow * cells.cellWidth <= width)
        #expect(
          cells.worst.isEmpty
            || cells.worst.lowerBound >= cells.left + cells.perRow * cells.cellWidth)
      }
    }
  }

  @Test func oneThousandFitIn80x24() {
    var model = Fixture.model(vcpus: 1_024)
    let text = model.frame(glyphs: .ascii).text
    #expect(text.contains("   0 ") && text.contains(" 960 "))
    #expect(text.contains("R run") && text.contains("H halt"))
    // Every vcpu can be reached, and is on the screen when it is.
    for key in [Key.end, .up, .left, .home, .down, .right, .pageDown] {
      _ = model.handle(key)
      #expect(model.shown.snapshot.vcpus.indices.contains(model.ui.vcpu))
    }
    #expect(model.ui.vcpu > 64)
  }

  @Test func shadesHaveALegend() {
    #expect(GridColor.exits.shade(0).glyph == " ")
    #expect(
      [1, 99, 100, 999, 1_000, 9_999, 10_000, 1e30].map { GridColor.exits.shade($0).glyph }
        == ["░", "░", "▒", "▒", "▓", "▓", "█", "█"])
    #expect(GridColor.exits.shade(.nan).glyph == " ")
    func legend(_ color: GridColor, _ recording: Recording) -> String {
      color.legend(recording, width: 119).map(\.text).joined()
    }
    var recording = Fixture.model(vcpus: 64).live
    #expect(legend(.exits, recording) == "░<100 ▒<1000 ▓<10k █more ")
    #expect(legend(.stall, recording) == "░<10 ▒<100 ▓<1000 █more ")
    #expect(legend(.state, recording).hasPrefix("R run  V vmm  K kick  H halt"))
    #expect(legend(.spurious, recording) == "░<10 ▒<100 ▓<1000 █more ")
    recording.absorb(
      {
        var next = Fixture.snapshot(vcpus: 64, step: 40)
        next.vcpus[3].rendezvousExits[.void] = 12
        next.vcpus[3].rendezvousExits[.bystander] = 88
        return next
      }())
    #expect(GridColor.spurious.value(3, recording) == 100)
    recording = Fixture.model(vcpus: 64).live
    // More than anybody counts by eye are counted.
    var next = Fixture.snapshot(vcpus: 1_024, step: 40)
    next.vcpus[700].state = .fault
    next.vcpus[5].stallNanoseconds = 20_000
    recording.absorb(next)
    #expect(legend(.stall, recording) == "░<10: 0  ▒<100: 1  ▓<1000: 0  █more: 1   blank: 1022")
    #expect(legend(.state, recording).hasPrefix("! fault 1  R run 17"))
    #expect(!legend(.state, recording).contains("stop"))
    // The meaning is not cut for the numbers.
    let narrow = GridColor.exits.legend(recording, width: 39).map(\.text).joined()
    #expect(narrow == "░<100 ▒<1000 ▓<10k █more ")
  }

  /// The last rendezvous counts, and of it who was a member; who never was is blank.
  @Test func lagIsThatOfTheLastRendezvous() throws {
    var model = Fixture.timeline(vcpus: 64)
    let recording = model.shown
    let lags = GridColor.lag.values(recording)
    #expect(lags.count == 64 && lags.contains { $0 >= 1 })
    for (vcpu, lag) in lags.enumerated() where lag >= 1 {
      let last = recording.rendezvous.numbers.reversed().lazy.compactMap {
        number -> (RendezvousRecord, RendezvousLane)? in
        guard let record = recording.rendezvous.entry(number)?.record,
          record.targets.contains(vcpu),
          let lane = recording.rendezvous.lanes(of: record.id).first(where: { $0.vcpu == vcpu }),
          lane.arrivedNanoseconds != 0
        else { return nil }
        return (record, lane)
      }.first
      let (record, lane) = try #require(last)
      let since = lane.arrivedNanoseconds - min(lane.arrivedNanoseconds, record.startNanoseconds)
      #expect(lag == max(1, Double(since) / 1_000), "vcpu \(vcpu)")
    }
    #expect(Recording().memberLags.isEmpty)
    let unmet = Fixture.ipiModel(vcpus: 8).shown
    #expect(unmet.memberLags.count == 8)
    _ = model.handle(.character("1"))
    model.ui.gridColor = .lag
    let text = model.frame(glyphs: .unicode).text
    #expect(text.contains("vCPU grid: lag µs") && text.contains("░<100 ▒<1000 ▓<10k █more"))
  }

  @Test(arguments: GlyphSet.goldens) func aTaskPriorityIsADigit(glyphs: GlyphSet) throws {
    var model = Fixture.model(vcpus: 64)
    var next = Fixture.snapshot(vcpus: 64, step: 40)
    for vcpu in next.vcpus.indices { next.vcpus[vcpu].taskPriorityClass = UInt8(vcpu % 16) }
    model.absorb(next)
    model.ui.gridColor = .priority
    let text = model.frame(glyphs: glyphs).text
    #expect(text.contains("vCPU grid: TPR class"))
    #expect(text.contains("1 2 3 4 5 6 7 8 9 a b c d e f   "), "\(text)")
    #expect(text.contains("N: vectors of class N and below wait"))
    // Going back in time takes it along.
    #expect(VCPUWords(next.vcpus[13]).row == next.vcpus[13])
    #expect(
      GridColor.priority.shade(16).glyph == " " && GridColor.priority.shade(.nan).glyph == " ")
  }

  @Test func aClickSelects() throws {
    var model = Fixture.model(vcpus: 1_024)
    let rect = try #require(model.layout.panes[.vcpus])
    _ = model.handle(MouseEvent(x: 5 + 13, y: rect.y + 3, kind: .press))
    #expect(model.ui.vcpu == 2 * 64 + 13 && model.ui.focus == .vcpus)
    _ = model.handle(MouseEvent(x: 79, y: rect.y + 3, kind: .press))
    #expect(model.ui.vcpu == 2 * 64 + 13)
  }
}

import Telemetry
import Testing

@testable import Monitor

/// The keys and the mouse of the IPI view.
@Suite struct IPIKeyTests {
  /// The keys that the table gives `action` in the IPI view.
  static func keys(_ action: Action) -> [Key] {
    KeyBinding.ipi.filter { $0.action == action }.flatMap(\.keys)
  }

  static func press(_ model: inout MonitorModel, _ text: String) {
    for scalar in text.unicodeScalars {
      _ = model.handle(scalar == "\r" ? .enter : .character(scalar))
    }
  }

  /// 64 vcpus at 80x24: rows of 8 sources, columns of one destination.
  static func model(_ source: Int = 20, _ destination: Int? = 30) -> MonitorModel {
    var model = Fixture.ipiModel(vcpus: 64)
    model.ui.vcpu = source
    model.ui.ipi.destination = destination
    return model
  }

  @Test func everyKeyDoesWhatItsHelpSays() {
    let layout = Self.model().ipiLayout(Self.model().layout.body)
    #expect(layout.rowStep == 8 && layout.columnStep == 1)
    for binding in KeyBinding.ipi {
      #expect(binding.contexts == [.ipi] && binding.help.utf8.count <= 60)
      for key in binding.keys {
        var model = Self.model()
        if binding.action == .zoomOut { _ = model.handle(.enter) }
        let before = model
        let effects = model.handle(key)
        #expect(effects.isEmpty)
        let comment: Comment = "\(key)"
        switch binding.action {
        case .up: #expect(model.ui.vcpu == 8, comment)
        case .down: #expect(model.ui.vcpu == 24, comment)
        case .pageUp: #expect(model.ui.vcpu == 0, comment)
        case .pageDown: #expect(model.ui.vcpu == 56, comment)
        case .cellLeft: #expect(model.ui.ipi.destination == 29, comment)
        case .cellRight: #expect(model.ui.ipi.destination == 31, comment)
        case .home: #expect(model.ui.vcpu == 0 && model.ui.ipi.destination == 0, comment)
        case .end: #expect(model.ui.vcpu == 63 && model.ui.ipi.destination == 63, comment)
        case .zoomIn:
          let wanted = IPIRegion(sources: 16..<24, destinations: 0..<64)
          #expect(model.ipiRegion == wanted, comment)
        case .zoomOut:
          #expect(before.ipiRegion != model.ipiRegion, comment)
          #expect(model.ipiRegion == IPIRegion(vcpus: 64), comment)
        case .trafficPane: #expect(model.ui.ipi.pane == .vectors, comment)
        case .rateOrTotal: #expect(model.ui.ipi.measure == .total, comment)
        case .heatScale: #expect(!model.ui.ipi.isLogarithmic, comment)
        case .selfIPIs: #expect(!model.ui.ipi.includesSelf, comment)
        case .busiestFirst: #expect(model.ui.ipi.isBusiestFirst, comment)
        default: Issue.record("no test of \(binding.action)")
        }
        // And the picture says it.
        #expect(model.frame(glyphs: .unicode) != before.frame(glyphs: .unicode), comment)
      }
    }
  }

  @Test func togglesToggleBackAndPanesComeRound() {
    for (text, times) in [("r", 2), ("n", 2), ("z", 2), ("o", 2), ("v", 3)] {
      var model = Self.model()
      let before = model.frame(glyphs: .unicode)
      for _ in 0..<times { Self.press(&model, text) }
      #expect(model.frame(glyphs: .unicode) == before, "\(text)")
    }
  }

  @Test func afterTheLastColumnComeThoseToAll() {
    var model = Self.model(16, 63)
    Self.press(&model, "l")
    #expect(model.ui.ipi.destination == nil)
    #expect(model.frame(glyphs: .unicode).text.contains("16 → all: 10.0/s"))
    Self.press(&model, "l")
    #expect(model.ui.ipi.destination == nil)
    Self.press(&model, "h")
    #expect(model.ui.ipi.destination == 63)
  }

  @Test func atTheEdgeOfAZoomedPartItMovesOn() {
    var model = Fixture.ipiModel(vcpus: 1_024)
    model.ui.vcpu = 500
    model.ui.ipi.destination = 500
    Self.press(&model, "\r\r\r")
    let layout = model.ipiLayout(model.layout.body)
    #expect(layout.rowStep == 1 && layout.columnStep == 1)
    #expect(layout.region.contains(500, 500))
    Self.press(&model, "\r")
    #expect(model.ui.notice?.hasPrefix("one source and one destination; no rendezvous") == true)
    let start = model.ipiRegion
    for _ in 0..<300 { Self.press(&model, "jl") }
    #expect(model.ui.vcpu == 800 && model.ipiDestination == 800)
    #expect(model.ipiRegion.sources.count == start.sources.count)
    #expect(model.ipiRegion.contains(800, 800))
    for _ in 0..<2_000 { Self.press(&model, "kh") }
    #expect(model.ui.vcpu == 0 && model.ipiDestination == 0)
    for _ in 0..<9 { _ = model.handle(.backspace) }
    #expect(model.ipiRegion == IPIRegion(vcpus: 1_024))
    #expect(model.ui.notice == "all of the matrix is shown already")
  }

  @Test func theListLeadsToTheCell() {
    var model = Fixture.ipiModel(vcpus: 1_024)
    Self.press(&model, "oj")
    #expect(model.ui.vcpu == 9 && model.ui.ipi.destination == 614)
    Self.press(&model, "j")
    #expect(model.ui.vcpu == 7 && model.ui.ipi.destination == 8)
    Self.press(&model, "k\r")
    #expect(!model.ui.ipi.isBusiestFirst)
    let layout = model.ipiLayout(model.layout.body)
    #expect(layout.rowStep == 1 && layout.columnStep == 1 && layout.region.contains(9, 614))
    Self.press(&model, "oG")
    let last = model.ui.vcpu
    Self.press(&model, "j")
    #expect(model.ui.vcpu == last)
    Self.press(&model, "g")
    #expect(model.ui.vcpu == 9)
  }

  @Test func busiestFirstOrdersTheSources() {
    var model = Self.model(0, 0)
    Self.press(&model, "vo")
    let reading = model.ipiReading
    let order = reading.sources(busiestFirst: true).map(reading.ipis)
    #expect(order == order.sorted(by: >) && order[0] > order[1])
    Self.press(&model, "g")
    #expect(model.ui.vcpu == 9)
    Self.press(&model, "j")
    #expect(model.ui.vcpu != 10)
  }

  @Test func theMouseSelectsCellsAndLines() {
    var model = Self.model()
    let layout = model.ipiLayout(model.layout.body)
    func press(_ x: Int, _ y: Int, _ kind: MouseEvent.Kind = .press) {
      #expect(model.handle(MouseEvent(x: x, y: y, kind: kind)).isEmpty)
    }
    press(layout.grid.x + 45, layout.grid.y + 1)
    #expect(model.ui.vcpu == 8 && model.ui.ipi.destination == 45)
    // Within the block, its vcpu stays selected.
    model.ui.vcpu = 12
    press(layout.grid.x + 44, layout.grid.y + 1)
    #expect(model.ui.vcpu == 12 && model.ui.ipi.destination == 44)
    press(layout.grid.x + layout.grid.width + 3, layout.grid.y + 2)
    #expect(model.ui.vcpu == 16 && model.ui.ipi.destination == nil)
    press(layout.talkers.x + 5, layout.talkers.y + 1)
    #expect(model.ui.vcpu == 9 && model.ui.ipi.destination == 38)
    press(layout.grid.x, layout.grid.y, .wheelDown)
    #expect(model.ui.vcpu == 16)
    Self.press(&model, "v")
    press(3, model.layout.body.y + 5)
    #expect(model.ui.vcpu == 4)
    press(3, model.layout.body.y + 5, .wheelUp)
    #expect(model.ui.vcpu == 3)
  }

  @Test func theOperatorsOwnAreALineAndARow() {
    var model = Self.model()
    #expect(model.frame(glyphs: .unicode).text.contains("operator injected FIXED 7  NMI 1"))
    Self.press(&model, "rvv")
    let lines = model.frame(glyphs: .unicode).text.split(separator: "\n")
    let row = lines.first { $0.hasPrefix(" operator") }
    #expect(row?.split(separator: " ") == ["operator", "8", "7", "·", "·", "1", "·", "·"])
  }
}

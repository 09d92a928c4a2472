import Glibc
import Monitor
import SampleGuest
import Testing
import Themes

@testable import Terminal

extension Trait where Self == ConditionTrait {
  /// Skips, and says so, where terminfo has no entry with direct colour.
  static var needsDirectColor: Self {
    let isThere = TerminalEnvironment.isKnown("xterm-direct")
    if !isThere {
      let complaint = Array("SKIPPED: no xterm-direct\n".utf8)
      _ = Glibc.write(STDERR_FILENO, complaint, complaint.count)
    }
    return .enabled(if: isThere, "SKIPPED: no xterm-direct")
  }
}

extension ScreenTests {
  /// The budgets in bytes. Everything here is the same in every run and on every machine; the budgets in
  /// time are ScreenCost's.
  @Suite(.serialized, .timeLimit(.minutes(3))) struct BudgetTests {
    /// The bytes of each frame, without the first ones, which fill graphs.
    private func bytes(
      _ guest: SampleGuest, _ columns: UInt16, _ rows: UInt16, _ color: ColorChoice,
      frames: UInt64 = 40, change: (inout MonitorModel) -> Void = { _ in }
    ) throws -> [Int] {
      let terminal = try PseudoTerminal(columns: columns, rows: rows)
      let screen = try ScreenTests.open(terminal, ScreenOptions(color: color, glyphs: .blocks))
      defer { screen.close() }
      var model = MonitorModel()
      model.resize(width: Int(columns), height: Int(rows))
      var sizes: [Int] = []
      for step in 0..<(frames + 20) {
        if step == 20 { change(&model) }
        model.absorb(guest.snapshot(step: step))
        let before = screen.bytesOut
        screen.present(model.frame(glyphs: .blocks))
        _ = terminal.received()
        while screen.isBehind {
          screen.sendRest()
          _ = terminal.received()
        }
        if step > 20 { sizes.append(screen.bytesOut - before) }
      }
      return sizes
    }

    private func median(_ sizes: [Int]) -> Int { sizes.sorted()[sizes.count / 2] }

    /// The budget of a real guest, 1,500, is ScreenCost's: here every number of every row changes.
    @Test func aTableOfSixteen() throws {
      let sizes = try bytes(SampleGuest(vcpus: 16, pace: .busy), 120, 40, .indexed256)
      #expect(median(sizes) <= 3_000)
    }

    @Test func theWorstGrid() throws {
      let guest = SampleGuest(vcpus: 1024, pace: .allChanging)
      let sizes = try bytes(guest, 200, 60, .indexed256)
      #expect(median(sizes) <= 20_000)
    }

    @Test(.needsDirectColor) func theWorstGridInDirectColour() throws {
      let guest = SampleGuest(vcpus: 1024, pace: .allChanging)
      let sizes = try bytes(guest, 200, 60, .direct)
      #expect(median(sizes) <= 40_000)
    }

    /// A frozen picture, of a guest that goes on as fast as it can: not a byte.
    @Test(arguments: ["1", "2", "3", "4", "5", "7", "8"]) func nothingWhileFrozen(view: String)
      throws
    {
      let guest = SampleGuest(vcpus: 64, pace: .allChanging)
      let sizes = try bytes(guest, 120, 40, .indexed256, frames: 10) { model in
        for scalar in view.unicodeScalars { _ = model.handle(.character(scalar)) }
        _ = model.handle(.character(" "))
      }
      #expect(sizes.allSatisfy { $0 == 0 })
    }

    /// 200 sizes, of which the settling lets two in 30 ms through: what a second of them costs.
    @Test func aStormOfResizes() throws {
      let terminal = try PseudoTerminal(columns: 80, rows: 24)
      let screen = try ScreenTests.open(terminal)
      defer { screen.close() }
      var model = MonitorModel()
      let guest = SampleGuest(vcpus: 16, pace: .busy)
      for step in 0..<20 as Range<UInt64> { model.absorb(guest.snapshot(step: step)) }
      var settler = ResizeSettler()
      var state: UInt64 = 1
      func paint() {
        screen.adoptSize()
        model.resize(width: screen.size.columns, height: screen.size.rows)
        screen.present(model.frame(glyphs: .blocks))
        _ = terminal.received()
        while screen.isBehind {
          screen.sendRest()
          _ = terminal.received()
        }
      }
      let before = screen.bytesOut
      for number in 0..<200 as Range<Int64> {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        terminal.resize(
          columns: UInt16((state >> 33) % 220) + 1, rows: UInt16((state >> 48) % 70) + 1)
        // 5 ms apart.
        let now = number * 5_000_000
        if settler.passed(to: now) { paint() }
        if settler.signalled(at: now) { paint() }
      }
      #expect(screen.bytesOut - before <= 100_000)
    }

    /// The screen's own open of the terminal does not block; the shell's, which is the same open file as
    /// ours was, still does.
    @Test func theShellsDescriptorStaysAsItWas() throws {
      let terminal = try PseudoTerminal()
      let screen = try ScreenTests.open(terminal)
      #expect(fcntl(terminal.slave, F_GETFL) & O_NONBLOCK == 0)
      #expect(fcntl(screen.outputDescriptor, F_GETFL) & O_NONBLOCK != 0)
      #expect(screen.outputDescriptor != terminal.slave)
      screen.close()
      #expect(fcntl(terminal.slave, F_GETFL) & O_NONBLOCK == 0)
    }
  }
}

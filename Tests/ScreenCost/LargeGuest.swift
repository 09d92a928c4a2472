import Glibc
import Monitor
import SampleGuest
import Terminal
import Themes

/// More vcpus than this machine's demo guest can have, and the worst that can happen to a screen: 1,024 of
/// them, every one of which changes in every sample. No machine: made-up snapshots go through the real
/// model, the real frame and the real screen onto a terminal of ours.
struct LargeGuest {
  let settings: Settings

  func measure(_ report: inout Report) throws {
    report.title(
      "1,024 vcpus, all changing: made-up snapshots through model, frame and screen, in this process"
    )
    try measure(
      &report, "grid 200x60, 256 colours", SampleGuest(vcpus: 1024, pace: .allChanging),
      (200, 60), .indexed256, bytes: 20_000, percent: 2)
    if TerminalEnvironment.isKnown("xterm-direct") {
      try measure(
        &report, "grid 200x60, true colour", SampleGuest(vcpus: 1024, pace: .allChanging),
        (200, 60), .direct, bytes: 40_000, percent: 2)
    } else {
      report.note("grid 200x60, true colour", "no xterm-direct here (apt: ncurses-term)")
    }
    try measure(
      &report, "table 120x40, 16 vcpus, every number changes", SampleGuest(vcpus: 16, pace: .busy),
      (120, 40), .indexed256, bytes: 3_000, percent: 0.8)
    try measure(
      &report, "nothing but the clock changes, 120x40", SampleGuest(vcpus: 16, pace: .still),
      (120, 40), .indexed256, bytes: 1_500, percent: 0.8)
  }

  private func measure(
    _ report: inout Report, _ name: String, _ guest: SampleGuest, _ size: (Int, Int),
    _ color: ColorChoice, bytes limit: Double, percent: Double
  ) throws {
    var (master, slave) = (Int32(-1), Int32(-1))
    var window = winsize(
      ws_row: UInt16(size.1), ws_col: UInt16(size.0), ws_xpixel: 0, ws_ypixel: 0)
    guard openpty(&master, &slave, nil, nil, &window) == 0 else { throw Trouble("openpty failed") }
    defer {
      close(master)
      close(slave)
    }
    _ = fcntl(master, F_SETFL, O_NONBLOCK)
    let screen = try Screen(
      theme: .standard, options: ScreenOptions(color: color, glyphs: .blocks),
      environment: TerminalEnvironment(term: "xterm-256color"), input: slave, output: slave)
    defer { screen.close() }
    var model = MonitorModel()
    model.resize(width: size.0, height: size.1)
    var (times, parts, sizes) = ([UInt64](), Parts(), [Int]())
    var block = [UInt8](repeating: 0, count: 65536)
    for step in 0..<UInt64(settings.steps + 20) {
      let snapshot = guest.snapshot(step: step)
      let (start, sent) = (Clock.thread, screen.bytesOut)
      model.absorb(snapshot)
      let absorbed = Clock.thread
      let frame = model.frame(glyphs: screen.glyphs)
      let framed = Clock.thread
      screen.present(frame)
      let presented = Clock.thread
      var cost = presented - start
      while true {
        while read(master, &block, block.count) > 0 {}
        guard screen.isBehind else { break }
        // What is still to be written is work too.
        let start = Clock.thread
        screen.sendRest()
        cost += Clock.thread - start
      }
      // The first ones fill tables and graphs.
      if step >= 20 {
        times.append(cost)
        parts.absorb.append(absorbed - start)
        parts.frame.append(framed - absorbed)
        parts.present.append(cost - (framed - start))
        sizes.append(screen.bytesOut - sent)
      }
    }
    let mean = Double(times.reduce(0, +)) / Double(max(1, times.count))
    report.gate("\(name): bytes a frame", sizes.median.map(Double.init), atMost: limit, "B")
    // A period is 100 ms.
    report.gate("\(name): CPU at 10 Hz", mean / 1_000_000, atMost: percent, "%")
    report.note("  medians: recording, frame, terminal", parts.words)
  }

  /// What a frame's time went to, ns.
  private struct Parts {
    var (absorb, frame, present) = ([UInt64](), [UInt64](), [UInt64]())

    var words: String {
      [absorb, frame, present].map { "\(($0.median ?? 0) / 1000)" }.joined(separator: ", ") + " us"
    }
  }
}

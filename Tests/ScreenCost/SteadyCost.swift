/// What it costs to be looked at, ten times a second: tryst, htop and btop by turns, in terminals of the same
/// size.
struct SteadyCost {
  let settings: Settings

  /// What one program's turns said.
  private struct Turns {
    var first: [Double] = []
    var all: [Double] = []
    var bytes: [Double] = []
    var memory: [Double] = []
  }

  func measure(_ report: inout Report) throws {
    for (columns, rows) in [(120, 40), (200, 60)] {
      report.title("\(columns)x\(rows), 10 Hz, on-CPU time; medians of \(settings.rounds) turns")
      var turns: [String: Turns] = [:]
      let commands = settings.commands
      for _ in 0..<settings.rounds {
        for (name, arguments) in commands {
          let subject = try Subject(
            arguments, columns: columns, rows: rows, home: settings.home)
          subject.drain(for: 1_500_000_000)
          subject.forget()
          let (before, start) = (ProcessFacts.onCPU(subject.process), Clock.now)
          subject.drain(for: settings.nanoseconds)
          let (after, time) = (ProcessFacts.onCPU(subject.process), Double(Clock.now - start))
          turns[name, default: Turns()].first.append(
            Double(after.first - before.first) / time * 100)
          turns[name]?.all.append(Double(after.all - before.all) / time * 100)
          turns[name]?.memory.append(ProcessFacts.residentMegabytes(subject.process))
          let pictures = subject.pictures
          let size = pictures.median.map(Double.init) ?? Double(subject.bytes.count) / (time / 1e8)
          turns[name]?.bytes.append(size)
          subject.type("q")
          _ = try subject.end()
        }
      }
      for (name, _) in commands {
        guard let turn = turns[name] else { continue }
        func text(_ values: [Double]) -> String { Report.number(values.median ?? 0) }
        report.note(
          name,
          "CPU \(text(turn.first)) % first thread, \(text(turn.all)) % all;"
            + " \(text(turn.bytes)) B/frame; RSS \(text(turn.memory)) MB")
      }
      if columns == 120 {
        report.gate(
          "tryst, 16 vcpus busy: the screen's thread", turns["tryst"]?.first.median, atMost: 0.8,
          "%")
        report.gate(
          "tryst, 16 vcpus busy: bytes a frame", turns["tryst"]?.bytes.median, atMost: 1500, "B")
      }
    }
  }

  /// A frozen picture.
  func measureFrozen(_ report: inout Report) throws {
    report.title("frozen, 120x40, 16 vcpus busy")
    let subject = try Subject(settings.tryst, columns: 120, rows: 40, home: settings.home)
    subject.drain(for: 1_500_000_000)
    subject.type(" ")
    subject.drain(for: 500_000_000)
    subject.forget()
    let (before, start) = (ProcessFacts.onCPU(subject.process), Clock.now)
    subject.drain(for: settings.nanoseconds)
    let (after, time) = (ProcessFacts.onCPU(subject.process), Double(Clock.now - start))
    report.gate("bytes", Double(subject.bytes.count), atMost: 0, "B")
    report.gate(
      "the screen's thread (it goes on recording)",
      Double(after.first - before.first) / time * 100, atMost: 0.1, "%")
    subject.type("q")
    _ = try subject.end()
  }

  /// Resident memory with the screen less that without: what the screen adds, its recording included.
  func measureMemory(_ report: inout Report) throws {
    report.title("memory, 16 vcpus, after \(Report.number(Double(settings.nanoseconds) / 1e9)) s")
    var (with, without) = ([Double](), [Double]())
    for _ in 0..<settings.rounds {
      for isHeadless in [false, true] {
        let subject = try Subject(
          settings.tryst + (isHeadless ? ["--headless"] : []), columns: 120, rows: 40,
          home: settings.home)
        subject.drain(for: settings.nanoseconds)
        let memory = ProcessFacts.residentMegabytes(subject.process)
        if isHeadless { without.append(memory) } else { with.append(memory) }
      }
    }
    let (screen, none) = (with.median ?? 0, without.median ?? 0)
    report.note(
      "RSS with the screen, and headless", "\(Report.number(screen)), \(Report.number(none)) MB")
    report.gate("the screen's part", screen - none, atMost: 20, "MB")
  }
}

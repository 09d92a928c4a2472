import Glibc

/// How long tryst takes to react. Wall time: the medians are what is judged, and the spread is printed.
struct Reactions {
  let settings: Settings

  private func started(columns: Int = 120, rows: Int = 40) throws -> Subject {
    try Subject(settings.tryst, columns: columns, rows: rows, home: settings.home)
  }

  /// With its picture on the terminal, which does not move any more.
  private func frozen() throws -> Subject {
    let subject = try started()
    subject.drain(for: 1_000_000_000)
    subject.type(" ")
    subject.drain(for: 500_000_000)
    return subject
  }

  func measure(_ report: inout Report) throws {
    report.title("reactions, 16 vcpus busy; medians [fastest..slowest]")
    try measureStart(&report)
    let subject = try frozen()
    var keys: [UInt64] = []
    for press in 0..<settings.repetitions {
      keys.append(try answer(subject) { subject.type(press % 2 == 0 ? "2" : "1") })
    }
    report.gate("key to screen", times: keys, atMost: 20)
    var sizes: [UInt64] = []
    for turn in 0..<settings.repetitions {
      let (columns, rows) = turn % 2 == 0 ? (200, 60) : (80, 24)
      sizes.append(
        try answer(subject) { subject.resize(columns: columns, rows: rows) })
      // The trailing edge of the settling, so that the next one is a first again.
      subject.drain(for: 80_000_000)
    }
    report.gate("resize to painted", times: sizes, atMost: 60)
    try measureEnds(&report)
    try measureStorms(&report)
  }

  private func measureStart(_ report: inout Report) throws {
    var (bytes, pictures) = ([UInt64](), [UInt64]())
    for _ in 0..<settings.repetitions {
      let start = Clock.now
      let subject = try started()
      guard let first = subject.drain(for: 5_000_000_000, until: { true }) else { continue }
      bytes.append(first - start)
      guard !subject.hasWholePicture else {
        pictures.append(first - start)
        continue
      }
      if let whole = subject.drain(for: 5_000_000_000, until: { subject.hasWholePicture }) {
        pictures.append(whole - start)
      }
    }
    report.gate("first byte", times: bytes, atMost: 40)
    report.gate("first full frame", times: pictures, atMost: 80)
  }

  /// The time from `act` to a whole picture.
  private func answer(_ subject: Subject, _ act: () -> Void) throws -> UInt64 {
    subject.drain(for: 20_000_000)
    subject.forget()
    let start = Clock.now
    act()
    guard let end = subject.drain(for: 5_000_000_000, until: { subject.hasWholePicture }) else {
      throw Trouble("no answer")
    }
    return end - start
  }

  private func measureEnds(_ report: inout Report) throws {
    var (quits, terms) = ([UInt64](), [UInt64]())
    var isRestored = true
    for _ in 0..<settings.repetitions {
      let subject = try started()
      subject.drain(for: 700_000_000)
      let start = Clock.now
      subject.type("q")
      quits.append(try subject.end() - start)
    }
    for _ in 0..<max(1, settings.repetitions / 3) {
      let subject = try started(columns: 200, rows: 60)
      subject.drain(for: 700_000_000)
      // What the kernel keeps for a reader is some 70 KiB: other views fill it.
      for press in 0..<60 {
        subject.type(press % 2 == 0 ? "2" : "1")
        usleep(30_000)
      }
      let start = Clock.now
      kill(subject.process, SIGTERM)
      terms.append(try subject.end(isRead: false) - start)
      isRestored = isRestored && subject.isCooked
    }
    report.gate("quit", times: quits, atMost: 50)
    report.gate("TERM with a terminal that nobody reads", times: terms, atMost: 300)
    report.gate("  and it is not restored in", isRestored ? 0 : 1, atMost: 0, "cases")
  }

  /// 200 sizes from 1x1 to 220x70, the same for all, 5 ms apart.
  private func measureStorms(_ report: inout Report) throws {
    for (name, arguments) in settings.commands {
      let subject = try Subject(arguments, columns: 80, rows: 24, home: settings.home)
      subject.drain(for: 1_500_000_000)
      subject.forget()
      var state: UInt64 = 1
      for _ in 0..<200 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        subject.resize(columns: Int((state >> 33) % 220) + 1, rows: Int((state >> 48) % 70) + 1)
        subject.drain(for: 5_000_000)
      }
      subject.drain(for: 300_000_000)
      let isAlive = kill(subject.process, 0) == 0 && ProcessFacts.onCPU(subject.process).all > 0
      let kilobytes = Double(subject.bytes.count) / 1000
      if name == "tryst" {
        report.gate("200 resizes in a second", kilobytes, atMost: 100, "kB")
        report.gate("  and it ended of that", isAlive ? 0 : 1, atMost: 0, "times")
      } else {
        report.note("  \(name)", "\(Report.number(kilobytes)) kB\(isAlive ? "" : ", and it ended")")
      }
    }
  }
}

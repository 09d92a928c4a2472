import Glibc
import Monitor
import Testing
import Themes

@testable import Terminal

/// ncurses' state is global, and so are signals: one after the other.
@Suite(.serialized, .timeLimit(.minutes(1))) struct ScreenTests {
  static let xterm = TerminalEnvironment(term: "xterm-256color")

  static func open(
    _ terminal: PseudoTerminal, _ options: ScreenOptions = ScreenOptions(glyphs: .braille),
    _ environment: TerminalEnvironment = xterm
  ) throws -> Screen {
    try Screen(
      theme: .standard, options: options, environment: environment, input: terminal.slave,
      output: terminal.slave)
  }

  static func sample(_ columns: Int, _ rows: Int, seed: Int = 0) -> Frame {
    var frame = Frame(width: columns, height: rows)
    frame.fill(0, 0, width: columns, .header)
    frame.put(1, 0, "tryst ● RUN \(seed)", .header)
    frame.put(0, 2, "┌─ 漢字 한글 ─┐ ▁▂▃▄▅▆▇█ ⣀⣤⣶⣿ é", .graph)
    for y in 3..<max(3, rows - 1) {
      frame.put(y % 5, y, "vcpu\(y) \(seed &* 7919 &+ y) wait", Role.allCases[y % 20])
    }
    frame.put(0, rows - 1, String(repeating: "=", count: columns), .bar)
    return frame
  }

  // MARK: - Opening

  static func failure(
    _ environment: TerminalEnvironment, input: Int32, output: Int32
  ) -> TerminalError? {
    do throws(TerminalError) {
      _ = try Screen(
        theme: .standard, environment: environment, input: input, output: output)
      return nil
    } catch {
      return error
    }
  }

  @Test func saysWhyThereIsNoScreen() throws {
    let terminal = try PseudoTerminal()
    let slave = terminal.slave
    let before = terminal.modes()
    let null = Glibc.open("/dev/null", O_RDWR)
    defer { close(null) }
    #expect(
      Self.failure(Self.xterm, input: null, output: slave)
        == .notATerminal(stream: "standard input"))
    #expect(
      Self.failure(Self.xterm, input: slave, output: null)
        == .notATerminal(stream: "standard output")
    )
    func failure(term: String?) -> TerminalError? {
      Self.failure(TerminalEnvironment(term: term), input: slave, output: slave)
    }
    #expect(failure(term: nil) == .typeMissing)
    #expect(failure(term: "") == .typeMissing)
    #expect(failure(term: "no-such-terminal") == .typeUnknown("no-such-terminal"))
    #expect(failure(term: "../../etc") == .typeUnknown("../../etc"))
    #expect(failure(term: "dumb") == .typeTooSimple("dumb"))
    #expect(terminal.modes() == before)
    #expect(terminal.received().isEmpty)
    for error in [
      TerminalError.notATerminal(stream: "x"), .typeMissing, .typeUnknown("\u{1b}[2J\n"),
      .typeTooSimple("dumb"), .system(call: "open", errno: EACCES),
    ] {
      #expect(error.description.contains("--headless"))
      #expect(error.description.unicodeScalars.allSatisfy { (0x20..<0x7f).contains($0.value) })
    }
    // Failing leaves nothing behind: now it works, and only once at a time.
    let screen = try Self.open(terminal)
    #expect(Self.failure(Self.xterm, input: slave, output: slave) == .alreadyOpen)
    screen.close()
    try Self.open(terminal).close()
  }

  // MARK: - Painting

  @Test(arguments: [
    "xterm-256color", "xterm", "linux", "vt100", "vt220", "screen-256color", "tmux",
  ])
  func paintsWhatTheFrameSays(term: String) throws {
    let terminal = try PseudoTerminal()
    let screen = try Self.open(
      terminal, ScreenOptions(glyphs: .braille), TerminalEnvironment(term: term))
    defer { screen.close() }
    #expect(screen.size == (80, 24))
    var shown = VirtualScreen(columns: 80, rows: 24)
    for seed in 0..<5 {
      let frame = Self.sample(80, 24, seed: seed &* 99_991)
      screen.present(frame)
      shown.feed(terminal.received())
      #expect(shown.text == frame.text)
    }
  }

  @Test func anUnchangedFrameSendsNothing() throws {
    let terminal = try PseudoTerminal()
    let screen = try Self.open(terminal)
    defer { screen.close() }
    let frame = Self.sample(80, 24)
    screen.present(frame)
    let first = terminal.received()
    #expect(screen.bytesOut == first.count)
    #expect(first.starts(with: Array("\u{1b}[?1004h\u{1b}[?1002h\u{1b}[?1006h\u{1b}[?2026h".utf8)))
    #expect(String(decoding: first, as: UTF8.self).hasSuffix("\u{1b}[?2026l"))
    screen.present(frame)
    screen.present(frame)
    #expect(terminal.received().isEmpty)
    #expect(screen.bytesOut == first.count)
    // One cell: a few bytes.
    var changed = frame
    changed.put(40, 10, "X")
    screen.present(changed)
    let bytes = terminal.received()
    #expect(bytes.count > 16 && bytes.count < 80)
    #expect(screen.framesSkipped == 0)
  }

  @Test func aThemeMayBeSwapped() throws {
    let terminal = try PseudoTerminal()
    let screen = try Self.open(terminal)
    defer { screen.close() }
    let frame = Self.sample(80, 24)
    screen.present(frame)
    _ = terminal.received()
    let light = try ThemeCatalog(directories: []).load("light")
    screen.setTheme(light)
    #expect(screen.theme == light)
    let text = terminal.text()
    // #fafafa is grey 255 of 256.
    #expect(text.contains("48;5;231m") || text.contains("48;5;255m"))
  }

  @Test(arguments: [ColorChoice.never, .ansi8, .ansi16, .indexed256])
  func coloursAreNoMoreThanWasChosen(choice: ColorChoice) throws {
    let terminal = try PseudoTerminal()
    let screen = try Self.open(terminal, ScreenOptions(color: choice, glyphs: .ascii))
    screen.present(Self.sample(80, 24))
    screen.close()
    let parameters = Self.graphicRenditions(terminal.text())
    let colors = parameters.filter { (30...49).contains($0) || (90...107).contains($0) }
    switch choice {
    case .never:
      #expect(screen.depth == .monochrome)
      #expect(colors.isEmpty)
      #expect(parameters.contains(7) && parameters.contains(1))
    case .ansi8: #expect(!colors.isEmpty && colors.allSatisfy { $0 != 38 && $0 != 48 && $0 < 90 })
    case .ansi16:
      #expect(colors.contains { $0 >= 90 } && colors.allSatisfy { $0 != 38 && $0 != 48 })
    default: #expect(colors.contains(38) && colors.contains(48))
    }
  }

  @Test func noColorMeansNone() throws {
    let terminal = try PseudoTerminal()
    let environment = TerminalEnvironment(term: "xterm-256color", noColor: "1")
    let screen = try Self.open(terminal, ScreenOptions(), environment)
    screen.present(Self.sample(80, 24))
    screen.close()
    #expect(Self.graphicRenditions(terminal.text()).allSatisfy { $0 < 30 })
  }

  /// All parameters of SGR sequences.
  static func graphicRenditions(_ text: String) -> [Int] {
    var found: [Int] = []
    for part in text.split(separator: "\u{1b}[").dropFirst() {
      let parameters = part.prefix { $0.isNumber || $0 == ";" }
      guard part.dropFirst(parameters.count).first == "m" else { continue }
      found += parameters.split(separator: ";").compactMap { Int($0) }
    }
    return found
  }

  @Test func asciiSendsOnlyASCII() throws {
    let terminal = try PseudoTerminal()
    let screen = try Self.open(terminal, ScreenOptions(glyphs: .ascii))
    screen.present(Self.sample(80, 24))
    screen.close()
    #expect(screen.glyphs == .ascii)
    #expect(terminal.received().allSatisfy { $0 < 0x80 })
  }

  @Test func aGuestCannotReachTheTerminal() throws {
    let terminal = try PseudoTerminal()
    let screen = try Self.open(terminal)
    defer { screen.close() }
    screen.present(Frame(width: 80, height: 24))
    _ = terminal.received()
    var frame = Frame(width: 80, height: 24)
    let hostile: [UInt32] = [
      0x1b, 0x5d, 0x30, 0x3b, 0x70, 0x77, 0x6e, 0x07, 0x9b, 0x0e, 0x7f, 0xffff_ffff,
    ]
    for (x, value) in hostile.enumerated() {
      var cell = Cell(" ", .console)
      cell.scalar = value
      frame[x, 5] = cell
    }
    screen.present(frame)
    let bytes = terminal.received()
    #expect(!bytes.contains(0x07) && !bytes.contains(0x7f) && !bytes.contains(0x0e))
    #expect(String(decoding: bytes, as: UTF8.self).contains("?]0;pwn?"))
  }

  @Test func anySizeIsPainted() throws {
    let terminal = try PseudoTerminal()
    let screen = try Self.open(terminal)
    defer { screen.close() }
    let sizes: [(UInt16, UInt16)] = [
      (1, 1), (2, 1), (20, 5), (200, 60), (7, 3), (65535, 2), (80, 24),
    ]
    for (columns, rows) in sizes {
      terminal.resize(columns: columns, rows: rows)
      screen.adoptSize()
      #expect(screen.size == (min(Int(columns), 1024), Int(rows)))
      let (width, height) = screen.size
      // The frame of the size before, of this size, none.
      for frame in [Self.sample(80, 24), Self.sample(width, height), Frame(width: 0, height: 0)] {
        screen.present(frame)
        _ = terminal.received()
        while screen.isBehind {
          screen.sendRest()
          _ = terminal.received()
        }
      }
    }
    var shown = VirtualScreen(columns: 80, rows: 24)
    screen.adoptSize()
    screen.present(Self.sample(80, 24))
    shown.feed(terminal.received())
    #expect(shown.text == Self.sample(80, 24).text)
  }

  // MARK: - A slow terminal

  @Test func framesAreSkippedWhileTheTerminalIsBehind() throws {
    let terminal = try PseudoTerminal(columns: 200, rows: 60)
    let screen = try Self.open(terminal)
    defer { screen.close() }
    // Nobody reads: however much the kernel buffers, at some time frames have to wait.
    var seed = 0
    while screen.framesSkipped < 9 {
      seed += 1
      screen.present(Self.sample(200, 60, seed: seed &* 104_729))
    }
    #expect(screen.isBehind)
    // Once it is read the newest frame appears.
    var bytes: [UInt8] = []
    while screen.isBehind {
      bytes += terminal.received()
      screen.sendRest()
    }
    bytes += terminal.received()
    var shown = VirtualScreen(columns: 200, rows: 60)
    shown.feed(bytes)
    #expect(shown.text == Self.sample(200, 60, seed: seed &* 104_729).text)
    #expect(screen.framesSkipped == 9)
    #expect(bytes.count == screen.bytesOut)
  }

  @Test func closingAStuckTerminalIsQuick() throws {
    let terminal = try PseudoTerminal(columns: 200, rows: 60)
    let before = terminal.modes()
    let screen = try Self.open(terminal)
    var seed = 0
    while !screen.isBehind {
      seed += 1
      screen.present(Self.sample(200, 60, seed: seed &* 104_729))
    }
    let start = MonotonicTime.now
    screen.close()
    let elapsed = MonotonicTime.now - start
    #expect(elapsed < 500_000_000)
    #expect(terminal.modes() == before)
    // What undoes the screen is there all the same.
    #expect(terminal.text().contains("\u{1b}[?1049l"))
  }

  // MARK: - Leaving

  @Test func closingLeavesTheTerminalAsItWas() throws {
    let terminal = try PseudoTerminal()
    let before = terminal.modes()
    let screen = try Self.open(terminal)
    #expect(terminal.modes() != before)
    screen.present(Self.sample(80, 24))
    let entering = terminal.text()
    #expect(entering.contains("\u{1b}[?1049h"))
    screen.close()
    #expect(terminal.modes() == before)
    let leaving = terminal.text()
    for undone in [
      "\u{1b}[?1004l", "\u{1b}[?1006l", "\u{1b}[?1002l", "\u{1b}[?25h", "\u{1b}[?1049l",
    ] {
      #expect(leaving.contains(undone))
    }
    let sent = screen.bytesOut
    screen.close()
    screen.present(Self.sample(80, 24, seed: 2))
    #expect(screen.bytesOut == sent)
    #expect(terminal.received().isEmpty)
  }

  @Test func noMouseMeansNone() throws {
    let terminal = try PseudoTerminal()
    let screen = try Self.open(terminal, ScreenOptions(mouse: false))
    screen.present(Self.sample(80, 24))
    screen.close()
    let text = terminal.text()
    for mode in ["1000", "1002", "1003", "1006"] { #expect(!text.contains("\u{1b}[?\(mode)")) }
  }

  @Test func forgettingToCloseRestoresToo() throws {
    let terminal = try PseudoTerminal()
    let before = terminal.modes()
    do {
      let screen = try Self.open(terminal)
      screen.present(Self.sample(80, 24))
    }
    #expect(terminal.modes() == before)
    #expect(terminal.text().contains("\u{1b}[?1049l"))
  }

  @Test func signalActionsAreNotTouched() throws {
    let terminal = try PseudoTerminal()
    func handlers() -> [UInt] {
      [SIGINT, SIGTERM, SIGTSTP, SIGWINCH].map { signal in
        var action = sigaction()
        sigaction(signal, nil, &action)
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: UInt.self)
      }
    }
    let before = handlers()
    let screen = try Self.open(terminal)
    #expect(handlers() == before)
    screen.close()
    #expect(handlers() == before)
  }
}

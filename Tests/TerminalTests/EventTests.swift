import Glibc
import Monitor
import Testing
import Themes

@testable import Terminal

extension ScreenTests {
  /// Events of a screen on a pseudo-terminal. Signals are sent to this thread, which blocks them; the
  /// threads of the test runner do not.
  @Suite(.serialized, .timeLimit(.minutes(1))) struct EventTests {
    let terminal: PseudoTerminal
    let screen: Screen
    let events: TerminalEvents

    init() throws {
      TerminalEvents.blockSignals()
      terminal = try PseudoTerminal()
      screen = try ScreenTests.open(terminal)
      events = try TerminalEvents(screen: screen)
    }

    func raised(_ signal: Int32) -> [TerminalEvent] {
      TerminalEvents.blockSignals()
      #expect(pthread_kill(pthread_self(), signal) == 0)
      return events.next()
    }

    /// All events until `last`, which is the end.
    func collect(until last: TerminalEvent) -> [TerminalEvent] {
      var all: [TerminalEvent] = []
      while all.last != last { all += events.next() }
      return all
    }

    @Test func keysAndMouse() {
      terminal.type("a\u{1b}[A\u{1b}[<0;3;4Mq")
      #expect(
        collect(until: .key(.character("q"))) == [
          .key(.character("a")), .key(.up), .mouse(MouseEvent(x: 2, y: 3, kind: .press)),
          .key(.character("q")),
        ])
      screen.close()
    }

    @Test func theFocusComesAndGoes() {
      terminal.type("\u{1b}[Oa\u{1b}[I!")
      #expect(
        collect(until: .key(.character("!"))) == [
          .focus(false), .key(.character("a")), .focus(true), .key(.character("!")),
        ])
      screen.close()
    }

    @Test func escapeComesAfterAMoment() {
      let start = MonotonicTime.now
      terminal.type("\u{1b}")
      #expect(events.next() == [.key(.escape)])
      let elapsed = MonotonicTime.now - start
      #expect(elapsed >= KeyParser.escapeDelay)
      screen.close()
    }

    @Test func enterAndControlKeysArriveAsThemselves() {
      terminal.type("\r\u{11}\u{13}\u{16}\u{f}!")
      #expect(
        collect(until: .key(.character("!"))) == [
          .key(.enter), .key(.control("q")), .key(.control("s")), .key(.control("v")),
          .key(.control("o")), .key(.character("!")),
        ])
      screen.close()
    }

    @Test func signalsAreEvents() {
      #expect(raised(SIGTERM) == [.signal(SIGTERM)])
      #expect(raised(SIGINT) == [.signal(SIGINT)])
      #expect(raised(SIGQUIT) == [.signal(SIGQUIT)])
      #expect(raised(SIGUSR1) == [.user(SIGUSR1)])
      #expect(raised(SIGUSR2) == [.user(SIGUSR2)])
      #expect(raised(SIGTSTP) == [.suspend])
      #expect(raised(SIGHUP) == [.hangup])
      screen.close()
    }

    /// ncurses ignores SIGTSTP while it paints if one lets it, which throws away one that waits.
    @Test func aStopWhilePaintingIsKept() {
      TerminalEvents.blockSignals()
      #expect(pthread_kill(pthread_self(), SIGTSTP) == 0)
      screen.present(ScreenTests.sample(80, 24, seed: 7))
      events.period = .seconds(1)
      #expect(collect(until: .tick).contains(.suspend))
      screen.close()
    }

    @Test func aStormOfResizesIsTwo() {
      let start = MonotonicTime.now
      terminal.resize(columns: 90, rows: 30)
      #expect(raised(SIGWINCH) == [.resize])
      #expect(screen.size == (90, 30))
      TerminalEvents.blockSignals()
      for columns in UInt16(91)...100 {
        terminal.resize(columns: columns, rows: 30)
        #expect(pthread_kill(pthread_self(), SIGWINCH) == 0)
      }
      #expect(events.next() == [.resize])
      #expect(screen.size == (100, 30))
      // Not before the delay that the first began is over, however late this thread came to the storm.
      #expect(MonotonicTime.now - start >= ResizeSettler.delay)
      screen.close()
    }

    @Test func ticksAndWakes() {
      events.period = .milliseconds(5)
      #expect(events.next() == [.tick])
      #expect(events.next() == [.tick])
      events.period = nil
      events.waker.wake()
      events.waker.wake()
      #expect(collect(until: .wake).filter { $0 != .tick } == [.wake])
      screen.close()
    }

    @Test func aContinuedProcessTakesTheTerminalAgain() throws {
      screen.present(ScreenTests.sample(80, 24))
      _ = terminal.received()
      let raw = terminal.modes()
      // As a shell does while we are stopped.
      var modes = termios()
      #expect(tcgetattr(terminal.slave, &modes) == 0)
      modes.c_lflag |= tcflag_t(ECHO | ICANON)
      #expect(tcsetattr(terminal.slave, TCSANOW, &modes) == 0)
      #expect(raised(SIGCONT) == [.resize])
      #expect(terminal.modes() == raw)
      var shown = VirtualScreen(columns: 80, rows: 24)
      shown.feed(terminal.received())
      #expect(shown.text == ScreenTests.sample(80, 24).text)
      screen.close()
    }

    @Test func aSlowTerminalGetsTheRestByTheLoop() {
      var seed = 0
      while screen.framesSkipped < 2 {
        seed += 1
        screen.present(ScreenTests.sample(80, 24, seed: seed &* 104_729))
      }
      var bytes: [UInt8] = []
      events.period = .milliseconds(1)
      while screen.isBehind {
        bytes += terminal.received()
        _ = events.next()
      }
      bytes += terminal.received()
      var shown = VirtualScreen(columns: 80, rows: 24)
      shown.feed(bytes)
      #expect(shown.text == ScreenTests.sample(80, 24, seed: seed &* 104_729).text)
      screen.close()
    }
  }

  /// The other side goes away: said once, and no spinning afterwards.
  @Test func aClosedTerminalIsAHangup() throws {
    TerminalEvents.blockSignals()
    var master: Int32 = -1
    var slave: Int32 = -1
    try #require(openpty(&master, &slave, nil, nil, nil) == 0)
    defer { close(slave) }
    let screen = try Screen(
      theme: .standard, environment: Self.xterm, input: slave, output: slave)
    let events = try TerminalEvents(screen: screen)
    close(master)
    #expect(events.next() == [.hangup])
    events.waker.wake()
    #expect(events.next() == [.wake])
    screen.present(Self.sample(80, 24))
    let start = MonotonicTime.now
    screen.close()
    #expect(MonotonicTime.now - start < 500_000_000)
  }

  /// A trap in another process whose screen is on our terminal.
  @Test func aTrapRestoresTheTerminal() async throws {
    let terminal = try PseudoTerminal()
    let before = terminal.modes()
    let path = terminal.slavePath
    await #expect(processExitsWith: .failure) { [path = path as String] in
      let slave = Glibc.open(path, O_RDWR | O_NOCTTY)
      let screen = try Screen(
        theme: .standard, environment: TerminalEnvironment(term: "xterm-256color"), input: slave,
        output: slave)
      screen.present(Frame(width: 80, height: 24))
      fatalError("asked to")
    }
    #expect(terminal.modes() == before)
    let text = terminal.text()
    #expect(text.contains("\u{1b}[?1049h"))
    #expect(text.hasSuffix("\u{1b}[?1049l\u{1b}[23;0;0t"))
    #expect(text.contains("\u{1b}[?1006l"))
  }

  @Test(arguments: [SIGSEGV, SIGABRT, SIGBUS, SIGTRAP, SIGSYS, SIGFPE, SIGILL])
  func aFatalSignalRestoresTheTerminalAndStillKills(signal: Int32) async throws {
    let terminal = try PseudoTerminal()
    let before = terminal.modes()
    let path = terminal.slavePath
    await #expect(processExitsWith: .signal(signal)) {
      [path = path as String, signal = signal as Int32] in
      let slave = Glibc.open(path, O_RDWR | O_NOCTTY)
      let screen = try Screen(
        theme: .standard, environment: TerminalEnvironment(term: "xterm-256color"), input: slave,
        output: slave)
      screen.present(Frame(width: 80, height: 24))
      kill(getpid(), signal)
      // The signal may go to any thread; this one does not go on.
      while true { pause() }
    }
    #expect(terminal.modes() == before)
    #expect(terminal.text().contains("\u{1b}[?1049l"))
  }

  @Test func exitingWithoutClosingRestores() async throws {
    let terminal = try PseudoTerminal()
    let before = terminal.modes()
    let path = terminal.slavePath
    await #expect(processExitsWith: .exitCode(3)) { [path = path as String] in
      let slave = Glibc.open(path, O_RDWR | O_NOCTTY)
      let screen = try Screen(
        theme: .standard, environment: TerminalEnvironment(term: "xterm-256color"), input: slave,
        output: slave)
      screen.present(Frame(width: 80, height: 24))
      exit(3)
    }
    #expect(terminal.modes() == before)
    #expect(terminal.text().contains("\u{1b}[?1049l"))
  }

  /// Ctrl-Z: the process really stops, with the terminal as the shell knows it; continued, it has the
  /// screen again. A shell watches it from outside.
  @Test func suspendingStopsAndComesBack() async throws {
    let terminal = try PseudoTerminal()
    let before = terminal.modes()
    let path = terminal.slavePath
    await #expect(processExitsWith: .exitCode(0)) { [path = path as String] in
      let slave = Glibc.open(path, O_RDWR | O_NOCTTY)
      TerminalEvents.blockSignals()
      // A group of its own, or the kernel would not stop it where no shell is about.
      setpgid(0, 0)
      let screen = try Screen(
        theme: .standard, environment: TerminalEnvironment(term: "xterm-256color"), input: slave,
        output: slave)
      screen.present(Frame(width: 80, height: 24))
      let script = """
        until grep -q '^State:.T' /proc/$PPID/status; do sleep 0.01; done
        stty -a <\(path) | grep -q ' icanon'; result=$?
        kill -CONT $PPID
        exit $result
        """
      var watcher: pid_t = 0
      let words: [String] = ["sh", "-c", script]
      var arguments = words.map { (word: String) -> UnsafeMutablePointer<CChar>? in strdup(word) }
      arguments.append(nil)
      guard posix_spawn(&watcher, "/bin/sh", nil, nil, arguments, environ) == 0 else { exit(4) }
      screen.suspend()
      var status: Int32 = -1
      guard waitpid(watcher, &status, 0) == watcher, status == 0 else { exit(5) }
      var modes = termios()
      guard tcgetattr(slave, &modes) == 0, modes.c_lflag & tcflag_t(ICANON) == 0 else { exit(6) }
      screen.close()
      exit(0)
    }
    #expect(terminal.modes() == before)
    // Entered and left twice.
    #expect(terminal.text().split(separator: "\u{1b}[?1049h").count == 3)
  }
}

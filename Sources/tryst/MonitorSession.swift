import Commands
import Glibc
import Machine
import Monitor
import Settings
import Telemetry
import Terminal
import Themes
import Threads

/// `tryst run` on a terminal: the machine, the model, the screen, and the loop between them. All on the
/// main thread, which owns ncurses.
struct MonitorSession {
  let configuration: MachineConfiguration
  let limit: RunDuration?
  let options: MonitorOptions
  let injections: StartInjections

  func run() throws(Failure) {
    TerminalEvents.blockSignals()
    let desk = CompareDesk(device: configuration.device)
    defer { desk.end() }
    let machine = try MachineStart.start(configuration)
    let status: Int32
    do throws(TerminalError) {
      let screen = try Screen(theme: options.theme.theme, options: options.screen)
      // Before the machine ends, so that the terminal is back even if that takes a moment.
      defer { screen.close() }
      let events = try TerminalEvents(
        screen: screen, period: Self.period(hertz: options.refreshHertz))
      do throws(ThreadError) {
        // So that what is typed is seen without waiting for the next tick.
        let bridge = try NewsBridge(
          news: machine.news, waker: events.waker, pause: Self.echoPeriod)
        defer { bridge.stop() }
        status = loop(machine, screen, events, desk)
      } catch { throw .system(call: "starting a thread", errno: error.errorNumber) }
    } catch {
      machine.end()
      throw Failure(ExitStatus.unavailable, error.description)
    }
    let ended = machine.guestFailed ? machine.guestEnded : nil
    machine.end()
    if status != ExitStatus.success { throw Failure(status) }
    if let ended { throw Failure(ExitStatus.guestFailed, "the guest has ended: \(ended)") }
  }

  /// Between two looks at the guest's output, nanoseconds.
  private static let echoPeriod: UInt64 = 16_000_000

  static func period(hertz: Int) -> Duration { .nanoseconds(1_000_000_000 / max(1, hertz)) }

  /// Until the operator leaves, a signal comes, or the time is over. Returns the exit status.
  private func loop(
    _ machine: VirtualMachine, _ screen: Screen, _ events: TerminalEvents, _ desk: CompareDesk
  ) -> Int32 {
    let end = limit.map { MonotonicClock.nanoseconds() &+ $0.nanoseconds }
    var model = MonitorModel(
      refreshHertz: options.refreshHertz, isReadOnly: options.isReadOnly,
      keys: options.settings.settings.keys)
    model.resize(width: screen.size.columns, height: screen.size.rows)
    model.glyphs = screen.glyphs
    var input = SerialInput()
    var injections = injections
    var theme = options.theme
    model.themeNames = theme.names
    var settings = options.settings
    var (hasBegun, isAskedForOutput) = (false, false)
    while true {
      var (isSampleDue, hasNews, isPaintDue) = (false, false, false)
      for event in events.next() {
        var effects: [MonitorEffect] = []
        switch event {
        case .tick: isSampleDue = true
        case .key(let key): effects = model.handle(key)
        case .mouse(let mouse): effects = model.handle(mouse)
        case .resize: model.resize(width: screen.size.columns, height: screen.size.rows)
        case .suspend: screen.suspend()
        case .signal(let number): return ExitStatus.signalled(number)
        case .hangup: return ExitStatus.signalled(SIGHUP)
        case .paste(let text): effects = model.handle(paste: text)
        case .wake: hasNews = true
        case .focus(let isHere): model.pace.hasFocus = isHere
        case .user(let number):
          isSampleDue = true
          if number == SIGUSR2 {
            follow(&theme, screen, &model) { theme throws(ThemeError) in
              try theme.reload()
              return true
            }
            follow(&settings, &theme, screen, events, &model)
          }
        }
        if event != .wake && event != .tick { isPaintDue = true }
        for effect in effects
        where !perform(effect, machine, screen, events, desk, &model, &input, &theme) {
          return ExitStatus.success
        }
        // At once: the next key may be Ctrl-C, the guest's or ours.
        screen.keyboard = model.isAttached ? .guest : .monitor
      }
      // What nobody waits for comes with the next sample, and wakes nobody before. Whoever attaches asks at
      // once for the echo of the first key.
      let waitsForOutput = model.isAttached || injections.isWaiting
      if waitsForOutput && !isAskedForOutput { hasNews = true }
      isAskedForOutput = waitsForOutput
      var answers: [MonitorEffect] = []
      if isSampleDue {
        let now = MonotonicClock.nanoseconds()
        follow(&theme, screen, &model) { theme throws(ThemeError) in try theme.refresh(now: now) }
        desk.refresh(&model)
        let snapshot = machine.snapshot(ringsForOutput: waitsForOutput)
        answers = model.absorb(snapshot)
        injections.proceed(snapshot, machine)
        if model.isPictureDue() { isPaintDue = true }
        if !hasBegun { answers += model.begin(settings.settings.start) }
        hasBegun = true
      } else if hasNews {
        // Between two samples: the console must not lose anything, and its echo is waited for.
        let snapshot = machine.snapshot(ringsForOutput: waitsForOutput)
        answers = model.absorbNews(snapshot)
        injections.proceed(snapshot, machine)
        isPaintDue = isPaintDue || (model.isAttached && model.pace.hasFocus)
      }
      for effect in answers {
        _ = perform(effect, machine, screen, events, desk, &model, &input, &theme)
      }
      input.pass(to: machine)
      let now = MonotonicClock.nanoseconds()
      if let end, now >= end { return ExitStatus.success }
      guard isPaintDue || machine.guestEnded != nil else { continue }
      model.isTerminalSlow = screen.isBehind
      model.pace.framesSkipped = screen.framesSkipped
      screen.present(model.frame(glyphs: screen.glyphs))
      model.painted(nanoseconds: MonotonicClock.nanoseconds() &- now)
    }
  }

  /// Shows the theme where `change` says that it was read again. What is wrong with its file is said;
  /// the last good theme stays.
  private func follow(
    _ theme: inout ThemeChoice, _ screen: Screen, _ model: inout MonitorModel,
    change: (inout ThemeChoice) throws(ThemeError) -> Bool
  ) {
    do throws(ThemeError) {
      guard try change(&theme) else { return }
      screen.setTheme(theme.theme)
      model.notify("theme \(theme.theme.name) read again")
    } catch {
      model.notify("theme \(theme.theme.name) kept: \(error.firstLine)")
    }
  }

  /// False where the operator leaves.
  private func perform(
    _ effect: MonitorEffect, _ machine: VirtualMachine, _ screen: Screen, _ events: TerminalEvents,
    _ desk: CompareDesk, _ model: inout MonitorModel, _ input: inout SerialInput,
    _ theme: inout ThemeChoice
  ) -> Bool {
    switch effect {
    case .quit: return false
    case .perform(.serialInput(let bytes)):
      if !input.append(bytes) { model.notify("the guest does not take what is typed") }
    case .perform(let command):
      if !machine.perform(command) {
        model.notify("too many commands wait; try again when the log shows them done")
      }
    case .watch(let vcpu): machine.watch(vcpu)
    case .nextTheme:
      theme.next()
      screen.setTheme(theme.theme)
      model.notify("theme \(theme.theme.name)")
    case .useTheme(let name):
      do throws(ThemeError) {
        try theme.use(name)
        screen.setTheme(theme.theme)
        model.notify("theme \(name)")
      } catch { model.notify("theme \(theme.theme.name) kept: \(error.firstLine)") }
    case .nextGlyphs: nextGlyphs(screen, &model)
    case .save(let view): save(view, &model)
    case .copy(let text): copy(text, screen, &model)
    case .compare(let request): desk.perform(request, &model)
    case .setRefresh(let hertz): events.period = Self.period(hertz: hertz)
    }
    return true
  }
}

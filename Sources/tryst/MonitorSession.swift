import Glibc
import Machine
import Monitor
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

  func run() throws(Failure) {
    TerminalEvents.blockSignals()
    let machine = try MachineStart.start(configuration)
    let status: Int32
    do throws(TerminalError) {
      let screen = try Screen(theme: options.theme, options: options.screen)
      // Before the machine ends, so that the terminal is back even if that takes a moment.
      defer { screen.close() }
      let events = try TerminalEvents(
        screen: screen, period: Self.period(hertz: options.refreshHertz))
      status = loop(machine, screen, events)
    } catch {
      machine.end()
      throw Failure(ExitStatus.unavailable, error.description)
    }
    let ended = machine.guestFailed ? machine.guestEnded : nil
    machine.end()
    if status != ExitStatus.success { throw Failure(status) }
    if let ended { throw Failure(ExitStatus.guestFailed, "the guest has ended: \(ended)") }
  }

  private static func period(hertz: Int) -> Duration { .nanoseconds(1_000_000_000 / max(1, hertz)) }

  /// Until the operator leaves, a signal comes, or the time is over. Returns the exit status.
  private func loop(_ machine: VirtualMachine, _ screen: Screen, _ events: TerminalEvents) -> Int32
  {
    let end = limit.map { MonotonicClock.nanoseconds() &+ $0.nanoseconds }
    var model = MonitorModel(refreshHertz: options.refreshHertz)
    model.resize(width: screen.size.columns, height: screen.size.rows)
    while true {
      var isSampleDue = false
      for event in events.next() {
        var effects: [MonitorEffect] = []
        switch event {
        case .tick: isSampleDue = true
        case .key(let key): effects = model.handle(key)
        case .mouse(let mouse): effects = model.handle(mouse)
        case .paste: break
        case .resize: model.resize(width: screen.size.columns, height: screen.size.rows)
        case .suspend: screen.suspend()
        case .signal(let number): return ExitStatus.signalled(number)
        case .hangup: return ExitStatus.signalled(SIGHUP)
        case .wake, .user: isSampleDue = true
        }
        for effect in effects where !perform(effect, machine, screen, events, &model) {
          return ExitStatus.success
        }
      }
      if isSampleDue { model.absorb(machine.snapshot()) }
      if let end, MonotonicClock.nanoseconds() >= end { return ExitStatus.success }
      model.isTerminalSlow = screen.isBehind
      screen.present(model.frame(glyphs: screen.glyphs))
    }
  }

  /// False where the operator leaves.
  private func perform(
    _ effect: MonitorEffect, _ machine: VirtualMachine, _ screen: Screen, _ events: TerminalEvents,
    _ model: inout MonitorModel
  ) -> Bool {
    switch effect {
    case .quit: return false
    case .perform(let command):
      if !machine.perform(command) {
        model.notify("too many commands wait; try again when the log shows them done")
      }
    case .nextTheme:
      if let next = options.theme(after: screen.theme.name) {
        screen.setTheme(next)
        model.notify("theme \(next.name)")
      }
    case .setRefresh(let hertz): events.period = Self.period(hertz: hertz)
    }
    return true
  }
}

import Glibc
import Machine
import Monitor
import Telemetry
import Terminal
import Threads

/// `tryst run --plain`: a line for each event as it comes, and a line of totals now and then. No cursor is
/// moved, no colour set, and nothing waits for the reader but the program's end.
struct PlainRun {
  let configuration: MachineConfiguration
  let limit: RunDuration?
  let period: RunDuration
  let injections: StartInjections
  private let lines: PlainLines

  /// Records are drained this often at least, nanoseconds: their ring holds 1,024.
  private static let drainPeriod: UInt64 = 50_000_000
  /// Between two wakes by the guest's output, which nobody here waits for, nanoseconds.
  private static let idlePeriod: UInt64 = 100_000_000
  /// How long a signalled run waits for a slow reader, nanoseconds.
  private static let farewell: UInt64 = 1_000_000_000
  /// Bytes that wait for the reader before lines are left out.
  private static let backlogLimit = 1 << 18

  init(
    configuration: MachineConfiguration, limit: RunDuration?, period: RunDuration, filter: String,
    injections: StartInjections
  ) throws(Failure) {
    self.configuration = configuration
    self.limit = limit
    self.period = period
    self.injections = injections
    do throws(PlainLines.Mistake) {
      lines = try PlainLines(
        filter: filter, vcpus: configuration.vcpus, isASCII: !LineTerminal.abilities().isUTF8)
    } catch { throw Failure(ExitStatus.usage, "--events: \(error.words)") }
  }

  func run() throws(Failure) {
    LineEvents.blockSignals()
    let events: LineEvents
    do throws(TerminalError) { events = try LineEvents() } catch {
      throw Failure(ExitStatus.unavailable, error.description)
    }
    let machine = try MachineStart.start(configuration)
    let bridge: NewsBridge
    do throws(ThreadError) {
      bridge = try NewsBridge(news: machine.news, waker: events.waker, pause: Self.idlePeriod)
    } catch {
      machine.end()
      throw Failure(ExitStatus.ourFault, error.description)
    }
    var printer = Printer(lines)
    var signal = loop(machine, events, &printer)
    // Taken while the vcpus run: their states are those of the guest's life, not of its end.
    let last = machine.snapshot()
    bridge.stop()
    machine.end()
    printer.print(events: last)
    printer.print(events: machine.snapshot())
    printer.print(lastTotals: last)
    printer.print(ending: last)
    finish(events, &printer, &signal)
    try judge(last, printer.failure, signal)
  }

  /// Until the guest ends, the time is over, a signal comes, or nobody reads any more. Returns the signal.
  private func loop(
    _ machine: VirtualMachine, _ events: LineEvents, _ printer: inout Printer
  ) -> Int32 {
    let start = MonotonicClock.nanoseconds()
    let end = limit.map { start &+ $0.nanoseconds }
    var next = start &+ period.nanoseconds
    var injections = injections
    printer.print(opening: machine.snapshot())
    while machine.guestEnded == nil && printer.failure == nil {
      let now = MonotonicClock.nanoseconds()
      if let end, now >= end { return 0 }
      let rest = min(Self.drainPeriod, end.map { $0 - now } ?? .max)
      let ready = events.wait(
        input: nil, output: printer.descriptor, needsRoom: printer.hasBacklog, nanoseconds: rest)
      if ready.hasLostReader { printer.lose() }
      if let signal = ready.signal { return signal }
      let snapshot = machine.snapshot()
      injections.proceed(snapshot, machine)
      printer.print(events: snapshot)
      if MonotonicClock.nanoseconds() >= next {
        printer.print(totals: snapshot)
        next = max(next &+ period.nanoseconds, MonotonicClock.nanoseconds())
      }
      printer.flush()
    }
    return 0
  }

  /// Waits until everything is read; after a signal only for a moment.
  private func finish(_ events: LineEvents, _ printer: inout Printer, _ signal: inout Int32) {
    printer.flush()
    let end = signal == 0 ? UInt64.max : MonotonicClock.nanoseconds() &+ Self.farewell
    while printer.hasBacklog, printer.failure == nil {
      let now = MonotonicClock.nanoseconds()
      if now >= end { return }
      let ready = events.wait(
        input: nil, output: printer.descriptor, needsRoom: true,
        nanoseconds: min(end - now, 1_000_000_000))
      if ready.hasLostReader { printer.lose() }
      if let next = ready.signal {
        if signal == 0 { signal = next }
        return
      }
      printer.flush()
    }
  }

  private func judge(
    _ snapshot: Snapshot, _ failure: StreamOutput.Failure?, _ signal: Int32
  ) throws(Failure) {
    switch failure {
    case .gone:
      throw Failure(ExitStatus.signalled(SIGPIPE), "write standard output: the reader has gone")
    case .failed(let number):
      throw Failure(
        ExitStatus.unavailable, "write standard output: \(StandardStreams.words(number))")
    case nil: break
    }
    if snapshot.guestEnded != nil && snapshot.guestFailed { throw Failure(ExitStatus.guestFailed) }
    if signal != 0 { throw Failure(ExitStatus.signalled(signal)) }
  }

  /// Whole lines on their way to standard output; those that nobody reads in time are counted instead.
  private struct Printer: ~Copyable {
    private var lines: PlainLines
    private var stream = StreamOutput(to: STDOUT_FILENO)
    private var leftOut = 0
    /// When the last totals were, nanoseconds of the machine's clock.
    private var totalsTime: UInt64?

    init(_ lines: PlainLines) { self.lines = lines }

    var descriptor: Int32 { stream.descriptor }
    var hasBacklog: Bool { stream.backlog > 0 }
    var failure: StreamOutput.Failure? { stream.failure }

    mutating func lose() { stream.lose() }
    mutating func flush() { _ = stream.flush() }

    mutating func print(opening snapshot: Snapshot) {
      put(lines.opening(snapshot))
      print(events: snapshot)
    }
    mutating func print(events snapshot: Snapshot) {
      for line in lines.events(snapshot) { put(line) }
    }
    mutating func print(totals snapshot: Snapshot) {
      totalsTime = snapshot.timeNanoseconds
      put(lines.totals(snapshot))
    }
    /// Totals at the end, unless they have just been said.
    mutating func print(lastTotals snapshot: Snapshot) {
      let age = totalsTime.map { snapshot.timeNanoseconds &- $0 } ?? .max
      if age >= 500_000_000 { print(totals: snapshot) }
    }
    mutating func print(ending snapshot: Snapshot) {
      if let line = lines.ending(snapshot) { put(line) }
    }

    private mutating func put(_ line: String) {
      if stream.backlog > PlainRun.backlogLimit { flush() }
      // Half of what may wait must have gone before more comes: not every other line.
      let room = leftOut > 0 ? PlainRun.backlogLimit / 2 : PlainRun.backlogLimit
      guard stream.backlog <= room else {
        leftOut += 1
        return
      }
      if leftOut > 0 { stream.append(Array((PlainLines.leftOut(leftOut) + "\n").utf8)) }
      leftOut = 0
      stream.append(Array((line + "\n").utf8))
    }
  }
}

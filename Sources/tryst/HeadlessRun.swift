import Glibc
import Machine
import Telemetry
import Terminal
import Threads

/// `tryst run --headless`: lets the guest run, then prints one report. Nothing else goes to standard
/// output, unless that is the guest's serial port: then the report goes to standard error, as does what
/// the guest's end has to say.
struct HeadlessRun {
  let configuration: MachineConfiguration
  let limit: RunDuration?
  let format: RunCommand.Format
  let serial: SerialOption
  let injections: StartInjections

  /// Records are drained this often at least, nanoseconds: their ring holds 1,024.
  private static let drainPeriod: UInt64 = 50_000_000
  /// Between two wakes by the guest's output, nanoseconds: where somebody waits for it, and else.
  private static let echoPeriod: UInt64 = 2_000_000
  private static let idlePeriod: UInt64 = 20_000_000
  /// How long a signalled run waits for a slow reader, nanoseconds.
  private static let farewell: UInt64 = 1_000_000_000

  func run() throws(Failure) {
    TerminalEvents.blockSignals()
    let events: LineEvents
    do throws(TerminalError) { events = try LineEvents() } catch {
      throw Failure(ExitStatus.unavailable, error.description)
    }
    let line = try serial.open()
    // Whatever happens from here on, the terminal comes back.
    defer { line?.close() }
    let machine = try MachineStart.start(configuration)
    let bridge: NewsBridge
    do throws(ThreadError) {
      let pause = line == nil ? Self.idlePeriod : Self.echoPeriod
      bridge = try NewsBridge(news: machine.news, waker: events.waker, pause: pause)
    } catch {
      machine.end()
      throw Failure(ExitStatus.ourFault, error.description)
    }
    var course = Course(injections: injections)
    let start = MonotonicClock.nanoseconds()
    loop(machine, line, events, start, &course)
    let duration = Double(MonotonicClock.nanoseconds() &- start) / 1e9
    // Taken while the vcpus run: their states are those of the guest's life, not of its end.
    let snapshot = machine.snapshot()
    course.take(snapshot, line)
    bridge.stop()
    machine.end()
    course.take(machine.snapshot(), line)
    finish(line, events, &course)
    line?.close()
    for line in course.injections.rest { StandardStreams.complain(line) }
    try tell(Report(snapshot, durationSeconds: duration), line)
    try judge(snapshot, line, course)
  }

  /// What has come so far.
  private struct Course {
    var signal: Int32 = 0
    var messages: [String] = []
    var injections: StartInjections
    private static let messageLimit = 256

    mutating func take(_ snapshot: Snapshot, _ line: (any SerialLine)?) {
      for entry in snapshot.events {
        if case .message(let text) = entry.event { messages.append(text) }
      }
      for line in injections.answers(snapshot) { StandardStreams.complain(line) }
      // The last ones tell of the end; a guest can cause any number.
      if messages.count > Self.messageLimit {
        messages.removeFirst(messages.count - Self.messageLimit)
      }
      line?.write(snapshot.console)
    }
  }

  /// Until the guest ends, the time is over, a signal comes, or the line has had enough.
  private func loop(
    _ machine: VirtualMachine, _ line: (any SerialLine)?, _ events: LineEvents, _ start: UInt64,
    _ course: inout Course
  ) {
    let end = limit.map { start &+ $0.nanoseconds }
    var input = SerialInput()
    while course.signal == 0 && machine.guestEnded == nil && line?.ending == nil {
      let now = MonotonicClock.nanoseconds()
      if let end, now >= end { return }
      let rest = min(Self.drainPeriod, end.map { $0 - now } ?? .max)
      // What the guest has not taken yet keeps more from being read.
      let ready = events.wait(
        input: input.isEmpty ? line?.input : nil, output: line?.output,
        needsRoom: line?.backlog ?? 0 > 0, nanoseconds: rest)
      if ready.hasLostReader { line?.lose() }
      course.signal = ready.signal ?? 0
      if ready.hasResumed { line?.resume() }
      if ready.hasInput, let bytes = line?.read() { _ = input.append(bytes) }
      input.pass(to: machine)
      let snapshot = machine.snapshot()
      course.take(snapshot, line)
      course.injections.proceed(snapshot, machine)
    }
  }

  /// Waits until everything that the guest wrote is taken; after a signal only for a moment.
  private func finish(_ line: (any SerialLine)?, _ events: LineEvents, _ course: inout Course) {
    guard let line else { return }
    var end = UInt64.max
    if course.signal != 0 || !line.isAwaitedAtEnd {
      end = MonotonicClock.nanoseconds() &+ (line.isAwaitedAtEnd ? Self.farewell : 0)
    }
    while line.backlog > 0, line.ending == nil || line.ending == .quit {
      let now = MonotonicClock.nanoseconds()
      if now >= end { return }
      let ready = events.wait(
        input: nil, output: line.output, needsRoom: true,
        nanoseconds: min(end - now, 1_000_000_000))
      if ready.hasLostReader { line.lose() }
      if let signal = ready.signal {
        if course.signal == 0 { course.signal = signal }
        return
      }
      line.write([])
    }
  }

  private func tell(_ report: Report, _ line: (any SerialLine)?) throws(Failure) {
    let text = (format == .json ? report.json : report.text) + "\n"
    if line?.takesStandardOutput == true {
      StandardStreams.writeToError(text)
    } else {
      try StandardStreams.write(text)
    }
  }

  private func judge(
    _ snapshot: Snapshot, _ line: (any SerialLine)?, _ course: Course
  ) throws(Failure) {
    if let lost = line?.lostCount, lost > 0 {
      StandardStreams.complain("\(lost) bytes of the guest's output were lost: nobody took them")
    }
    if snapshot.guestEnded != nil {
      for message in course.messages { StandardStreams.complain(message) }
      if snapshot.guestFailed { throw Failure(ExitStatus.guestFailed) }
    }
    if course.signal != 0 { throw Failure(ExitStatus.signalled(course.signal)) }
    if case .failed(let status, let text) = line?.ending { throw Failure(status, text) }
  }
}

import Glibc
import Machine
import Telemetry
import Terminal
import Threads

/// `tryst run --headless`: lets the guest run, then prints one report. Nothing else goes to standard
/// output; what the guest's end has to say goes to standard error.
struct HeadlessRun {
  let configuration: MachineConfiguration
  let limit: RunDuration?
  let format: RunCommand.Format

  /// Records are drained this often, nanoseconds: their ring holds 1,024.
  private static let drainPeriod: UInt64 = 50_000_000

  func run() throws(Failure) {
    TerminalEvents.blockSignals()
    let machine = try MachineStart.start(configuration)
    let start = MonotonicClock.nanoseconds()
    let end = limit.map { start &+ $0.nanoseconds }
    var signal: Int32 = 0
    var messages: [String] = []
    while signal == 0 && machine.guestEnded == nil {
      let now = MonotonicClock.nanoseconds()
      if let end, now >= end { break }
      signal = Self.awaitSignal(min(Self.drainPeriod, end.map { $0 - now } ?? .max))
      collect(machine.snapshot(), &messages)
    }
    let duration = Double(MonotonicClock.nanoseconds() &- start) / 1e9
    // Taken while the vcpus run: their states are those of the guest's life, not of its end.
    let snapshot = machine.snapshot()
    collect(snapshot, &messages)
    machine.end()
    let report = Report(snapshot, durationSeconds: duration)
    try StandardStreams.write((format == .json ? report.json : report.text) + "\n")
    if snapshot.guestEnded != nil {
      for message in messages { StandardStreams.complain(message) }
      if snapshot.guestFailed { throw Failure(ExitStatus.guestFailed) }
    }
    if signal != 0 { throw Failure(ExitStatus.signalled(signal)) }
  }

  private func collect(_ snapshot: Snapshot, _ messages: inout [String]) {
    if !snapshot.console.isEmpty { unsafe snapshot.console.withUnsafeBytes { _ = unsafe write(2, $0.baseAddress, $0.count) } }
    for entry in snapshot.events {
      if case .message(let text) = entry.event { messages.append(text) }
    }
  }

  /// Waits for one of the signals that end us; 0 after `nanoseconds`.
  private static func awaitSignal(_ nanoseconds: UInt64) -> Int32 {
    var set = sigset_t()
    var time = timespec(
      tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
    // Both structures are filled here and read by the kernel during the call.
    unsafe sigemptyset(&set)
    for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] { unsafe sigaddset(&set, number) }
    return max(0, unsafe sigtimedwait(&set, nil, &time))
  }
}

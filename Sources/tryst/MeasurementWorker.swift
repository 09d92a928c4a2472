import Glibc
import Terminal

/// What measures on a thread of its own, tells how far it is, and can be cut.
protocol MeasurementWorker: Sendable {
  /// How far it is, in a line's words. Any thread.
  var progressLine: String { get }
  /// Whether it has ended. Any thread.
  var isFinished: Bool { get }
  /// Why it could not go on. After its end.
  var failure: Failure? { get }
  /// Asks it to end soon, with what it has. Any thread.
  func cut()
  /// Waits for its end. Once.
  func join()
}

extension MeasurementWorker {
  /// Until it has ended, showing on standard error how far it is. Returns the signal that cut it, or 0.
  func follow(_ events: LineEvents) -> Int32 {
    let isShown = LineTerminal.isTerminal(STDERR_FILENO)
    var signal: Int32 = 0
    while true {
      // Looked at before the line is made: the last line is then of the end.
      let isEnded = isFinished
      // To the line's start, and its rest erased.
      if isShown { StandardStreams.writeToError("\r\(progressLine.prefix(78))\u{1b}[K") }
      if isEnded { break }
      let ready = events.wait(input: nil, output: nil, needsRoom: false, nanoseconds: 1_000_000_000)
      if let number = ready.signal {
        signal = number
        cut()
      }
    }
    join()
    if isShown { StandardStreams.writeToError("\r\u{1b}[K") }
    return signal
  }

  /// The signals and wake-ups that a measurement is followed by; before any thread is started.
  static func events() throws(Failure) -> LineEvents {
    LineEvents.blockSignals()
    do throws(TerminalError) { return try LineEvents() } catch {
      throw Failure(ExitStatus.unavailable, error.description)
    }
  }
}

import Console
import Glibc
import Terminal

/// `--serial stdio`: the guest's serial port is standard input and output.
///
/// A terminal at standard input is set so that every key is the guest's, Ctrl-C included, but for those
/// after Ctrl-A. To a terminal at standard output only what a ``TerminalFilter`` lets through is written;
/// pipes and files get every byte as it is. The end of standard input is not the end of the run.
final class SerialStandardStreams: SerialLine {
  private var stream = StreamOutput(to: STDOUT_FILENO)
  private var filter: TerminalFilter?
  private let terminal: LineTerminal?
  private var escape = LineEscape()
  private var hasEnded = false
  private var wantsQuit = false
  /// What the terminal's guard was told last.
  private var undo: [UInt8] = []

  init() throws(Failure) {
    let isScreen = LineTerminal.isTerminal(STDOUT_FILENO)
    if isScreen {
      let abilities = LineTerminal.abilities()
      filter = TerminalFilter(isUTF8: abilities.isUTF8, obeysSequences: abilities.obeysSequences)
    }
    do throws(TerminalError) {
      terminal =
        LineTerminal.isTerminal(STDIN_FILENO)
        ? try LineTerminal(input: STDIN_FILENO, output: isScreen ? stream.descriptor : -1) : nil
    } catch { throw Failure(ExitStatus.unavailable, error.description) }
    if terminal != nil { StandardStreams.complain(LineEscape.help) }
  }

  var input: Int32? { hasEnded ? nil : STDIN_FILENO }
  var output: Int32? { stream.descriptor }
  var backlog: Int { stream.backlog }
  var lostCount: UInt64 { stream.lostCount }
  var takesStandardOutput: Bool { true }

  var ending: SerialEnding? {
    switch stream.failure {
    case nil: wantsQuit ? .quit : nil
    case .gone:
      .failed(
        ExitStatus.signalled(SIGPIPE), "write standard output: the reader has gone")
    case .failed(let number):
      .failed(ExitStatus.unavailable, "write standard output: \(StandardStreams.words(number))")
    }
  }

  func read() -> [UInt8] {
    guard let bytes = LineEvents.read(STDIN_FILENO) else {
      hasEnded = true
      return []
    }
    guard terminal != nil else { return bytes }
    let (guest, requests) = escape.take(bytes)
    for request in requests {
      switch request {
      case .quit: wantsQuit = true
      case .help: StandardStreams.complain(LineEscape.help)
      }
    }
    return guest
  }

  func write(_ bytes: [UInt8]) {
    if bytes.isEmpty || filter == nil {
      stream.append(bytes)
    } else if let passed = filter?.filter(bytes) {
      stream.append(passed)
      guardAgainstDeath()
    }
    stream.flush()
  }

  /// The guard of the terminal knows what to undo at any time.
  private func guardAgainstDeath() {
    guard let terminal, let now = filter?.undo, now != undo else { return }
    undo = now
    terminal.arm(now)
  }

  func lose() { stream.lose() }

  func resume() { terminal?.resume() }

  func close() {
    if let undo = filter?.undo {
      stream.append(undo)
      filter = nil
      stream.flush()
    }
    terminal?.close()
  }
}

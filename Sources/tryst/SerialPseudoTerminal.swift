import Terminal

/// `--serial pty`: a pseudo-terminal that any terminal program can open, leave and open again. All bytes
/// pass as they are: that program is a terminal of its own. What nobody has read yet is kept, the newest
/// 4 MiB of it, for whoever comes late.
final class SerialPseudoTerminal: SerialLine {
  private let line: PseudoTerminalLine
  private var stream: StreamOutput

  init() throws(Failure) {
    do throws(TerminalError) {
      line = try PseudoTerminalLine()
      stream = StreamOutput(to: line.descriptor, isShared: false)
    } catch { throw Failure(ExitStatus.unavailable, error.description) }
    StandardStreams.complain("serial port at \(line.name)")
  }

  var input: Int32? { line.descriptor }
  var output: Int32? { stream.descriptor }
  var backlog: Int { stream.backlog }
  var lostCount: UInt64 { stream.lostCount }
  var ending: SerialEnding? { nil }
  var isAwaitedAtEnd: Bool { false }

  func read() -> [UInt8] { LineEvents.read(line.descriptor) ?? [] }

  func write(_ bytes: [UInt8]) {
    stream.append(bytes)
    stream.flush()
  }
}

import Glibc
import Terminal

/// `--serial file:PATH`: what the guest writes, from the beginning of the file. It receives nothing.
final class SerialFile: SerialLine {
  private let path: String
  private var stream: StreamOutput

  init(path: String) throws(Failure) {
    self.path = path
    // A FIFO without a reader is refused rather than waited for, as no signal could end the wait.
    let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
    let descriptor = unsafe open(path, flags, 0o666)
    guard descriptor >= 0 else {
      let advice = errno == ENXIO ? "nobody reads it" : StandardStreams.words(errno)
      throw Failure(ExitStatus.unavailable, "open \(path): \(advice)")
    }
    stream = StreamOutput(owning: descriptor)
  }

  var input: Int32? { nil }
  var output: Int32? { stream.descriptor }
  var backlog: Int { stream.backlog }
  var lostCount: UInt64 { stream.lostCount }

  var ending: SerialEnding? {
    switch stream.failure {
    case nil: nil
    case .gone: .failed(ExitStatus.unavailable, "write \(path): the reader has gone")
    case .failed(let number):
      .failed(ExitStatus.unavailable, "write \(path): \(StandardStreams.words(number))")
    }
  }

  func read() -> [UInt8] { [] }

  func lose() { stream.lose() }

  func write(_ bytes: [UInt8]) {
    stream.append(bytes)
    stream.flush()
  }
}

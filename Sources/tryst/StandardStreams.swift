import Glibc

/// Standard output and error by descriptor: no buffering, no formatting, and a failure is seen.
enum StandardStreams {
  /// Keeps descriptors 0 to 2 from being given to /dev/kvm or a vcpu where the caller closed them, and
  /// throws where that is standard output: the result would have nowhere to go.
  static func check() throws(Failure) {
    var isOutputClosed = false
    for number in STDIN_FILENO...STDERR_FILENO where fcntl(number, F_GETFD) < 0 {
      if number == STDOUT_FILENO { isOutputClosed = true }
      // The lowest free number is this one, as those below are taken.
      _ = unsafe open("/dev/null", O_RDWR)
    }
    if isOutputClosed {
      throw Failure(
        ExitStatus.unavailable,
        "standard output is closed; let it go to a terminal, a pipe or a file")
    }
    // A reader that went away is an error of write(), not a death without a word.
    _ = signal(SIGPIPE, SIG_IGN)
  }

  /// Writes all of `text`.
  static func write(_ text: String) throws(Failure) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      // The array holds that many bytes.
      let count = unsafe rest.withUnsafeBytes {
        unsafe Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count)
      }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno == EPIPE {
        throw Failure(ExitStatus.signalled(SIGPIPE), "write standard output: the reader has gone")
      } else if errno != EINTR {
        throw Failure(
          ExitStatus.unavailable,
          "write standard output: errno \(errno); let it go to a terminal, a pipe or a file")
      }
    }
  }

  /// What the C library calls an error.
  static func words(_ number: Int32) -> String {
    // Its string lives until this thread's next call; it is copied at once.
    guard let text = unsafe strerror(number) else { return "errno \(number)" }
    return unsafe String(cString: text)
  }

  /// Writes all of `text` to standard error; where that is impossible, nobody can be told.
  static func writeToError(_ text: String) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      // The array holds that many bytes.
      let count = unsafe rest.withUnsafeBytes {
        unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count)
      }
      if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { return }
    }
  }

  /// One line to standard error; where that is impossible, nobody can be told.
  static func complain(_ line: String) {
    writeToError("tryst: \(line)\n")
  }
}

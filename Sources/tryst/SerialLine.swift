/// What is at the other end of the guest's serial port. The main thread owns it; nothing here blocks.
protocol SerialLine: AnyObject {
  /// Where to wait for bytes for the guest, or nil while there can be none.
  var input: Int32? { get }
  /// Where the guest's bytes go, or nil where nothing can become of it.
  var output: Int32? { get }
  /// Bytes that wait for room there.
  var backlog: Int { get }
  /// Bytes of the guest that were lost because nobody took them in time.
  var lostCount: UInt64 { get }
  /// Why the run is to end: what the operator wants, or that nobody is left to read.
  var ending: SerialEnding? { get }
  /// Whether the report goes to standard error, as standard output is the guest's.
  var takesStandardOutput: Bool { get }
  /// Whether a run waits at its end for everything to be taken.
  var isAwaitedAtEnd: Bool { get }

  /// Bytes for the guest that are there now.
  func read() -> [UInt8]
  /// Takes bytes of the guest, and passes on what can be.
  func write(_ bytes: [UInt8])
  /// Nobody is left to read the output.
  func lose()
  /// The process goes on after a stop.
  func resume()
  /// Gives back what it took.
  func close()
}

extension SerialLine {
  var takesStandardOutput: Bool { false }
  var isAwaitedAtEnd: Bool { true }
  func lose() {}
  func resume() {}
  func close() {}
}

/// How a serial line ends a run.
enum SerialEnding: Equatable {
  /// The operator asked for it.
  case quit
  /// Something failed: the line to say, and the status.
  case failed(Int32, String)
}

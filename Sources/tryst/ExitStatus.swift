import Glibc

/// What the process exits with.
enum ExitStatus {
  static let success: Int32 = 0
  /// The guest ended by itself, or an expectation was not met.
  static let guestFailed: Int32 = 1
  static let usage: Int32 = 64
  static let inputMissing: Int32 = 66
  /// No KVM, no terminal, nowhere to write.
  static let unavailable: Int32 = 69
  static let ourFault: Int32 = 70
  static let configuration: Int32 = 78
  /// Ended by `signal`.
  static func signalled(_ signal: Int32) -> Int32 { 128 + signal }
}

/// Ends the process with a status and, where there is something to say, one line.
struct Failure: Error, CustomStringConvertible {
  let status: Int32
  let description: String

  init(_ status: Int32, _ description: String = "") {
    self.status = status
    self.description = description
  }
}

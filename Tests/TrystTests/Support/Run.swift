import Foundation

/// A finished process: its status (128 + signal where a signal ended it) and what it wrote.
struct Run: Sendable {
  let status: Int32
  let output: String
  let error: String

  /// The lines on standard error.
  var complaints: [Substring] {
    error.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
  }

  /// Runs tryst with `arguments`.
  static func tryst(
    _ arguments: [String], environment: [String: String] = [:], seconds: Double = 60,
    meanwhile: (Int32) async throws -> Void = { _ in }
  ) async throws -> Run {
    try await program(
      Program.path, arguments, environment: environment, seconds: seconds, meanwhile: meanwhile)
  }

  /// Runs a program to its end, which is forced after `seconds`; `meanwhile` gets the process id.
  static func program(
    _ path: String, _ arguments: [String], environment: [String: String] = [:],
    seconds: Double = 60, meanwhile: (Int32) async throws -> Void = { _ in }
  ) async throws -> Run {
    // Files, not pipes: nobody has to read them while it runs, and a daemon that keeps them open
    // does no harm.
    let base = NSTemporaryDirectory() + "tryst-run-" + UUID().uuidString
    let (out, error) = (base + ".out", base + ".err")
    for file in [out, error] {
      _ = FileManager.default.createFile(atPath: file, contents: nil)
    }
    defer { for file in [out, error] { unlink(file) } }
    guard let outHandle = FileHandle(forWritingAtPath: out),
      let errorHandle = FileHandle(forWritingAtPath: error)
    else { throw Missing("temporary files in \(NSTemporaryDirectory())") }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.environment = Program.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = outHandle
    process.standardError = errorHandle
    try process.run()
    let pid = process.processIdentifier
    do {
      try await meanwhile(pid)
      _ = try await awaiting("the end of \(path) \(arguments)", seconds: seconds) {
        process.isRunning ? nil : true
      }
    } catch {
      kill(pid, SIGKILL)
      process.waitUntilExit()
      throw error
    }
    return Run(
      status: process.terminationReason == .exit
        ? process.terminationStatus : 128 + process.terminationStatus,
      output: text(out), error: text(error))
  }

  private static func text(_ path: String) -> String {
    String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
  }
}

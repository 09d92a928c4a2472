import ExitLoopSupport
import Foundation
import Glibc

/// Counts the loop's instructions.
enum Instructions {
  static let rounds: UInt32 = 200

  static func measure() throws -> Bool {
    let child = Process()
    child.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    child.arguments = ["child"]
    let input = Pipe()
    let output = Pipe()
    child.standardInput = input
    child.standardOutput = output
    try child.run()
    let line = try readLine(output.fileHandleForReading)
    let addresses = line.split(separator: " ").compactMap { UInt64($0) }
    guard let thread = try vcpuThread(of: child.processIdentifier) else {
      print("no thread called 'vcpu 0'")
      return false
    }
    var count = exitloop_count()
    let result = exitloop_step(thread, rounds, addresses, addresses.count, &count)
    try input.fileHandleForWriting.close()
    child.waitUntilExit()
    guard result == 0 else {
      print("cannot step the vcpu's thread: errno \(-result)")
      return false
    }
    print(
      """
      instructions from KVM_RUN to KVM_RUN, PIO exit, \(count.iterations) rounds: \
      fewest \(count.fewest), median \(count.median), most \(count.most) \
      (budget \(ExitLoop.instructionBudget))
      system calls \(count.system_calls), locked instructions \(count.locked), calls of \
      \(Child.watched.joined(separator: " ")): \(count.watched)
      """)
    // One locked instruction a round is the store of `running` (rendezvous.md section 1.4).
    return count.median <= ExitLoop.instructionBudget && count.system_calls == 0
      && count.watched == 0 && count.locked <= UInt(count.iterations)
  }

  private static func readLine(_ handle: FileHandle) throws -> String {
    var bytes = Data()
    while bytes.last != 10, let next = try handle.read(upToCount: 1), !next.isEmpty {
      bytes.append(next)
    }
    return String(decoding: bytes.dropLast(), as: UTF8.self)
  }

  private static func vcpuThread(of process: Int32) throws -> Int32? {
    let folder = "/proc/\(process)/task"
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      let comm = try String(contentsOfFile: "\(folder)/\(name)/comm", encoding: .utf8)
      if comm == "vcpu 0\n" { return Int32(name) }
    }
    return nil
  }
}

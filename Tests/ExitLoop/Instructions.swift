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
    let base = try Self.base(of: child.processIdentifier)
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
    if CommandLine.arguments.contains("--addresses") { printAddresses(&count, base) }
    // One locked instruction a round is the store of `running` (rendezvous.md section 1.4).
    return count.median <= ExitLoop.instructionBudget && count.system_calls == 0
      && count.watched == 0 && count.locked <= UInt(count.iterations)
  }

  /// Where each instruction of the last round is in the program's file, as addr2line wants it.
  private static func printAddresses(_ count: inout exitloop_count, _ base: UInt64) {
    let last = Int(count.last)
    withUnsafeBytes(of: &count.addresses) { bytes in
      for address in bytes.bindMemory(to: UInt64.self).prefix(last) {
        print("0x" + String(address &- base, radix: 16))
      }
    }
  }

  /// Where the program's file is mapped from its begin on.
  private static func base(of process: Int32) throws -> UInt64 {
    let maps = try String(contentsOfFile: "/proc/\(process)/maps", encoding: .utf8)
    return maps.split(separator: "-").first.flatMap { UInt64($0, radix: 16) } ?? 0
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

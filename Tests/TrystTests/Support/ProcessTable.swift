import Foundation

/// What /proc tells about processes that are not ours to ask.
enum ProcessTable {
  /// The children of `parent`.
  static func children(of parent: Int32) -> [Int32] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { Int32($0) }.filter { fields($0)?.parent == parent }
  }

  /// Whether the machine of `pid` runs: its last thread is the operator's.
  static func hasMachine(_ pid: Int32) -> Bool {
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
    return threads.contains { text("/proc/\(pid)/task/\($0)/comm") == "operator\n" }
  }

  /// One letter: R, S, T (stopped) and so on; nil where there is no such process.
  static func state(_ pid: Int32) -> Character? { fields(pid)?.state }

  /// CPU time of all its threads, in clock ticks.
  static func ticks(_ pid: Int32) -> UInt64 { fields(pid)?.ticks ?? 0 }

  private static func fields(_ pid: Int32) -> (state: Character, parent: Int32, ticks: UInt64)? {
    // The name, in parentheses, may hold anything; the rest has no parentheses.
    guard let line = text("/proc/\(pid)/stat"), let end = line.lastIndex(of: ")") else {
      return nil
    }
    let rest = line[line.index(after: end)...].split(separator: " ")
    guard rest.count > 12, let state = rest[0].first, let parent = Int32(rest[1]),
      let user = UInt64(rest[11]), let system = UInt64(rest[12])
    else { return nil }
    return (state, parent, user + system)
  }

  private static func text(_ path: String) -> String? {
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
  }
}

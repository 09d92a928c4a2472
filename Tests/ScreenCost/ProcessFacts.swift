import Foundation

/// What /proc says of a process.
enum ProcessFacts {
  /// On-CPU ns of its first thread (in tryst: the screen's) and of all its threads, from schedstat: time
  /// that it waited for a CPU is not in it.
  static func onCPU(_ process: pid_t) -> (first: UInt64, all: UInt64) {
    let folder = "/proc/\(process)/task"
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    var (first, all) = (UInt64(0), UInt64(0))
    for thread in threads {
      guard
        let text = try? String(contentsOfFile: "\(folder)/\(thread)/schedstat", encoding: .utf8),
        let time = text.split(separator: " ").first.flatMap({ UInt64($0) })
      else { continue }
      all += time
      if thread == "\(process)" { first = time }
    }
    return (first, all)
  }

  /// Resident memory, MB (10^6 bytes).
  static func residentMegabytes(_ process: pid_t) -> Double {
    let text = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    let number = line?.split(separator: " ").dropFirst().first.flatMap { Double($0) } ?? 0
    return number * 1024 / 1_000_000
  }
}

extension Array where Element: Comparable {
  /// The middle one; nil of none.
  var median: Element? { isEmpty ? nil : sorted()[count / 2] }
}

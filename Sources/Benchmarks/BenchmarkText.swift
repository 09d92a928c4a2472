/// The bench as lines of text for a terminal, ASCII only, 80 columns at most.
public enum BenchmarkText {
  /// What the columns mean, for those who read the table alone.
  public static let legend = [
    "ours, floor: medians; ratio: median of the turns, in which ours and the floor's",
    "came one after the other; min: ratio of the least of each; p99, max: ours, where",
    "each sample is one event.",
  ]
  /// What is said of a build that is not optimized.
  static let unoptimized = "a debug build: these figures say nothing of a release build"

  /// All of it.
  public static func lines(_ state: BenchmarkState) -> [String] {
    var lines = [host(state)]
    if !state.host.isOptimized { lines.append(unoptimized) }
    for section in state.plan.sections {
      let results = state.results(section)
      let omissions = state.omissions.filter { $0.section == section }
      if results.isEmpty && omissions.isEmpty { continue }
      lines += ["", section.title]
      lines.append(line("", ["ours", "floor", "ratio", "min", "p99", "max"]))
      for floor in floors(of: results) {
        if !floor.isEmpty { lines += wrap("  against \(floor)") }
        lines += results.filter { $0.floorName == floor }.map(row)
      }
      for omission in omissions {
        lines += wrap("  not measured: \(omission.name): \(omission.reason)")
      }
    }
    if let problem = state.problem { lines += [""] + wrap("stopped: \(problem)") }
    if state.isCut { lines += ["", ended] }
    return lines + [""] + legend
  }

  static let ended = "ended before its time: this is what was measured until then"

  /// Where it ran.
  static func host(_ state: BenchmarkState) -> String {
    let host = state.host
    var parts = ["\(host.kvm) on \(host.cpus) CPUs"]
    if !host.kernel.isEmpty { parts.append("Linux \(host.kernel)") }
    if !host.commit.isEmpty { parts.append(host.commit) }
    if !host.date.isEmpty { parts.append(host.date) }
    return String(parts.joined(separator: ", ").prefix(80))
  }

  /// What `results` are compared with, each once, in their order.
  private static func floors(of results: [BenchmarkResult]) -> [String] {
    var floors: [String] = []
    for result in results where !floors.contains(result.floorName) {
      floors.append(result.floorName)
    }
    return floors
  }

  private static func row(_ result: BenchmarkResult) -> String {
    let unit = result.unit
    let hasFloor = !result.floor.values.isEmpty
    let isLatency = result.isLatency
    return line(
      result.name,
      [
        BenchmarkWords.text(result.ours.median, unit),
        hasFloor ? BenchmarkWords.text(result.floor.median, unit) : "",
        hasFloor ? BenchmarkWords.ratio(result.ratio) : "",
        hasFloor ? BenchmarkWords.ratio(result.ratioOfMinima) : "",
        isLatency ? BenchmarkWords.text(result.ours.percentile(99), unit) : "",
        isLatency ? BenchmarkWords.text(result.ours.percentile(100), unit) : "",
      ])
  }

  private static func line(_ name: String, _ cells: [String]) -> String {
    var line = padded("  " + name, 30)
    for (cell, width) in zip(cells, [9, 9, 7, 7, 9, 9]) {
      line += String(repeating: " ", count: max(1, width - cell.count)) + cell
    }
    while line.hasSuffix(" ") { line.removeLast() }
    return String(line.prefix(80))
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    String(text.prefix(width)) + String(repeating: " ", count: max(0, width - text.count))
  }

  /// Broken between words, what follows indented.
  static func wrap(_ text: String) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      if let last = lines.last, last.count + 1 + word.count <= 80 {
        lines[lines.count - 1] += " " + word
      } else {
        lines.append(lines.isEmpty ? String(word) : "    " + word)
      }
    }
    return lines
  }
}

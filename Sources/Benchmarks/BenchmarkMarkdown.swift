/// The bench as Markdown: one table.
public enum BenchmarkMarkdown {
  /// The document; ends with a newline.
  public static func text(_ state: BenchmarkState) -> String {
    var lines = [sentence("On " + BenchmarkText.host(state))]
    if !state.host.isOptimized { lines += ["", sentence(BenchmarkText.unoptimized)] }
    lines += [
      "", row(["what", "ours", "floor", "ratio", "min", "p99", "max", "against"]),
      row([":--", "--:", "--:", "--:", "--:", "--:", "--:", ":--"]),
    ]
    lines += state.results.map(row)
    let omissions = state.omissions.map {
      "Not measured: \($0.section.rawValue), \($0.name): \($0.reason)."
    }
    lines += omissions.flatMap { ["", $0] }
    if let problem = state.problem { lines += ["", sentence("stopped: \(problem)")] }
    if state.isCut { lines += ["", sentence(BenchmarkText.ended)] }
    lines += ["", sentence(BenchmarkText.legend.joined(separator: " "))]
    return lines.joined(separator: "\n") + "\n"
  }

  private static func row(_ result: BenchmarkResult) -> String {
    let unit = result.unit
    let hasFloor = !result.floor.values.isEmpty
    let isLatency = result.isLatency
    return row([
      "\(result.section.rawValue): \(result.name)", BenchmarkWords.text(result.ours.median, unit),
      hasFloor ? BenchmarkWords.text(result.floor.median, unit) : "",
      hasFloor ? BenchmarkWords.ratio(result.ratio) : "",
      hasFloor ? BenchmarkWords.ratio(result.ratioOfMinima) : "",
      isLatency ? BenchmarkWords.text(result.ours.percentile(99), unit) : "",
      isLatency ? BenchmarkWords.text(result.ours.percentile(100), unit) : "", result.floorName,
    ])
  }

  private static func row(_ cells: [String]) -> String {
    "| " + cells.map { $0.split(separator: "|").joined(separator: "/") }.joined(separator: " | ")
      + " |"
  }

  private static func sentence(_ text: String) -> String {
    let text = text.prefix(1).uppercased() + text.dropFirst()
    return text.hasSuffix(".") ? text : text + "."
  }
}

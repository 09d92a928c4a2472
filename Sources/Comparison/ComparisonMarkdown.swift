import Rendezvous

/// The comparison as Markdown: a table for each trial, with every column and the verdicts.
public enum ComparisonMarkdown {
  /// The document; ends with a newline.
  public static func text(_ state: ComparisonState) -> String {
    var lines: [String] = []
    for trial in state.plan.trials.indices {
      let rows = state.rows[trial]
      lines += ["## \(ComparisonText.heading(state.plan, trial: trial))", ""]
      lines += ComparisonText.method(state.plan, trial: trial).map(sentence) + [""]
      let columns = ComparisonColumn.allCases
      lines.append(row(["policy"] + columns.map(\.title) + ["verdict"]))
      lines.append(row([":--"] + columns.map { _ in "--:" } + [":--"]))
      for it in rows {
        lines.append(
          row([it.policy.preset] + columns.map { $0.text(it) } + [ComparisonVerdict.words(it)]))
      }
      lines.append("")
      let findings = state.findings(trial: trial)
      if !findings.isEmpty {
        lines += [
          row(["expected of", "what", "counted", "seen"]), row([":--", ":--", "--:", ":--"]),
        ]
        for finding in findings {
          let count = finding.count.map(NumberWords.exact) ?? "not measured"
          lines.append(
            row([
              finding.expectation.policy, finding.expectation.words, count,
              finding.isSeen ? "yes" : "no",
            ]))
        }
        lines.append("")
      }
    }
    if let problem = state.problem { lines += [sentence("stopped: \(problem)"), ""] }
    if state.isCut {
      lines += ["Ended before its time: this is what was measured until then.", ""]
    }
    lines.append(sentence(ComparisonColumn.legend))
    return lines.joined(separator: "\n") + "\n"
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

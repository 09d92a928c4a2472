/// Verdicts as a table of text, of Markdown, or as JSON.
public struct VerdictReport: Sendable {
  /// The verdicts, in the order of the table.
  public let verdicts: [Verdict]
  /// Whether counterexamples are part of it.
  public let hasTraces: Bool

  /// A report of `verdicts`.
  public init(_ verdicts: [Verdict], hasTraces: Bool = false) {
    self.verdicts = verdicts
    self.hasTraces = hasTraces
  }

  static let titles = ["policy", "scenario", "memory", "verdict", "spurious", "states", "ms"]

  static func cells(_ verdict: Verdict) -> [String] {
    let checked = verdict.checked
    var name = checked.policy.name
    if !checked.policy.reviewName.isEmpty { name += " (\(checked.policy.reviewName))" }
    if let mutation = checked.mutation { name += " + \(mutation.rawValue)" }
    return [
      name, checked.scenario.name, checked.memory.name,
      words(verdict), "\(verdict.kinds)", "\(verdict.stateCount)", "\(milliseconds(verdict))",
    ]
  }

  /// The verdict, and where it is not what is known, what that is.
  static func words(_ verdict: Verdict) -> String {
    guard !verdict.isAsExpected else { return "\(verdict.violations)" }
    var known = verdict.checked.expected.map { "\($0)" } ?? "an end"
    if let kinds = verdict.checked.expectedKinds { known += ", spurious \(kinds)" }
    return "\(verdict.violations) (EXPECTED \(known))"
  }

  static func milliseconds(_ verdict: Verdict) -> Int64 {
    let (seconds, attoseconds) = verdict.duration.components
    return seconds * 1000 + attoseconds / 1_000_000_000_000_000
  }

  /// How many verdicts are not what is known.
  public var surprises: Int { verdicts.count { !$0.isAsExpected } }

  /// One line: how many, how large, how long, and whether all are as they should be.
  public var summary: String {
    let states = verdicts.reduce(0) { $0 + $1.stateCount }
    let time = verdicts.reduce(0) { $0 + Self.milliseconds($1) }
    let counted = "\(verdicts.count) \(verdicts.count == 1 ? "verdict" : "verdicts")"
    let judged = surprises == 0 ? "all as expected" : "\(surprises) NOT as expected"
    return "\(counted), \(judged); \(states) states in \(time / 1000).\(time % 1000 / 100) s"
  }

  // MARK: Text and Markdown

  /// For a terminal of 80 columns: a paragraph a policy, and the ways to what was found.
  public var text: [String] {
    let rows = verdicts.map(Self.cells)
    var (scenarios, memories) = (0, 0)
    for row in rows {
      scenarios = max(scenarios, row[1].count)
      memories = max(memories, row[2].count)
    }
    var lines: [String] = []
    for (index, row) in rows.enumerated() {
      if index == 0 || rows[index - 1][0] != row[0] { lines.append(row[0]) }
      let place =
        "  " + Self.filled(row[1], scenarios) + "  " + Self.filled(row[2], memories) + "  "
      lines += Self.wrapped(row[3], first: place)
      lines += Self.wrapped("\(row[5]) states, \(row[6]) ms; spurious: \(row[4])", first: "    ")
      if hasTraces {
        for example in verdicts[index].counterexamples {
          lines += example.lines.flatMap { Self.broken("    " + $0) }
        }
      }
    }
    return lines + [summary]
  }

  /// `line`, its end on a second line where it has more than 79 columns.
  private static func broken(_ line: String) -> [String] {
    guard line.count > 79, let space = line.prefix(79).lastIndex(of: " ") else { return [line] }
    return [
      String(line[..<space]), String(repeating: " ", count: 15) + line[line.index(after: space)...],
    ]
  }

  private static func filled(_ cell: String, _ width: Int) -> String {
    cell + String(repeating: " ", count: max(0, width - cell.count))
  }

  /// `words` behind `first`, in lines of 79 columns that begin where the words did.
  private static func wrapped(_ words: String, first: String) -> [String] {
    let indent = String(repeating: " ", count: first.count)
    var lines: [String] = []
    var line = first
    for word in words.split(separator: " ") {
      if line.count + word.count > 79 && line.count > indent.count {
        lines.append(line)
        line = indent
      }
      line += line.count > indent.count ? " \(word)" : "\(word)"
    }
    return lines + [line]
  }

  /// A Markdown table; the ways follow it.
  public var markdown: [String] {
    var lines = [
      "| " + Self.titles.joined(separator: " | ") + " |", "|---|---|---|---|---|--:|--:|",
    ]
    lines += verdicts.map { "| " + Self.cells($0).joined(separator: " | ") + " |" }
    lines += ["", summary]
    guard hasTraces else { return lines }
    for verdict in verdicts {
      let cells = Self.cells(verdict)
      for example in verdict.counterexamples {
        lines += ["", "**\(cells[0]), \(cells[1]), \(cells[2])**", "", "```"]
        lines += example.lines + ["```"]
      }
    }
    return lines
  }

  // MARK: JSON

  /// An object a verdict and one for the sum, a line each.
  public var json: [String] {
    var lines = ["{\"verdicts\":["]
    for (index, verdict) in verdicts.enumerated() {
      lines.append(object(verdict) + (index + 1 < verdicts.count ? "," : ""))
    }
    let states = verdicts.reduce(0) { $0 + $1.stateCount }
    lines.append("],\"states\":\(states),\"surprises\":\(surprises)}")
    return lines
  }

  private func object(_ verdict: Verdict) -> String {
    let checked = verdict.checked
    var fields = [
      ("policy", Self.quoted(checked.policy.name)),
      ("review", Self.quoted(checked.policy.reviewName)),
      ("mutation", checked.mutation.map { Self.quoted($0.rawValue) } ?? "null"),
      ("scenario", Self.quoted(checked.scenario.name)),
      ("vcpus", "\(checked.scenario.vcpus)"), ("memory", Self.quoted(checked.memory.name)),
      ("violations", Self.list(verdict.violations.each.map { "\($0)" })),
      ("expected", checked.expected.map { Self.list($0.each.map { "\($0)" }) } ?? "null"),
      ("asExpected", "\(verdict.isAsExpected)"),
      ("spurious", Self.list(verdict.kinds.names)), ("states", "\(verdict.stateCount)"),
      ("transitions", "\(verdict.transitionCount)"),
      ("milliseconds", "\(Self.milliseconds(verdict))"),
    ]
    if hasTraces {
      let examples = verdict.counterexamples.map { example in
        "{\"violation\":" + Self.quoted("\(example.violation)") + ",\"repeatsFrom\":"
          + (example.repeatsFrom.map { "\($0 + 1)" } ?? "null") + ",\"steps\":"
          + Self.list(example.steps) + "}"
      }
      fields.append(("counterexamples", "[" + examples.joined(separator: ",") + "]"))
    }
    return "{" + fields.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
  }

  private static func list(_ words: [String]) -> String {
    "[" + words.map(quoted).joined(separator: ",") + "]"
  }

  /// All words are ours, in ASCII, without quotation marks.
  private static func quoted(_ word: String) -> String { "\"\(word)\"" }
}

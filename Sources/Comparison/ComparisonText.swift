import Commands
import Rendezvous

/// A line of the comparison as text, and what it is: a screen paints it by that.
public struct ComparisonLine: Sendable, Equatable {
  /// What a line is.
  public enum Kind: Sendable, Equatable {
    case blank
    /// What runs.
    case heading
    /// How it is measured, and what the columns mean.
    case note
    /// The columns' titles.
    case head
    /// Numbers or words of the policy with that place in its trial.
    case row(policy: Int, isUnsafe: Bool)
    /// What an experiment expects, and whether it was seen.
    case finding(isSeen: Bool)
    /// Why it did not go on.
    case problem
  }
  /// What it is.
  public let kind: Kind
  /// ASCII.
  public let text: String

  init(_ kind: Kind, _ text: String) {
    self.kind = kind
    self.text = text
  }
}

/// The comparison as lines of text for a terminal, ASCII only.
public enum ComparisonText {
  private static let blank = ComparisonLine(.blank, "")

  /// All of it. Lines have `width` columns at most where that is 60 or more.
  public static func lines(_ state: ComparisonState, width: Int = 80) -> [ComparisonLine] {
    let width = max(60, width)
    var lines: [ComparisonLine] = []
    for trial in state.plan.trials.indices {
      if !lines.isEmpty { lines.append(blank) }
      lines += self.lines(state, trial: trial, width: width)
    }
    if let problem = state.problem {
      lines += [blank] + of(.problem, wrap("stopped: \(problem)", width: width))
    }
    if state.isCut {
      let words = "ended before its time: this is what was measured until then"
      lines += [blank] + of(.problem, wrap(words, width: width))
    }
    return lines + [blank]
      + of(.note, wrap(ComparisonColumn.legend, width: width))
  }

  private static func of(_ kind: ComparisonLine.Kind, _ texts: [String]) -> [ComparisonLine] {
    texts.map { ComparisonLine(kind, $0) }
  }

  private static func lines(
    _ state: ComparisonState, trial: Int, width: Int
  ) -> [ComparisonLine] {
    let rows = state.rows[trial]
    let kinds = rows.enumerated().map { place, row in
      ComparisonLine.Kind.row(policy: place, isUnsafe: row.policy.danger != nil)
    }
    var lines = of(.heading, wrap(heading(state.plan, trial: trial), width: width))
    lines += of(.note, method(state.plan, trial: trial).flatMap { wrap($0, width: width) })
    lines.append(blank)
    for block in blocks(rows, width: width) {
      lines += zip([.head] + kinds, block).map { ComparisonLine($0, $1) } + [blank]
    }
    let nameWidth = rows.map(\.policy.preset.count).max() ?? 0
    for (kind, row) in zip(kinds, rows) {
      let name = padded(row.policy.preset, nameWidth) + "  "
      lines += of(kind, hanging(name, ComparisonVerdict.words(row), width: width))
    }
    guard let experiment = state.plan.trials[trial].experiment else { return lines }
    return lines + [blank] + findings(experiment, state.findings(trial: trial), width: width)
  }

  /// What runs.
  public static func heading(_ plan: ComparisonPlan, trial: Int) -> String {
    let it = plan.trials[trial]
    let what = "\(it.scenario.name), \(it.vcpus) \(it.vcpus == 1 ? "vcpu" : "vcpus")"
    guard let experiment = it.experiment else { return what }
    return "\(experiment.name)  \(experiment.title) (\(what))"
  }

  /// How it is measured, so that nobody takes the numbers for more than they are.
  public static func method(_ plan: ComparisonPlan, trial: Int) -> [String] {
    let it = plan.trials[trial]
    let slice = plan.sliceNanoseconds / 1_000_000
    let own = it.policies.filter(it.needsOwnMachine).count
    let order = plan.seed == 0 ? "in turn" : "in an order shuffled by seed \(plan.seed)"
    var lines: [String] = []
    if own < it.policies.count {
      lines.append(
        "policies \(order), \(plan.rounds) x \(slice) ms each, on one machine; ratios are medians of the rounds"
      )
    }
    if own > 0 {
      let long = max(plan.nanoseconds, ComparisonPlan.shortestOwnSlice) / 1_000_000
      lines.append(
        "unsafe policies once, \(long) ms each, on a machine of their own with a watchdog")
    }
    let delays = FaultPoint.allCases.filter { it.faults[spinNanoseconds: $0] > 0 }.map {
      "\($0) \(TimeText.text(it.faults[spinNanoseconds: $0]))"
    }
    if !delays.isEmpty { lines.append("held up at: " + delays.joined(separator: ", ")) }
    if !it.load.isEmpty {
      lines.append("operator: " + it.load.map(load).joined(separator: ", "))
    }
    return lines
  }

  private static func load(_ load: RepeatedInjection) -> String {
    load.count == 1
      ? load.injection.text
      : "\(load.injection.text) every \(TimeText.text(load.periodNanoseconds))"
  }

  /// The table: one block where it fits, else as many as its columns need, each with the policies' names.
  public static func blocks(_ rows: [ComparisonRow], width: Int) -> [[String]] {
    let names = ["policy"] + rows.map(\.policy.preset)
    let nameWidth = min(width / 2, names.map(\.count).max() ?? 0)
    var blocks: [[String]] = []
    var current = names.map { padded($0, nameWidth) }
    for column in ComparisonColumn.allCases {
      let cells = [column.title] + rows.map(column.text)
      let columnWidth = (cells.map(\.count).max() ?? 0) + 1
      if current[0].count + columnWidth > width, current[0].count > nameWidth {
        blocks.append(current)
        current = names.map { padded($0, nameWidth) }
      }
      for (line, cell) in cells.enumerated() {
        current[line] += String(repeating: " ", count: columnWidth - cell.count) + cell
      }
    }
    return blocks + [current]
  }

  /// Whether an experiment showed what it should, and each of its expectations.
  static func findings(
    _ experiment: Experiment, _ findings: [Finding], width: Int
  ) -> [ComparisonLine] {
    let nameWidth = findings.map(\.expectation.policy.count).max() ?? 0
    let areSeen = findings.allSatisfy(\.isSeen)
    let verdict = areSeen ? "seen, all of it" : "not all of it was seen"
    var lines = [
      ComparisonLine(
        .finding(isSeen: areSeen), "\(experiment.name)  what is expected: \(verdict)")
    ]
    for finding in findings {
      let sign = finding.count == nil ? "not measured" : finding.isSeen ? "seen" : "NOT seen"
      let count = finding.count.map { ": \(NumberWords.exact($0))" } ?? ""
      lines += of(
        .finding(isSeen: finding.isSeen),
        hanging(
          "    \(padded(sign, 12))  \(padded(finding.expectation.policy, nameWidth))  ",
          finding.expectation.words + count, width: width))
    }
    return lines
  }

  // MARK: Lines

  static func padded(_ text: String, _ width: Int) -> String {
    String(text.prefix(width)) + String(repeating: " ", count: max(0, width - text.count))
  }

  /// `words` after `head`, in the columns that it leaves.
  static func hanging(_ head: String, _ words: String, width: Int) -> [String] {
    wrap(words, width: max(20, width - head.count)).enumerated().map { index, line in
      (index == 0 ? head : String(repeating: " ", count: head.count)) + line
    }
  }

  /// Broken between words; a word that is too long is left whole.
  static func wrap(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] += " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }
}

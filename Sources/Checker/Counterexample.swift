/// One way to a violation, step by step.
public struct Counterexample: Sendable {
  /// What it leads to.
  public let violation: Violations
  /// The steps, each as "vcpu1  reads function: rendezvous A".
  public let steps: [String]
  /// The index of the step from which on the steps repeat for ever; nil where the way ends.
  public let repeatsFrom: Int?
  /// Where everybody is at the end.
  public let end: [String]

  init(
    _ model: ProtocolModel, violation: Violations, _ path: [Successor], repeatsFrom: Int? = nil
  ) {
    self.violation = violation
    self.repeatsFrom = repeatsFrom
    var before = model.initial
    var steps: [String] = []
    for step in path {
      steps.append(Narration(model, before, step).sentence)
      before = step.state
    }
    self.steps = steps
    end =
      violation == .hang || violation == .livelock
      ? (0..<model.scenario.threads).map { Narration.whereabouts(of: $0, model, before) } : []
  }

  /// The steps numbered, a line each, and what they come to.
  public var lines: [String] {
    var lines: [String] = []
    let width = "\(steps.count)".count
    for (index, step) in steps.enumerated() {
      if index == repeatsFrom { lines.append("from here on, for ever:") }
      let number = "\(index + 1)"
      lines.append(String(repeating: " ", count: width - number.count) + number + "  " + step)
    }
    lines.append("=> \(violation)" + (end.isEmpty ? "" : ":"))
    for line in end { lines.append("   \(line)") }
    return lines
  }
}

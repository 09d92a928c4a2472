import Comparison
import Rendezvous
import Telemetry
import Themes

/// The page of comparisons: what is measured next, how far it is, and the table.
struct ComparePage {
  /// What Enter would measure.
  var setup: Rect
  /// A rule with what is measured now.
  var progress: Rect
  /// The lines of the table.
  var rows: Rect
  /// All of them; those that do not fit are scrolled to.
  let lines: [ComparisonLine]

  /// Longer lines are hard to follow, and wider tables do not exist.
  private static let widest = 170

  init(_ rect: Rect, _ state: ComparisonState?) {
    var stack = RowStack(rect)
    setup = stack.take(rect.height >= 6 ? 2 : 0)
    progress = stack.take(1)
    rows = stack.take(stack.left)
    let width = min(Self.widest, rect.width - 2)
    lines = state.map { ComparisonText.lines($0, width: width) } ?? []
  }

  /// The whole page, with whichever face is shown.
  static func paint(_ frame: inout Frame, _ layout: Layout, _ model: MonitorModel) {
    tabs(&frame, layout.tabs, model)
    if model.ui.compare.page == .pair {
      PairPage.paint(&frame, layout.body, model)
    } else {
      model.comparePage.paint(&frame, model)
    }
  }

  /// In place of the views' tabs.
  private static func tabs(_ frame: inout Frame, _ rect: Rect, _ model: MonitorModel) {
    guard !rect.isEmpty else { return }
    frame.fill(rect.x, rect.y, width: rect.width, .tab)
    var x = rect.x + frame.put(rect.x, rect.y, " Compare:", .tab, limit: rect.width) + 1
    for (page, title) in [(CompareState.Page.table, "Table"), (.pair, "A|B")] {
      let isShown = model.ui.compare.page == page
      let text = isShown ? "[\(title)]" : " \(title) "
      x = frame.put(x, rect.y, text, isShown ? .tabActive : .tab, limit: rect.width - x)
    }
    guard let back = model.keyName(.close, in: .compare, usual: .escape) else { return }
    frame.putClipped(
      x + 2, rect.y, "\(back): back to \(model.ui.view.title)", .tab, limit: rect.width - x - 2)
  }

  /// What the key that measures does, before what it measures.
  static func starting(_ words: String, in context: InputContext, _ model: MonitorModel) -> String {
    let key = model.keyName(.runComparison, in: context, usual: .enter) ?? ":run-comparison"
    return "\(key) \(words): "
  }

  /// Whether the guest of the other views disturbs the measurement, in words.
  static func surroundings(_ model: MonitorModel) -> String {
    let snapshot = model.live.snapshot
    if snapshot.isStopped || snapshot.guestEnded != nil {
      return "the guest of the views is stopped meanwhile"
    }
    let stop = model.keyName(.stopOrContinue, in: model.ui.viewContext, usual: .function(9))
    return "the guest of the views goes on meanwhile"
      + (stop.map { "; \($0) there stops it" } ?? "")
  }

  private func paint(_ frame: inout Frame, _ model: MonitorModel) {
    if !setup.isEmpty {
      frame.put(
        setup.x + 1, setup.y,
        [
          Span(Self.starting("measures", in: .compare, model), .title),
          Span(Self.words(model.ui.compare)),
        ],
        limit: setup.width - 1)
      frame.putClipped(
        setup.x + 1, setup.y + 1, Self.surroundings(model), .dim, limit: setup.width - 1)
    }
    if !progress.isEmpty { rule(&frame, model) }
    let top = max(0, min(model.ui.compare.top, lines.count - rows.height))
    for (row, line) in lines.dropFirst(top).prefix(max(0, rows.height)).enumerated() {
      frame.putClipped(
        rows.x + 1, rows.y + row, line.text, Self.role(line.kind), limit: rows.width - 1)
    }
    if lines.isEmpty {
      frame.putClipped(rows.x + 1, rows.y, "nothing measured yet", .dim, limit: rows.width - 1)
    }
  }

  private func rule(_ frame: inout Frame, _ model: MonitorModel) {
    var title = "Policies beside each other"
    var note = ""
    if let state = model.comparison {
      title =
        state.problem != nil
        ? "Stopped" : state.isFinished ? "Measured" : "\(state.percent) % \(state.progress)"
      let last = min(lines.count, model.ui.compare.top + rows.height)
      if lines.count > rows.height {
        note = "\(last) of \(lines.count) lines, \(model.pageKeyNames(in: .compare))"
      }
    }
    frame.rule(progress, title: title, note: note, hasFocus: false)
  }

  /// What is measured, in words.
  static func words(_ state: CompareState) -> String {
    let plan = state.plan
    let trial = plan.trials[0]
    let seconds = UInt64(trial.policies.count) * plan.nanoseconds / 1_000_000_000
    let what = ComparisonText.heading(plan, trial: 0)
    let marked = state.hasUnsafe && trial.experiment == nil ? ", those marked ! too" : ""
    return "\(what), \(trial.policies.count) policies\(marked), \(seconds) s"
  }

  private static func role(_ kind: ComparisonLine.Kind) -> Role {
    switch kind {
    case .blank, .row(_, false), .finding(true): .text
    case .heading, .head: .title
    case .note: .dim
    case .row(_, true), .finding(false): .warning
    case .problem: .error
    }
  }

  /// The status line: what an experiment came to, or what it is about.
  static func status(_ model: MonitorModel) -> [Span] {
    if model.ui.compare.page == .pair { return PairPage.status(model) }
    guard let state = model.comparison else {
      return [Span("the same guest under one policy after the other, by turns", .dim)]
    }
    if let problem = state.problem { return [Span(problem, .error)] }
    let findings = state.plan.trials.indices.flatMap { state.findings(trial: $0) }
    if findings.isEmpty {
      return [Span(state.isFinished ? "ratios are medians of the rounds" : state.progress, .dim)]
    }
    let seen = findings.count(where: \.isSeen)
    let words = "\(seen) of \(findings.count) expectations seen"
    return [Span(words, seen == findings.count ? .title : .warning)]
  }

  /// For the help screen.
  static let help: [(String, String)] = [
    ("rdv/s", "rendezvous completed each second"),
    ("member", "exits of those who were asked"),
    ("early", "members that saw their bit before the function"),
    ("bystand void", "exits of others; exits for one that was over"),
    ("spurious", "bystander and void exits together"),
    ("stall us", "time that all bystanders slept, for a rendezvous"),
    ("spins", "HLT did not sleep for a rendezvous of others"),
    ("lock us", "time that entries waited for the lock"),
    ("signal woken", "members signalled out of the guest; woken"),
    ("elided", "members that had to be told nothing"),
    ("p50 p99 us", "latency: half, 99 of 100 took no longer"),
    ("work/s", "rounds of the demo guest's own work"),
    ("assert", "times that bhyve's assertion would have fired"),
  ]
}

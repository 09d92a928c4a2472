import Rendezvous
import Telemetry
import Themes

/// The designs of review D37390: what each asks, what each cost so far, and what was said of it.
enum PoliciesView {
  static func paint(_ frame: inout Frame, _ rect: Rect, _ model: MonitorModel) {
    let layout = PoliciesLayout(rect, model)
    if !layout.title.isEmpty {
      let count = PoliciesState.policies(model.shown).count
      let rows = layout.rows.height
      let part = count > rows ? "\(layout.top + 1)-\(layout.top + rows) of \(count)" : ""
      frame.rule(
        layout.title, title: "Policies: how a vcpu finds out about a rendezvous", note: part,
        hasFocus: false)
    }
    PolicyTable.paint(&frame, layout, model)
    DimensionsView.paint(&frame, layout.dimensions, model)
    PolicyTrend.paint(&frame, layout.trend, model.shown.policies)
    ReviewPanel.paint(&frame, layout.review, model)
    legend(&frame, layout.legend)
  }

  private static func legend(_ frame: inout Frame, _ rect: Rect) {
    guard !rect.isEmpty else { return }
    var spans: [Span] = []
    var room = rect.width - 1
    for (word, meaning) in words {
      room -= CellWidth.columns(word) + CellWidth.columns(meaning) + 3
      if room < -2 { break }
      spans += [Span(word, .title), Span(" \(meaning)  ", .dim)]
    }
    frame.put(rect.x + 1, rect.y, spans, limit: rect.width - 1)
  }

  private static let words = [
    ("SPUR", "bystander and void exits"), ("blank", "not counted yet"),
    ("SPINS", "HLT did not sleep"), ("KICKS", "members told"),
    ("ASSERT", "bhyve's assertion would have fired"),
  ]

  /// For the help screen.
  static let help: [[Span]] =
    [[Span("Words", .title)]]
    + [
      ("FORCE TIME", "in force now; how long in all, while the monitor looked"),
      ("RDV", "rendezvous requested under it"),
      ("SPUR/1000", "bystander and void exits for 1,000 rendezvous"),
      ("STALL/RDV", "time that all bystanders lost, for each rendezvous"),
      ("BYST VOID", "exits of bystanders; exits for one that was over"),
      ("EARLY", "members that saw their bit before the function"),
      ("SPINS", "HLT did not sleep for a rendezvous of others"),
      ("KICKS", "members told: signalled, woken, or out already"),
      ("ASSERT", "times that bhyve's assertion would have fired"),
      ("blank", "nothing was counted yet that it could be made from"),
    ].map { word, meaning in
      [Span("  \(word)".leftAligned(15), .barKey), Span(meaning)]
    } + [
      [Span("  A sample in which the policy changed counts for the one before.")],
      [Span("  An INIT storm tells policies apart; where all vcpus are members")],
      [Span("  none is a bystander, and they cost the same.")],
    ]

  /// The selected policy for the status line.
  static func status(_ model: MonitorModel) -> [Span] {
    let policy = model.selectedPolicy
    let isInForce = policy == model.shown.snapshot.policy
    let isHazardous = policy.hazard != nil
    let words = HazardWords.warning(policy).map { "! " + $0 }
    let use = model.hint(.apply, in: .policies, usual: .enter, "puts it in force")
    return [
      Span(words == nil ? "\(policy.preset): " : "", .title),
      Span(words ?? policy.meanings[0], isHazardous ? .warning : .text),
    ] + (isInForce ? [Span("  in force", .dim)] : model.isReadOnly ? [] : use)
  }
}

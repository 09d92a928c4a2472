import Rendezvous
import Telemetry
import Themes

/// What the review said of the selected policy.
enum ReviewPanel {
  /// Longer lines are hard to read.
  private static let widest = 96

  static func lines(_ policy: RendezvousPolicy, width: Int) -> [String] {
    let width = min(widest, width - 2)
    var lines: [String] = []
    let story = PolicyStory(policy)
    for paragraph in story.said + story.cost {
      if !lines.isEmpty { lines.append("") }
      lines += InjectView.wrap(paragraph, width: max(8, width), rows: .max)
    }
    return lines
  }

  static func paint(_ frame: inout Frame, _ rect: Rect, _ model: MonitorModel) {
    guard !rect.isEmpty else { return }
    let policy = model.selectedPolicy
    let lines = lines(policy, width: rect.width)
    let rows = rect.height - 1
    let top = max(0, min(model.ui.policies.reviewTop, lines.count - rows))
    let part =
      "\(min(lines.count, top + rows)) of \(lines.count) lines, \(model.pageKeyNames(in: .policies))"
    frame.rule(
      Rect(x: rect.x, y: rect.y, width: rect.width, height: 1),
      title: "Review D37390 on \(policy.preset)", note: lines.count > rows ? part : "",
      hasFocus: false)
    for (row, line) in lines.dropFirst(top).prefix(max(0, rows)).enumerated() {
      frame.putClipped(rect.x + 1, rect.y + 1 + row, line, .text, limit: rect.width - 1)
    }
  }
}

import Rendezvous
import Themes

/// The list of rendezvous, the newest below. Columns are left out by importance where there is no room.
enum RendezvousList {
  private struct Column {
    let title: String
    var width: Int
    /// 0: always there; the higher, the sooner left out.
    let rank: Int
    var isLeft = false
    let text: (RendezvousHistory.Entry) -> String
    var role: (RendezvousHistory.Entry) -> Role = { _ in .text }

    func aligned(_ text: String) -> String {
      isLeft ? text.leftAligned(width) : text.rightAligned(width)
    }
  }

  static func paint(
    _ frame: inout Frame, _ rect: Rect, _ history: RendezvousHistory, listed: Range<Int>,
    selected: Int, hasFocus: Bool
  ) {
    guard !rect.isEmpty else { return }
    let columns = columns(width: rect.width)
    let titles = columns.map { $0.aligned($0.title) }.joined(separator: " ")
    frame.fill(rect.x, rect.y, width: rect.width, hasFocus ? .borderFocus : .title)
    frame.putClipped(
      rect.x + 1, rect.y, titles, hasFocus ? .borderFocus : .title, limit: rect.width - 1)
    // Where there is no colour the brackets say what the arrows move over.
    if hasFocus { frame.put(rect.x + 4, rect.y, "[RDV]", .borderFocus, limit: rect.width - 4) }
    for (row, number) in listed.enumerated() where row < rect.height - 1 {
      guard let entry = history.entry(number) else { continue }
      let y = rect.y + 1 + row
      let isSelected = number == selected
      if isSelected {
        frame.fill(rect.x, y, width: rect.width, .selection)
        frame.put(rect.x, y, ">", .selection, limit: rect.width)
      }
      var x = rect.x + 1
      for column in columns {
        let role: Role = isSelected ? .selection : column.role(entry)
        let room = min(column.width, rect.x + rect.width - x)
        frame.putClipped(x, y, column.aligned(column.text(entry)), role, limit: room)
        x += column.width + 1
      }
    }
  }

  /// What fits into `width` columns; what is left over is the policy's.
  private static func columns(width: Int) -> [Column] {
    var columns = all
    func need() -> Int { columns.reduce(0) { $0 + $1.width + 1 } }
    while need() > width, columns.count > 1 {
      guard let least = columns.indices.max(by: { columns[$0].rank < columns[$1].rank }) else {
        break
      }
      columns.remove(at: least)
    }
    let left = width - need()
    if left > 0, let last = columns.indices.last, columns[last].title == policyTitle {
      columns[last].width = min(17, columns[last].width + left)
    }
    return columns
  }

  private static let policyTitle = "POLICY"

  private static var all: [Column] {
    [
      Column(title: "RDV", width: 7, rank: 0, text: { "#\($0.record.id)" }),
      Column(
        title: "TIME", width: 9, rank: 5, text: { Quantity.logTime($0.timeNanoseconds) },
        role: { _ in .dim }),
      Column(title: "CAUSE", width: 5, rank: 3, isLeft: true, text: { $0.record.cause.word }),
      Column(
        title: "BY", width: 8, rank: 4, isLeft: true,
        text: { $0.record.initiator.map { "vcpu\($0)" } ?? "operator" }),
      Column(title: "N", width: 4, rank: 2, text: { "\($0.record.targets.count)" }),
      Column(
        title: "µs", width: 5, rank: 0,
        text: { Quantity.microseconds($0.record.latencyNanoseconds) },
        role: { _ in .title }),
      Column(
        title: "LAST", width: 4, rank: 1, text: { $0.record.slowest.map { "\($0)" } ?? "-" }),
      Column(
        title: "BYST", width: 4, rank: 1, text: { "\(max(0, $0.record.bystanders))" },
        role: { $0.record.bystanders > 0 ? .spurious : .dim }),
      Column(
        title: "STALLµs", width: 7, rank: 2,
        text: { Quantity.microseconds($0.record.bystanderStallNanoseconds) },
        role: { $0.record.bystanders > 0 ? .spurious : .dim }),
      Column(title: policyTitle, width: 8, rank: 6, isLeft: true, text: { $0.policy }),
    ]
  }
}

import Rendezvous
import Telemetry
import Themes

/// The policies with what each cost while it was in force.
enum PolicyTable {
  private struct Row {
    let policy: RendezvousPolicy
    let isInForce: Bool
    /// Nil: never in force from one sample to the next.
    let account: PolicyLedger.Account?
  }

  private struct Column: Sendable {
    let title: String
    let width: Int
    /// 0: always there; the higher, the sooner left out.
    let rank: Int
    var isLeft = false
    /// Blank where nothing was counted.
    let text: @Sendable (Row) -> String
    var role: @Sendable (Row) -> Role = { _ in .text }
  }

  private static func name(_ policies: [RendezvousPolicy], width: Int) -> Column {
    // Where one has a mark all others have a blank for it.
    let hasMarks = policies.contains { $0.hazard != nil }
    let names = policies.map { CellWidth.columns($0.preset) + (hasMarks ? 1 : 0) }
    return Column(
      title: hasMarks ? " POLICY" : "POLICY",
      width: max(8, min(names.max() ?? 0, width * 2 / 5, 24)), rank: 0,
      isLeft: true,
      text: { ($0.policy.hazard != nil ? "!" : hasMarks ? " " : "") + $0.policy.preset },
      role: { $0.policy.hazard != nil ? .warning : $0.isInForce ? .title : .text })
  }

  private static let columns: [Column] = [
    Column(
      title: "FORCE", width: 5, rank: 1, isLeft: true, text: { $0.isInForce ? "now" : "" },
      role: { _ in .title }),
    Column(
      title: "TIME", width: 8, rank: 6, text: { total($0) { PinTable.age($0.inForceNanoseconds) } }),
    Column(
      title: "RDV", width: 6, rank: 2, text: { count($0, \.rendezvous) },
      role: { _ in .rendezvous }),
    Column(
      title: "RDV/s", width: 6, rank: 11,
      text: { row in
        total(row) { account in
          guard account.inForceNanoseconds > 0 else { return "" }
          let seconds = Double(account.inForceNanoseconds) / 1e9
          return fraction(Double(account.totals.rendezvous) / seconds)
        }
      }),
    Column(
      title: "SPUR/1000", width: 9, rank: 3,
      text: { ratio($0) { fraction(Double($0.spurious) * 1000 / Double($0.rendezvous)) } },
      role: { isSpurious($0) ? .spurious : .text }),
    Column(
      title: "STALL/RDV", width: 9, rank: 4,
      text: { ratio($0) { Quantity.duration($0.stallNanoseconds / max(1, $0.rendezvous)) } },
      role: { isSpurious($0) ? .spurious : .text }),
    Column(title: "BYST", width: 5, rank: 12, text: { count($0, \.bystanders) }),
    Column(title: "VOID", width: 5, rank: 13, text: { count($0, \.void) }),
    Column(title: "EARLY", width: 5, rank: 14, text: { count($0, \.early) }),
    Column(title: "SPINS", width: 5, rank: 7, text: { count($0, \.haltSpins) }),
    Column(title: "KICKS", width: 6, rank: 8, text: { count($0, \.kicks) }),
    Column(
      title: "KICKS/RDV", width: 9, rank: 10,
      text: { ratio($0) { fraction(Double($0.kicks) / Double($0.rendezvous)) } }),
    Column(title: "ASSERT", width: 6, rank: 9, text: { count($0, \.assertionWouldFire) }),
  ]

  static func paint(_ frame: inout Frame, _ layout: PoliciesLayout, _ model: MonitorModel) {
    let head = layout.head
    guard !head.isEmpty else { return }
    let recording = model.shown
    let policies = PoliciesState.policies(recording)
    var columns = [name(policies, width: head.width)] + columns
    while columns.reduce(0, { $0 + $1.width + 1 }) > head.width, columns.count > 1 {
      guard let least = columns.indices.max(by: { columns[$0].rank < columns[$1].rank }) else {
        break
      }
      columns.remove(at: least)
    }
    frame.fill(head.x, head.y, width: head.width, .title)
    line(&frame, head, columns) { ($0.title, .title) }
    let inForce = recording.snapshot.policy
    let selected = model.ui.policies.place(policies, inForce: inForce)
    for offset in 0..<layout.rows.height where policies.indices.contains(layout.top + offset) {
      let policy = policies[layout.top + offset]
      let row = Row(
        policy: policy, isInForce: policy.preset == inForce.preset,
        account: recording.policies.account(policy.preset))
      let isSelected = layout.top + offset == selected
      let rect = Rect(x: head.x, y: layout.rows.y + offset, width: head.width, height: 1)
      if isSelected {
        frame.fill(rect.x, rect.y, width: rect.width, .selection)
        frame.put(rect.x, rect.y, ">", .selection, limit: rect.width)
      }
      line(&frame, rect, columns) { ($0.text(row), isSelected ? .selection : $0.role(row)) }
    }
  }

  private static func line(
    _ frame: inout Frame, _ rect: Rect, _ columns: [Column], _ cell: (Column) -> (String, Role)
  ) {
    var x = rect.x + 1
    for column in columns {
      let (text, role) = cell(column)
      let shown = column.isLeft ? text : text.rightAligned(column.width)
      frame.putClipped(
        x, rect.y, shown, role, limit: min(column.width, rect.x + rect.width - x))
      x += column.width + 1
    }
  }

  private static func isSpurious(_ row: Row) -> Bool { (row.account?.totals.spurious ?? 0) > 0 }

  private static func total(_ row: Row, _ text: (PolicyLedger.Account) -> String) -> String {
    row.account.map(text) ?? ""
  }

  private static func count(_ row: Row, _ field: KeyPath<PolicyLedger.Totals, UInt64>) -> String {
    total(row) { Quantity.count($0.totals[keyPath: field]) }
  }

  /// What is divided by the number of rendezvous: blank while there were none.
  private static func ratio(_ row: Row, _ text: (PolicyLedger.Totals) -> String) -> String {
    total(row) { $0.totals.rendezvous == 0 ? "" : text($0.totals) }
  }

  /// A number with one decimal; what is above 0 never looks like 0.
  static func fraction(_ value: Double) -> String {
    value > 0 && value < 0.05 ? "<0.1" : Quantity.rate(value)
  }
}

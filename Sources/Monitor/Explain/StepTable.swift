import Rendezvous
import Telemetry
import Themes

/// When each vcpu did what, microseconds after the request: a row for each lane. Columns are left out by
/// importance where there is no room.
struct StepTable {
  private struct Column {
    let title: String
    let width: Int
    /// 0: always there; the higher, the sooner left out.
    let rank: Int
    var isLeft = false
    let text: (RendezvousAnatomy.Part) -> String
  }

  let lines: [[Span]]

  init(_ anatomy: RendezvousAnatomy, width: Int) {
    var columns = Self.columns(anatomy.record)
    while columns.reduce(0, { $0 + $1.width + 1 }) > width - 1, columns.count > 1 {
      guard let least = columns.indices.max(by: { columns[$0].rank < columns[$1].rank }) else {
        break
      }
      columns.remove(at: least)
    }
    func line(_ text: (Column) -> String) -> String {
      var line = columns.map { column in
        let text = text(column)
        return column.isLeft ? text.leftAligned(column.width) : text.rightAligned(column.width)
      }.joined(separator: " ")
      while line.last == " " { line.removeLast() }
      return line
    }
    lines =
      [[Span(line(\.title), .title), Span("  µs after the request", .dim)]]
      + anatomy.parts.map { part in
        let role: Role = part.isBystander ? .spurious : part.isStraggler ? .straggler : .text
        return [Span(line { $0.text(part) } + (part.isStraggler ? " *" : ""), role)]
      }
  }

  private static func columns(_ record: RendezvousRecord) -> [Column] {
    func moment(_ time: UInt64) -> String { record.since(time).map(Quantity.microseconds) ?? "-" }
    return [
      Column(title: "VCPU", width: 4, rank: 0, text: { "\($0.lane.vcpu)" }),
      Column(title: "WAS", width: 13, rank: 2, isLeft: true, text: { $0.was }),
      Column(title: "HOW", width: 10, rank: 4, isLeft: true, text: { $0.how }),
      Column(title: "TOLD", width: 6, rank: 3, text: { moment($0.lane.kickedNanoseconds) }),
      Column(title: "LEFT", width: 6, rank: 6, text: { moment($0.lane.leftGuestNanoseconds) }),
      Column(title: "CAME", width: 6, rank: 0, text: { moment($0.lane.arrivedNanoseconds) }),
      Column(title: "RAN", width: 6, rank: 5, text: { moment($0.lane.ranNanoseconds) }),
      Column(title: "ON", width: 6, rank: 1, text: { moment($0.lane.releasedNanoseconds) }),
      Column(
        title: "WAITED", width: 6, rank: 7, text: { $0.stall.map(Quantity.microseconds) ?? "-" }),
    ]
  }
}

extension RendezvousAnatomy.Part {
  /// What it was in the rendezvous, in at most 13 columns.
  fileprivate var was: String {
    switch lane.role {
    case .initiator: isMember ? "asked, member" : "asked"
    case .member: "member"
    case .early: "early member"
    case .bystander: "bystander"
    case .served: "served"
    }
  }

  /// How it was told, in at most 10 columns.
  fileprivate var how: String {
    switch lane.kick {
    case .signalled: "signalled"
    case .woken: "woken"
    case .elided: "was out"
    case nil: isBystander ? "not asked" : "-"
    }
  }
}

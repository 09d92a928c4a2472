import Rendezvous
import Telemetry
import Themes

/// One lane as a row of cells: what the vcpu did from the request until it went on.
struct LaneChart {
  let axis: TimeAxis
  let record: RendezvousRecord
  /// Where the chart begins, and its row.
  let x: Int
  let y: Int

  /// What a stretch of a lane is.
  enum Stretch: CaseIterable {
    /// Told, but still in the guest.
    case guest
    /// In our code, or waking up, on the way to the handler; the initiator: telling the others.
    case underway
    /// Running the action, and waiting for its turn to do so.
    case action
    /// Waiting for the last member.
    case parked
    /// The same, but not even asked for.
    case stalled

    var glyph: Unicode.Scalar {
      switch self {
      case .guest: "▒"
      case .underway: "▓"
      case .action: "="
      case .parked: "─"
      case .stalled: "~"
      }
    }

    var role: Role {
      switch self {
      case .guest: .laneGuest
      case .underway: .laneVMM
      case .action: .laneArrived
      case .parked: .laneParked
      case .stalled: .spurious
      }
    }
  }

  func paint(_ frame: inout Frame, _ part: RendezvousAnatomy.Part) {
    let lane = part.lane
    // The end of the rendezvous, behind everything else.
    mark(&frame, record.latencyNanoseconds, Cell("│", .border))
    let kicked = record.since(lane.kickedNanoseconds)
    let arrived = record.since(lane.arrivedNanoseconds)
    let released = record.since(lane.releasedNanoseconds)
    if lane.role == .initiator {
      stretch(&frame, .underway, 0, arrived)
    } else if let kicked {
      let left = lane.kick == .signalled ? record.since(lane.leftGuestNanoseconds) : nil
      // It may have left by itself before it was told.
      let out = left.map { max($0, kicked) }
      stretch(&frame, .guest, kicked, out)
      stretch(&frame, .underway, out ?? kicked, arrived)
    }
    if part.isBystander {
      stretch(&frame, .stalled, arrived, released)
    } else {
      let ran = record.since(lane.ranNanoseconds)
      stretch(&frame, .action, arrived, ran)
      stretch(&frame, .parked, ran ?? arrived, released)
    }
    if let released { mark(&frame, released, Cell("X", .laneReleased)) }
    if let kicked, let kick = lane.kick { mark(&frame, kicked, Cell(kick.letter, .laneKick)) }
    if lane.role == .initiator { mark(&frame, 0, Cell("!", .rendezvous)) }
    guard let arrived else { return }
    if part.isBystander {
      mark(&frame, arrived, Cell("B", .spurious))
    } else if part.isMember {
      mark(&frame, arrived, Cell("A", part.isStraggler ? .straggler : .laneArrived))
    }
  }

  private func mark(_ frame: inout Frame, _ time: UInt64, _ cell: Cell) {
    let column = axis.column(time)
    if column >= 0 && column < axis.width { frame[x + column, y] = cell }
  }

  /// From one moment to the other; nothing where one of them did not come.
  private func stretch(_ frame: inout Frame, _ kind: Stretch, _ start: UInt64?, _ end: UInt64?) {
    guard let start, let end, start < end else { return }
    let first = max(0, axis.column(start))
    let last = min(axis.width - 1, axis.column(end))
    guard first <= last else { return }
    for column in first...last { frame[x + column, y] = Cell(kind.glyph, kind.role) }
  }
}

import Telemetry

/// The rows of the lanes: each vcpu its own, or where there are more vcpus than rows, those that were late
/// or stalled each its own and the prompt majority in one.
struct TimelineRows {
  enum Row {
    case part(RendezvousAnatomy.Part)
    /// So many members, all of which had come by then, nanoseconds after the request.
    case folded(Int, by: UInt64)
  }

  let rows: [Row]
  /// The order they are in.
  let sort: TimelineState.Sort

  /// The vcpus that have rows, in order.
  var vcpus: [Int] {
    rows.compactMap { row in if case .part(let part) = row { part.lane.vcpu } else { nil } }
  }
  /// Whether some have none.
  var isFolded: Bool { if case .folded = rows.last { true } else { false } }

  /// The rows of `anatomy` where `capacity` can be shown at once.
  init(_ anatomy: RendezvousAnatomy, _ state: TimelineState, capacity: Int) {
    var parts = anatomy.parts
    if state.isOnlyLate { parts.removeAll { !$0.isStraggler && !$0.isBystander } }
    let folds = parts.count > capacity && !state.isOnlyLate
    let sort = state.sort ?? (folds ? .lag : .number)
    var folded: [RendezvousAnatomy.Part] = []
    if folds {
      // Those that matter, then the slowest, as many as there is room for beside the line of the others.
      let ranked = parts.sorted {
        ($0.rank, $1.order, $0.lane.vcpu) < ($1.rank, $0.order, $1.lane.vcpu)
      }
      let needed = ranked.count { $0.rank == 0 }
      let shown = max(needed, capacity - 1)
      parts = Array(ranked.prefix(shown))
      folded = Array(ranked.dropFirst(shown))
    }
    switch sort {
    case .number: parts.sort { $0.lane.vcpu < $1.lane.vcpu }
    case .lag: parts.sort { ($1.order, $0.lane.vcpu) < ($0.order, $1.lane.vcpu) }
    }
    self.sort = sort
    var rows = parts.map(Row.part)
    if !folded.isEmpty {
      rows.append(.folded(folded.count, by: folded.compactMap(\.lag).max() ?? 0))
    }
    self.rows = rows
  }
}

extension RendezvousAnatomy.Part {
  /// 0 for a row of its own in any case.
  fileprivate var rank: Int { isStraggler || isBystander || lane.role == .initiator ? 0 : 1 }
}

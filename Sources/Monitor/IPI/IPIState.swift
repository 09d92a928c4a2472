import Telemetry

/// What the operator chose in the IPI view. The source of the cell is the selected vcpu of all views.
struct IPIState: Sendable {
  /// What the view shows.
  enum Pane: Int, Sendable, CaseIterable {
    case matrix, vectors, modes

    /// The pane after it, round and round.
    var next: Pane { Pane.allCases[(rawValue + 1) % Pane.allCases.count] }
  }

  var pane = Pane.matrix
  /// The destination of the cell; nil: those to all.
  var destination: Int? = 0
  /// Whether the operator chose a cell; until then it is one that has traffic.
  var isChosen = false
  var measure = IPIMeasure.rate
  var isLogarithmic = true
  var includesSelf = true
  /// The matrix gives way to the list of its busiest pairs, and sources are in the order of what they
  /// sent.
  var isBusiestFirst = false
  /// The parts that were zoomed into, the one that is shown last.
  var zooms: [IPIRegion] = []
}

/// What of a count is shown.
enum IPIMeasure: Sendable {
  /// Per second, over about the last second.
  case rate
  /// Since the machine started.
  case total

  func value(_ count: WindowedCount) -> UInt64 { self == .rate ? count.recent : count.total }
  func value(_ peak: IPITrafficSource.Peak) -> UInt64 {
    self == .rate ? peak.recent : peak.total
  }
}

extension MonitorModel {
  /// The vcpus that the view knows of.
  var ipiCount: Int { min(shown.snapshot.vcpus.count, IPITrafficHistory.capacity) }
  /// The source of the cell.
  var ipiSource: Int { max(0, min(ui.vcpu, ipiCount - 1)) }
  /// The destination of the cell; nil: those to all.
  var ipiDestination: Int? { ui.ipi.destination.map { max(0, min($0, ipiCount - 1)) } }

  /// The part of the matrix that is shown: the last one zoomed into, unless the cell was moved out of it
  /// from elsewhere.
  var ipiRegion: IPIRegion {
    let all = IPIRegion(vcpus: ipiCount)
    return ui.ipi.zooms.last {
      $0.sources.upperBound <= all.sources.upperBound
        && $0.destinations.upperBound <= all.destinations.upperBound
        && $0.contains(ipiSource, ipiDestination)
    } ?? all
  }

  /// Where everything of the view is in `rect`.
  func ipiLayout(_ rect: Rect) -> IPILayout {
    IPILayout(
      rect, region: ipiRegion, vcpus: ipiCount,
      hasOperator: shown.snapshot.operatorIPIs.total > 0, isList: ui.ipi.isBusiestFirst)
  }

  /// The numbers behind the view, as the operator wants them.
  var ipiReading: IPIReading {
    IPIReading(
      history: shown.traffic, measure: ui.ipi.measure, includesSelf: ui.ipi.includesSelf,
      vcpus: ipiCount)
  }
}

import Rendezvous
import Telemetry

/// All that painting, the keys and the mouse need of the rendezvous that is shown.
struct TimelinePicture {
  let layout: TimelineLayout
  let lanesLayout: LanesLayout
  /// Its absolute number.
  let number: Int
  let anatomy: RendezvousAnatomy
  let rows: TimelineRows
  let axis: TimeAxis
  /// The selected lane's place in the rows; nil where there is none.
  let selected: Int?

  /// Nil where there was no rendezvous yet, or none of the moment is kept any longer.
  init?(_ model: MonitorModel, _ rect: Rect) {
    let history = model.shown.rendezvous
    let state = model.ui.timeline
    guard let number = state.number(of: history.numbers), let entry = history.entry(number) else {
      return nil
    }
    self.number = number
    let anatomy = RendezvousAnatomy(entry, history.lanes(of: entry.record.id))
    let layout = TimelineLayout(rect, vcpus: model.shown.snapshot.vcpus.count, focus: state.focus)
    let shown = state.isOnlyLate ? 0 : anatomy.parts.count
    let lanesLayout = LanesLayout(layout.lanes, members: shown)
    let rows = TimelineRows(anatomy, state, capacity: lanesLayout.rows.count)
    let vcpus = rows.vcpus
    let last = anatomy.last?.lane.vcpu
    selected =
      vcpus.firstIndex { $0 == state.lane } ?? vcpus.firstIndex { $0 == last }
      ?? (vcpus.isEmpty ? nil : 0)
    axis = TimeAxis(
      span: anatomy.span, isLogarithmic: state.isLogarithmic, lower: state.left,
      upper: state.left + state.shown, width: lanesLayout.chart.count)
    self.anatomy = anatomy
    self.layout = layout
    self.lanesLayout = lanesLayout
    self.rows = rows
  }

  /// The selected lane.
  var part: RendezvousAnatomy.Part? {
    guard let selected, rows.rows.indices.contains(selected),
      case .part(let part) = rows.rows[selected]
    else { return nil }
    return part
  }

  /// The rows that are on the screen; the line of the folded ones always is.
  var visible: Range<Int> {
    let room = max(0, lanesLayout.rows.count - (rows.isFolded ? 1 : 0))
    let count = rows.rows.count - (rows.isFolded ? 1 : 0)
    let top = max(0, min((selected ?? 0) - room / 2, count - room))
    return top..<min(count, top + room)
  }

  /// The absolute numbers of the rendezvous that the list shows: the selected one in the middle, or the
  /// newest at the end.
  func listed(_ numbers: Range<Int>) -> Range<Int> {
    let room = max(0, layout.list.height - 1)
    let end = max(
      min(numbers.upperBound, numbers.lowerBound + room),
      min(numbers.upperBound, number + 1 + room / 2))
    return max(numbers.lowerBound, end - room)..<end
  }
}

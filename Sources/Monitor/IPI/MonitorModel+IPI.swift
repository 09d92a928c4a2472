extension MonitorModel {
  /// Does what only the IPI view does; nil: nothing of it.
  mutating func performIPI(_ action: Action) -> [MonitorEffect]? {
    switch action {
    case .zoomIn, .up, .down, .pageUp, .pageDown, .cellLeft, .cellRight, .home, .end:
      ui.ipi.isChosen = true
    default: break
    }
    switch action {
    case .trafficPane: ui.ipi.pane = ui.ipi.pane.next
    case .rateOrTotal: ui.ipi.measure = ui.ipi.measure == .rate ? .total : .rate
    case .heatScale: ui.ipi.isLogarithmic.toggle()
    case .selfIPIs: ui.ipi.includesSelf.toggle()
    case .busiestFirst: ui.ipi.isBusiestFirst.toggle()
    case .zoomIn: zoomIntoCell()
    case .zoomOut: zoomOutOfBlock()
    case .up: moveCell(-1)
    case .down: moveCell(1)
    case .pageUp: moveCell(-max(1, ipiPage))
    case .pageDown: moveCell(max(1, ipiPage))
    case .cellLeft: moveDestination(-1)
    case .cellRight: moveDestination(1)
    case .home: goToEnd(isLast: false)
    case .end: goToEnd(isLast: true)
    default: return nil
    }
    return []
  }

  /// A click selects the cell or the line that it hits; the wheel moves as the arrow keys do.
  mutating func clickIPI(_ mouse: MouseEvent, _ body: Rect) -> [MonitorEffect] {
    if mouse.kind != .press {
      ui.ipi.isChosen = true
      moveCell(mouse.kind == .wheelUp ? -1 : 1)
      return []
    }
    guard ipiCount > 0 else { return [] }
    ui.ipi.isChosen = true
    if ui.ipi.pane != .matrix {
      let list = IPISourceList(self, body)
      if let source = list.source(atRow: mouse.y) { ui.vcpu = source }
      return []
    }
    let layout = ipiLayout(body)
    if layout.talkers.contains(mouse.x, mouse.y) {
      let list = IPITalkerList(self, layout)
      if let talker = list.talker(at: mouse.x, mouse.y) { select(talker) }
    } else if layout.modes.contains(mouse.x, mouse.y) {
      if let source = layout.modeList(self).source(atRow: mouse.y) { ui.vcpu = source }
    } else if mouse.y >= layout.grid.y && mouse.y < layout.grid.bottom {
      let row = mouse.y - layout.grid.y
      // A click on the block keeps which of its vcpus is selected.
      if row != layout.row(of: ipiSource) { ui.vcpu = layout.sources(row: row).lowerBound }
      let column = (mouse.x - layout.grid.x) / max(1, layout.cellWidth)
      if mouse.x >= layout.grid.x && column < layout.columns {
        if ui.ipi.destination == nil || column != layout.column(of: ipiDestination ?? 0) {
          ui.ipi.destination = layout.destinations(column: column).lowerBound
        }
      } else if layout.hasTotals && column >= layout.columns
        && mouse.x < layout.grid.x + layout.grid.width + IPILayout.totalsWidth / 2
      {
        ui.ipi.destination = nil
      }
    }
    return []
  }

  // MARK: The first cell

  /// While nobody has chosen a cell: the busiest of the selected vcpu, or of all where none was selected either. One
  /// that has traffic stays; when the view is opened, only one that has some in what is shown.
  mutating func settleIPICell(isOpening: Bool = false) {
    guard ui.view == .ipi, !ui.ipi.isChosen, ipiCount > 0 else { return }
    let source = ipiSource
    let own = IPIRegion(sources: source..<source + 1, destinations: 0..<ipiCount)
    for measure in isOpening ? [ui.ipi.measure, .total] : [.total] {
      let reading = ipiReading.with(measure)
      if measure.value(reading.talker(source, ipiDestination).count) > 0 { return }
      let ofAll = source == 0 ? reading.talkers(1).first : nil
      if let busiest = reading.talkers(1, in: own).first ?? ofAll { return select(busiest) }
    }
  }

  // MARK: Moving

  /// The rows that a page key moves by.
  private var ipiPage: Int {
    if ui.ipi.pane != .matrix { return IPISourceList(self, layout.body).rows.height }
    let layout = ipiLayout(layout.body)
    return ui.ipi.isBusiestFirst ? layout.talkerCount / layout.talkerColumns : layout.rows
  }

  private mutating func select(_ talker: IPIReading.Talker) {
    ui.vcpu = talker.source
    ui.ipi.destination = talker.destination
  }

  /// The source, or the line of a list, `step` rows further.
  private mutating func moveCell(_ step: Int) {
    guard ipiCount > 0 else { return }
    if ui.ipi.pane != .matrix {
      let order = ipiReading.sources(busiestFirst: ui.ipi.isBusiestFirst)
      let place = order.firstIndex(of: ipiSource) ?? 0
      ui.vcpu = order[max(0, min(place + step, order.count - 1))]
      return
    }
    let layout = ipiLayout(layout.body)
    if ui.ipi.isBusiestFirst {
      let list = IPITalkerList(self, layout)
      let place = list.selected.map { $0 + step } ?? 0
      guard !list.talkers.isEmpty else { return }
      select(list.talkers[max(0, min(place, list.talkers.count - 1))])
      return
    }
    let (range, source) = Self.moved(
      layout.region.sources, ipiSource, step, block: layout.rowStep, count: ipiCount)
    pan(IPIRegion(sources: range, destinations: layout.region.destinations))
    ui.vcpu = source
  }

  /// The destination `step` columns further; after the last one come those to all.
  private mutating func moveDestination(_ step: Int) {
    guard ipiCount > 0, ui.ipi.pane == .matrix, !ui.ipi.isBusiestFirst else { return }
    let layout = ipiLayout(layout.body)
    let region = layout.region
    guard let destination = ipiDestination else {
      if step < 0 {
        ui.ipi.destination = layout.destinations(column: max(0, layout.columns - 1)).lowerBound
      }
      return
    }
    let (range, next) = Self.moved(
      region.destinations, destination, step, block: layout.columnStep, count: ipiCount)
    pan(IPIRegion(sources: region.sources, destinations: range))
    ui.ipi.destination = next == destination && step > 0 ? nil : next
  }

  /// The block `step` further than that of `current`, and the part that shows it: at its edge it moves on.
  /// Where there is no further one, `current` stays.
  static func moved(
    _ range: Range<Int>, _ current: Int, _ step: Int, block: Int, count: Int
  ) -> (range: Range<Int>, current: Int) {
    let place = (current - range.lowerBound) / block
    let last = (range.count - 1) / block
    if (0...last).contains(place + step) {
      return (range, range.lowerBound + (place + step) * block)
    }
    let beyond = step < 0 ? place + step : place + step - last
    let lower = max(0, min(range.lowerBound + beyond * block, count - range.count))
    let next = lower + (step < 0 ? 0 : last * block)
    let isEdge = lower == range.lowerBound && place == (step < 0 ? 0 : last)
    return (lower..<(lower + range.count), isEdge ? current : next)
  }

  /// Shows `region` in the place of the part that is shown.
  private mutating func pan(_ region: IPIRegion) {
    let shown = ipiRegion
    guard region != shown, let index = ui.ipi.zooms.lastIndex(of: shown) else { return }
    ui.ipi.zooms[index] = region
    ui.ipi.zooms = Array(ui.ipi.zooms[...index])
  }

  private mutating func goToEnd(isLast: Bool) {
    guard ipiCount > 0 else { return }
    if ui.ipi.pane != .matrix || ui.ipi.isBusiestFirst {
      return moveCell(isLast ? IPITrafficHistory.capacity : -IPITrafficHistory.capacity)
    }
    let region = ipiRegion
    ui.vcpu = isLast ? region.sources.upperBound - 1 : region.sources.lowerBound
    ui.ipi.destination =
      isLast ? region.destinations.upperBound - 1 : region.destinations.lowerBound
  }

  // MARK: Zooming

  private mutating func zoomIntoCell() {
    guard ipiCount > 0, ui.ipi.pane == .matrix else { return }
    if ui.ipi.isBusiestFirst {
      // From the list to the cell, as near as it goes.
      ui.ipi.isBusiestFirst = false
      while zoomOnce() {}
    } else if !zoomOnce() {
      explainLast(by: ipiSource, of: ipiDestination)
    }
  }

  private mutating func zoomOnce() -> Bool {
    let layout = ipiLayout(layout.body)
    guard let next = layout.zoomed(ipiSource, ipiDestination) else { return false }
    // Those that the cell has left are over.
    let (source, destination) = (ipiSource, ipiDestination)
    ui.ipi.zooms.removeAll { !$0.contains(source, destination) }
    ui.ipi.zooms.append(next)
    return true
  }

  private mutating func zoomOutOfBlock() {
    let shown = ipiRegion
    guard let index = ui.ipi.zooms.lastIndex(of: shown) else {
      ui.notice = "all of the matrix is shown already"
      return
    }
    ui.ipi.zooms = Array(ui.ipi.zooms[..<index])
  }
}

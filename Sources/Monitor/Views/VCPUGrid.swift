import Telemetry
import Themes

/// Many vcpus at a glance: a cell each, in the order of their numbers, as places are easier to remember than
/// ranks; and the worst of them by name.
enum VCPUGrid {
  /// More vcpus than this are shown as a grid until the operator wants the table.
  static let threshold = 52

  /// Where the cells are.
  struct Cells: Equatable {
    /// Vcpus a row, a power of two.
    let perRow: Int
    /// Columns a vcpu.
    let cellWidth: Int
    /// The column of the first.
    let left: Int
    let rows: Int
    /// The columns to the right of the cells are the worst list's.
    let worst: Range<Int>
  }

  private static let labelWidth = 4
  private static let worstWidth = 11

  static func cells(_ width: Int, vcpus: Int) -> Cells {
    let hasWorst = width >= 60
    let room = max(1, width - labelWidth - 1 - (hasWorst ? worstWidth : 0))
    let cellWidth = vcpus <= 256 && room >= 64 * 2 || vcpus <= 64 && room >= 32 * 2 ? 2 : 1
    var perRow = 1
    while perRow * 2 * cellWidth <= room && perRow < 64 && perRow < max(1, vcpus) { perRow *= 2 }
    let end = labelWidth + 1 + perRow * cellWidth
    return Cells(
      perRow: perRow, cellWidth: cellWidth, left: labelWidth + 1,
      rows: (max(1, vcpus) + perRow - 1) / perRow,
      worst: hasWorst && width - end > 8 ? (end + 1)..<width : width..<width)
  }

  /// The rows that all of it takes: title, cells, and the legend.
  static func need(_ width: Int, vcpus: Int) -> Int { cells(width, vcpus: vcpus).rows + 2 }

  static func paint(_ frame: inout Frame, _ rect: Rect, _ model: MonitorModel) {
    guard !rect.isEmpty else { return }
    let recording = model.shown
    let vcpus = recording.snapshot.vcpus
    let (color, cells) = (model.ui.gridColor, cells(rect.width, vcpus: vcpus.count))
    frame.rule(
      Rect(x: rect.x, y: rect.y, width: cells.worst.lowerBound, height: 1),
      title: "vCPU grid: \(color.title)", note: keys(model),
      hasFocus: model.ui.focus == .vcpus)
    let legendRows = rect.height >= 3 ? 1 : 0
    let rows = max(0, rect.height - 1 - legendRows)
    let top = firstRow(model, rows: rows)
    let values = color == .state ? [] : color.values(recording)
    for row in 0..<min(rows, cells.rows - top) {
      let y = rect.y + 1 + row
      let first = (top + row) * cells.perRow
      frame.putClipped(
        rect.x, y, "\(first)".rightAligned(labelWidth), .dim, limit: min(labelWidth, rect.width))
      for index in first..<min(first + cells.perRow, vcpus.count) {
        let x = rect.x + cells.left + (index - first) * cells.cellWidth
        guard x + cells.cellWidth <= rect.x + rect.width else { break }
        paint(
          &frame, x, y, recording.snapshot.vcpus[index].state, cells.cellWidth, color,
          values.isEmpty ? 0 : values[index], isSelected: index == model.ui.vcpu)
      }
    }
    worst(&frame, rect, cells, rows, recording, color)
    guard legendRows > 0 else { return }
    // What the colours mean is always there.
    frame.put(
      rect.x + 1, rect.y + rect.height - 1, color.legend(recording, width: rect.width - 1),
      limit: rect.width - 1)
  }

  private static func keys(_ model: MonitorModel) -> String {
    let table = model.keyName(.toggleGrid, in: .overview, usual: .function(5))
    let color = model.keyName(.colorBy, in: .overview, usual: .character("c"))
    return [table.map { "\($0) table" }, color.map { "\($0) colour by" }].compactMap { $0 }
      .joined(separator: "  ")
  }

  private static func paint(
    _ frame: inout Frame, _ x: Int, _ y: Int, _ state: VCPUState, _ width: Int, _ color: GridColor,
    _ value: Double, isSelected: Bool
  ) {
    var (glyph, role) = color == .state ? (state.scalar, state.role) : color.shade(value)
    if isSelected {
      role = .selection
      // A blank would not be seen without colour.
      if width == 1 && glyph == " " { glyph = "·" }
    }
    guard width > 1 else {
      frame[x, y] = Cell(glyph, role)
      return
    }
    let isShade = !color.hasLetters
    frame[x, y] = Cell(isSelected ? "[" : isShade ? glyph : " ", role)
    frame[x + 1, y] = Cell(isSelected && isShade ? "]" : glyph, role)
  }

  /// The first row of cells shown: as far down as the selected one needs.
  private static func firstRow(_ model: MonitorModel, rows: Int) -> Int {
    guard let rect = model.layout.panes[.vcpus] else { return 0 }
    let cells = cells(rect.width, vcpus: model.shownCount)
    return max(0, min(cells.rows - rows, model.ui.vcpu / cells.perRow - rows + 1))
  }

  /// The vcpu whose cell is at that place of a pane in `rect`.
  static func vcpu(atColumn x: Int, row: Int, in rect: Rect, _ model: MonitorModel) -> Int? {
    let count = model.shownCount
    let cells = cells(rect.width, vcpus: count)
    let column = (x - rect.x - cells.left) / cells.cellWidth
    guard x >= rect.x + cells.left, column < cells.perRow, row >= 1,
      row < rect.height - (rect.height >= 3 ? 1 : 0)
    else { return nil }
    let rows = max(0, rect.height - 1 - (rect.height >= 3 ? 1 : 0))
    let index = (firstRow(model, rows: rows) + row - 1) * cells.perRow + column
    return index < count ? index : nil
  }

  /// The vcpus with the highest values; of states, those that something is wrong with or that wait.
  private static func worst(
    _ frame: inout Frame, _ rect: Rect, _ cells: Cells, _ rows: Int, _ recording: Recording,
    _ color: GridColor
  ) {
    guard !cells.worst.isEmpty, rows > 0 else { return }
    // By stall where the colours have no order: it is what the project is about.
    let by = color == .state ? GridColor.stall : color
    let values = by.values(recording)
    let ranked = highest(rows, of: values.indices) { values[$0] }
    let width = cells.worst.count
    frame.putClipped(
      rect.x + cells.worst.lowerBound, rect.y, by.title.rightAligned(10), .title, limit: width)
    for (row, (index, value)) in ranked.enumerated() {
      let number = Quantity.shortCount(UInt64(min(value, 1e18)))
      let text =
        "\(recording.snapshot.vcpus[index].id)".rightAligned(4) + " " + number.rightAligned(5)
      frame.putClipped(
        rect.x + cells.worst.lowerBound, rect.y + 1 + row, text, by.shade(value).role, limit: width)
    }
  }

  /// The `count` places with the highest values, from 1 on, the highest first; of equal ones the first.
  static func highest(
    _ count: Int, of places: Range<Int>, _ value: (Int) -> Double
  ) -> [(place: Int, value: Double)] {
    var best: [(place: Int, value: Double)] = []
    best.reserveCapacity(count + 1)
    for place in places {
      let value = value(place)
      guard value >= 1 else { continue }
      if best.count == count, let least = best.last, value <= least.value { continue }
      var (low, high) = (0, best.count)
      while low < high {
        let middle = (low + high) / 2
        if best[middle].value >= value { low = middle + 1 } else { high = middle }
      }
      best.insert((place, value), at: low)
      if best.count > count { best.removeLast() }
    }
    return best
  }
}

/// The cells of the matrix as it is laid out: each the largest pair of its block.
struct IPIMatrix {
  let columns: Int
  /// Row by row.
  private(set) var cells: [UInt64]
  /// What the sources of each row sent, those to all in it.
  private(set) var sent: [UInt64]
  /// Those to all, of each row.
  private(set) var toAll: [UInt64]
  /// What the destinations of each column were sent by name.
  private(set) var received: [UInt64]

  init(_ reading: IPIReading, _ layout: IPILayout) {
    let region = layout.region
    columns = layout.columns
    cells = Array(repeating: 0, count: layout.rows * layout.columns)
    sent = Array(repeating: 0, count: layout.rows)
    toAll = Array(repeating: 0, count: layout.rows)
    received = Array(repeating: 0, count: layout.columns)
    for source in region.sources {
      let row = (source - region.sources.lowerBound) / layout.rowStep
      guard row < sent.count else { break }
      sent[row] &+= reading.sent(source)
      toAll[row] &+= reading.measure.value(reading.history.source(source).broadcasts)
      take(source, row, reading, layout)
    }
    for destination in region.destinations {
      let column = (destination - region.destinations.lowerBound) / layout.columnStep
      guard column < received.count else { break }
      received[column] &+= reading.received(destination)
    }
  }

  subscript(row: Int, column: Int) -> UInt64 { cells[row * columns + column] }

  private mutating func take(_ source: Int, _ row: Int, _ reading: IPIReading, _ layout: IPILayout)
  {
    let traffic = reading.history.source(source)
    // A quiet row, and most of a big machine's are: nothing to look through.
    guard reading.peak(source) > 0 else { return }
    let range = layout.region.destinations
    let (step, tile) = (layout.columnStep, IPITrafficSource.tileWidth)
    func take(_ value: UInt64, _ destination: Int) {
      let column = (destination - range.lowerBound) / step
      guard range.contains(destination) && column < columns else { return }
      cells[row * columns + column] = max(cells[row * columns + column], value)
    }
    if step % tile == 0 && range.lowerBound % tile == 0 {
      // Whole tiles: their maxima are known.
      for index in (range.lowerBound / tile)..<max(range.lowerBound / tile, traffic.tiles.count) {
        take(reading.measure.value(traffic.tiles[index]), index * tile)
      }
    } else {
      for pair in traffic.pairs[traffic.place(of: range.lowerBound)...] {
        let destination = Int(pair.destination)
        if destination >= range.upperBound { break }
        if destination != source { take(reading.measure.value(pair.count), destination) }
      }
    }
    if reading.includesSelf { take(reading.measure.value(traffic.toSelf), source) }
  }
}

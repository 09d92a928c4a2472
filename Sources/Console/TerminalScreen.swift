/// The rows of a screen, and what moves them.
struct TerminalScreen: Sendable {
  var lines: [TerminalLine]

  init(columns: Int, rows: Int) {
    lines = Array(repeating: TerminalLine(columns: columns), count: rows)
  }

  /// Moves the rows of `region` up by `count`; blank ones come in at its end.
  mutating func scrollUp(_ region: Range<Int>, by count: Int, columns: Int, _ blank: TerminalCell) {
    let count = min(count, region.count)
    if count <= 0 { return }
    lines.removeSubrange(region.lowerBound..<(region.lowerBound + count))
    let fresh = repeatElement(TerminalLine(columns: columns, blank), count: count)
    lines.insert(contentsOf: fresh, at: region.upperBound - count)
  }

  /// Moves the rows of `region` down by `count`; blank ones come in at its beginning.
  mutating func scrollDown(_ region: Range<Int>, by count: Int, columns: Int, _ blank: TerminalCell)
  {
    let count = min(count, region.count)
    if count <= 0 { return }
    lines.removeSubrange((region.upperBound - count)..<region.upperBound)
    let fresh = repeatElement(TerminalLine(columns: columns, blank), count: count)
    lines.insert(contentsOf: fresh, at: region.lowerBound)
  }
}

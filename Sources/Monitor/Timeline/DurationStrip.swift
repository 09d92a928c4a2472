import Rendezvous
import Themes

/// The durations of the last rendezvous as bars, one a column, the newest at the right; on a scale that
/// never changes, so that a bar is the same duration in every picture.
struct DurationStrip {
  /// The bars alone.
  let bars: Rect
  /// The absolute numbers of those that are shown, the last one in the last column.
  let numbers: Range<Int>

  /// Columns of the words before the bars of a strip of one row, and of those after it.
  private static let before = "durations "
  private static let after = " ▁1µs █10ms"
  private static let glyphs: [Unicode.Scalar] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

  /// A strip in `rect`, of those of `held` that there is room for; the selected one is among them.
  init(_ rect: Rect, _ held: Range<Int>, selected: Int) {
    var bars = rect
    if rect.height > 1 {
      bars = Rect(x: rect.x, y: rect.y + 1, width: rect.width, height: rect.height - 2)
      if rect.height == 2 { bars.height = 1 }
    } else if rect.width >= 50 {
      bars.x += CellWidth.columns(Self.before)
      bars.width -= CellWidth.columns(Self.before) + CellWidth.columns(Self.after)
    }
    self.bars = bars
    let room = max(0, bars.width)
    let end = max(
      min(held.upperBound, held.lowerBound + room),
      min(held.upperBound, selected + 1 + room / 2))
    numbers = max(held.lowerBound, end - room)..<end
  }

  /// The absolute number of the one in column `x`.
  func number(at x: Int) -> Int? {
    let number = numbers.upperBound - (bars.x + bars.width - x)
    return numbers.contains(number) ? number : nil
  }

  func paint(_ frame: inout Frame, _ rect: Rect, _ history: RendezvousHistory, selected: Int) {
    guard !rect.isEmpty && !bars.isEmpty else { return }
    if rect.height > 1 {
      frame.rule(
        Rect(x: rect.x, y: rect.y, width: rect.width, height: 1),
        title: "Last \(numbers.count)", note: "log, ▁ 1 µs to full 10 ms", hasFocus: false)
    } else if bars.x > rect.x {
      frame.put(rect.x, rect.y, Self.before, .dim)
      frame.put(bars.x + bars.width, rect.y, Self.after, .dim)
    }
    let steps = bars.height * Self.glyphs.count
    for (place, number) in numbers.enumerated() {
      guard let entry = history.entry(number) else { continue }
      let x = bars.x + bars.width - numbers.count + place
      let level = Self.level(entry.record.latencyNanoseconds, steps: steps)
      let isSelected = number == selected
      let role: Role =
        isSelected ? .match : entry.record.bystanders > 0 ? .spurious : .graph
      for row in 0..<bars.height {
        let height = min(Self.glyphs.count, level - row * Self.glyphs.count)
        let y = bars.bottom - 1 - row
        if height > 0 { frame[x, y] = Cell(Self.glyphs[height - 1], role) }
      }
      // Where there is no colour an arrow says which one is selected.
      if isSelected && rect.height > 2 { frame[x, rect.bottom - 1] = Cell("↑", .match) }
    }
  }

  /// 1 for a microsecond and less, `steps` for the top of the scale and more.
  static func level(_ nanoseconds: UInt64, steps: Int) -> Int {
    guard steps > 1 else { return max(0, steps) }
    let axis = TimeAxis(span: 10_000_000, isLogarithmic: true, width: 1)
    let floor = axis.share(1_000)
    let share = (axis.share(nanoseconds) - floor) / (1 - floor)
    return 1 + max(0, min(steps - 1, Int(share * Double(steps - 1))))
  }
}

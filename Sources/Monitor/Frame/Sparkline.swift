/// A row of bars of one cell each.
enum Sparkline {
  static let bars: [Unicode.Scalar] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

  /// The last `width` of `values`, right-aligned, scaled to the largest of them; nothing happened
  /// (0 or no number): blank. Any value above 0 shows, however small.
  static func text(_ values: [Double], width: Int) -> String {
    guard width > 0 else { return "" }
    let shown = values.suffix(width)
    let top = shown.reduce(0) { $1.isFinite && $1 > $0 ? $1 : $0 }
    var line = String.UnicodeScalarView(repeatElement(" ", count: width - shown.count))
    for value in shown {
      guard value.isFinite && value > 0 && top > 0 else {
        line.append(" ")
        continue
      }
      line.append(bars[min(7, Int(value / top * 8))])
    }
    return String(line)
  }
}

/// A row of bars of one cell each.
enum Sparkline {
  static let bars: [Unicode.Scalar] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

  /// The last `width` of `values`, right-aligned, scaled to the largest of them; nothing happened
  /// (0 or no number): blank. Any value above 0 shows, however small.
  static func text(_ values: [Double], width: Int) -> String {
    guard width > 0 else { return "" }
    let shown = Array(values.suffix(width))
    let top = shown.reduce(0) { $1.isFinite && $1 > $0 ? $1 : $0 }
    var line = String.UnicodeScalarView()
    for cell in 0..<width { line.append(scalar(cell, of: width, shown, top)) }
    return String(line)
  }

  /// The cell of that place, of `width`; `top` is the largest of `values`.
  static func scalar(_ cell: Int, of width: Int, _ values: [Double], _ top: Double)
    -> Unicode.Scalar
  {
    let place = values.count - width + cell
    guard place >= 0, values[place].isFinite && values[place] > 0 && top > 0 else { return " " }
    return bars[min(7, Int(values[place] / top * 8))]
  }
}

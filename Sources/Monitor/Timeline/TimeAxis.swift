import Glibc

/// Where a moment of a rendezvous is on the screen. The part shown is given in shares of the whole, as the
/// scale draws them, so that zoom and place stay when another rendezvous is shown.
struct TimeAxis: Equatable {
  /// The end of the whole, nanoseconds after the request; at least 1.
  let span: UInt64
  /// Equal distances are equal factors; below a microsecond about linear.
  let isLogarithmic: Bool
  /// The shares of the whole at both ends of the picture, 0...1.
  let lower: Double
  let upper: Double
  /// Columns.
  let width: Int

  init(span: UInt64, isLogarithmic: Bool, lower: Double = 0, upper: Double = 1, width: Int) {
    self.span = max(1, span)
    self.isLogarithmic = isLogarithmic
    self.lower = lower
    self.upper = max(upper, lower + 1e-9)
    self.width = max(1, width)
  }

  /// Where `time` (nanoseconds after the request) is in the whole, 0...1.
  func share(_ time: UInt64) -> Double {
    let part = Double(min(time, span))
    guard isLogarithmic else { return part / Double(span) }
    return log1p(part / 1000) / log1p(Double(span) / 1000)
  }

  /// The time at a share of the whole, nanoseconds after the request.
  func time(_ share: Double) -> UInt64 {
    let inside = max(0, min(1, share))
    let whole = Double(span)
    let time = isLogarithmic ? expm1(inside * log1p(whole / 1000)) * 1000 : inside * whole
    return time.isFinite && time > 0 ? UInt64(min(time, whole, 1e19)) : 0
  }

  /// The column of `time`; -1 and `width` stand for all outside.
  func column(_ time: UInt64) -> Int {
    let place = (share(time) - lower) / (upper - lower) * Double(width - 1)
    if place < -0.5 { return -1 }
    return place > Double(width) - 0.5 ? width : Int(place.rounded())
  }

  /// What one column is, nanoseconds, where that is the same everywhere.
  var columnNanoseconds: UInt64? {
    isLogarithmic ? nil : UInt64(max(1, min(1e19, Double(span) * (upper - lower) / Double(width))))
  }

  /// A moment with its words.
  struct Tick: Equatable {
    let column: Int
    let label: String
  }

  /// Round moments, so that their labels do not touch.
  var ticks: [Tick] {
    isLogarithmic ? logarithmicTicks ?? linearTicks : linearTicks
  }

  private var linearTicks: [Tick] {
    let (first, last) = (time(lower), time(upper))
    let wanted = Double(last - min(first, last)) * 10 / Double(width)
    var step: UInt64 = 1
    var factors = [2.0, 2.5, 2.0].makeIterator()
    while Double(step) < wanted && step < .max / 10 {
      guard let factor = factors.next() else {
        factors = [2.0, 2.5, 2.0].makeIterator()
        continue
      }
      step = UInt64(Double(step) * factor)
    }
    var moment = first / step * step
    var ticks: [Tick] = []
    while moment <= last && ticks.count <= width {
      place(&ticks, moment, Self.label(moment, step: step))
      let (next, isOver) = moment.addingReportingOverflow(step)
      if isOver { break }
      moment = next
    }
    return ticks
  }

  /// The powers of ten; nil where too few of them are in the picture.
  private var logarithmicTicks: [Tick]? {
    var ticks: [Tick] = []
    place(&ticks, 0, "0")
    var power: UInt64 = 1000
    while power <= span && power < .max / 10 {
      for factor in [1, 2, 5] as [UInt64] {
        // The next power would be in the way otherwise.
        let isRoomy = factor == 1 || column(power * factor) + 6 < column(power * 10)
        let moment = power * factor
        if isRoomy && moment <= span { place(&ticks, moment, Self.label(moment, step: moment)) }
      }
      power *= 10
    }
    return ticks.count < 3 ? nil : ticks
  }

  private func place(_ ticks: inout [Tick], _ moment: UInt64, _ label: String) {
    let column = column(moment)
    let end = ticks.last.map { $0.column + CellWidth.columns($0.label) + 1 } ?? 0
    // A blank before what comes after the chart.
    guard column >= end && column + CellWidth.columns(label) < width else { return }
    ticks.append(Tick(column: column, label: label))
  }

  /// `moment` in the unit that suits it, with as many decimals as multiples of `step` need.
  static func label(_ moment: UInt64, step: UInt64) -> String {
    if moment == 0 { return "0" }
    let (name, unit): (String, UInt64) =
      moment < 10_000_000 && step < 1_000_000
      ? ("µs", 1000) : moment < 10_000_000_000 ? ("ms", 1_000_000) : ("s", 1_000_000_000)
    var text = String(moment / unit)
    var rest = moment % unit
    var scale = unit / 10
    if rest > 0 { text += "." }
    while rest > 0 && scale >= max(1, min(step, unit) / 10) && scale > 0 {
      text += String(rest / scale)
      rest %= scale
      scale /= 10
    }
    return text + name
  }
}

import Themes

/// Eight steps of heat for the values of one picture: four shades, each in two colours, so that the
/// shade alone says half of it where there is no colour.
struct IPIHeat {
  /// The least value of the steps 2 to 8; what is above 0 and below the first is step 1.
  let thresholds: [Double]
  let isLogarithmic: Bool

  private static let rootOfTen = 3.162_277_660_168_379_5
  private static let roles: [Role] = [
    .dim, .heat1, .heat2, .heat3, .heat4, .heat5, .heat6, .heat7, .heat8,
  ]
  private static let glyphs: [Unicode.Scalar] = ["·", "░", "░", "▒", "▒", "▓", "▓", "█", "█"]

  /// For values up to `largest`. Logarithmic: a decade is a shade, and the scale changes only by whole
  /// decades. Linear: equal parts of the next round number. `finest`: the decade that the scale never
  /// goes below.
  init(largest: Double, isLogarithmic: Bool, finest: Double) {
    self.isLogarithmic = isLogarithmic
    let largest = largest.isFinite && largest > 0 ? min(largest, 1e19) : 0
    if isLogarithmic {
      var decade = finest
      while decade * 10_000 <= largest { decade *= 10 }
      thresholds = (1...7).map { step in
        let tens = [1.0, 10, 100, 1_000][step / 2]
        return decade * tens * (step % 2 == 1 ? Self.rootOfTen : 1)
      }
    } else {
      var power = 1.0
      while power * 10 < largest { power *= 10 }
      let top = [power, power * 2, power * 5].first { $0 >= largest } ?? power * 10
      thresholds = (1...7).map { top * Double($0) / 8 }
    }
  }

  /// 0 for none, else 1 to 8.
  func step(_ value: Double) -> Int {
    guard value > 0 else { return 0 }
    return 1 + (thresholds.firstIndex { value < $0 } ?? thresholds.count)
  }

  static func cell(step: Int) -> Cell {
    let step = max(0, min(step, 8))
    return Cell(glyphs[step], roles[step])
  }

  /// A threshold without needless zeros: 0.5, 10, 1250, 12k.
  private static func words(_ threshold: Double) -> String {
    threshold == threshold.rounded()
      ? Quantity.shortCount(UInt64(min(threshold, 1e19))) : Quantity.rate(threshold)
  }

  /// `░░ <10/s  ▒▒ <100  ▓▓ <1000  ██ 1000+  · none`; without the blanks where there is no room.
  func legend(unit: String, isShort: Bool) -> [Span] {
    var spans = [Span(isLogarithmic ? "log " : "linear ", .title)]
    for shade in 0..<4 {
      for step in [shade * 2 + 1, shade * 2 + 2] where !isShort || step % 2 == 0 {
        let cell = Self.cell(step: step)
        spans.append(Span(String(Character(Unicode.Scalar(cell.scalar) ?? " ")), cell.role))
      }
      let bound = Self.words(thresholds[min(shade * 2 + 1, 5)])
      let text = shade < 3 ? "<\(bound)" : "\(bound)+"
      spans.append(Span((isShort ? "" : " ") + text + (shade == 0 ? unit : "")))
      spans.append(Span(isShort ? " " : "  "))
    }
    spans.append(Span("·", .dim))
    spans.append(Span(isShort ? "0" : " none"))
    return spans
  }
}

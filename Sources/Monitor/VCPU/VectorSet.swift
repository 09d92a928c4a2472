/// IRR, ISR or TMR: 256 bits in eight words of 32, vector 0 first. Words that are not there are 0.
struct VectorSet: Sendable, Equatable {
  private let words: [UInt32]

  init(_ words: [UInt32]) { self.words = Array(words.prefix(8)) }

  func contains(_ vector: Int) -> Bool {
    vector >= 0 && vector / 32 < words.count && words[vector / 32] >> UInt32(vector % 32) & 1 == 1
  }

  /// The vectors, the highest first: it has the highest priority.
  var vectors: [Int] { (0..<256).reversed().filter(contains) }
  var highest: Int? { (0..<256).last(where: contains) }

  /// 32 cells of 8 vectors: the left column of dots is the first four, downwards. Where none is set: `·`.
  var cells: String {
    // Which bit of a braille scalar is the dot of the vector in that place.
    let dots: [UInt32] = [0, 1, 2, 6, 3, 4, 5, 7]
    var text = String.UnicodeScalarView()
    for cell in 0..<32 {
      var pattern: UInt32 = 0
      for place in 0..<8 where contains(cell * 8 + place) { pattern |= 1 << dots[place] }
      text.append(pattern == 0 ? "·" : Unicode.Scalar(0x2800 + pattern) ?? "?")
    }
    return String(text)
  }

  /// The vectors in words of at most `width` columns; where they do not fit, how many more there are.
  func names(width: Int, naming: (Int) -> String?) -> String {
    let all = vectors
    if all.isEmpty { return "none" }
    var text = ""
    for (index, vector) in all.enumerated() {
      let source = naming(vector).map { " \($0)" } ?? ""
      let word = (index == 0 ? "" : ", ") + "0x" + RegisterWords.hex(UInt64(vector), 2) + source
      let rest = all.count - index - 1
      let reserve = rest == 0 ? 0 : 4 + String(rest).utf8.count
      if text.utf8.count + word.utf8.count + reserve > width {
        return index == 0 ? "\(all.count) set" : text + " +\(all.count - index)"
      }
      text += word
    }
    return text
  }
}

/// Reads along what a guest prints, for the lines that say that its kernel has given up: a kernel has no
/// other way of telling that a PC without a driver would understand.
struct PanicWatch: Sendable {
  /// What a line said.
  enum Finding: Sendable, Equatable {
    case none
    /// The kernel panics, and goes on to print where: the line's text.
    case panic(String)
    /// The kernel has printed all and stops for good.
    case stopped
  }

  /// The line so far, no longer than any line of interest.
  private var line: [UInt8] = []
  private static let limit = 200

  /// One byte of output.
  mutating func note(_ byte: UInt8) -> Finding {
    guard byte == 10 else {
      if byte >= 0x20 && byte < 0x7f && line.count < Self.limit { line.append(byte) }
      return .none
    }
    defer { line.removeAll(keepingCapacity: true) }
    // Most lines are told apart by length and one letter, without making a string.
    guard line.count >= 12, line.contains(0x4b) else { return .none }
    let text = String(decoding: line, as: UTF8.self)
    if text.contains("---[ end Kernel panic") { return .stopped }
    guard let start = Self.range(of: "Kernel panic - not syncing", in: text) else { return .none }
    return .panic(String(text[start...]))
  }

  private static func range(of needle: String, in text: String) -> String.Index? {
    var rest = text[...]
    while let index = rest.firstIndex(of: "K") {
      if rest[index...].hasPrefix(needle) { return index }
      rest = rest[rest.index(after: index)...]
    }
    return nil
  }
}

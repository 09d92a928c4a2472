/// The colours and attributes in a text with escape sequences (ECMA-48, "Select Graphic Rendition").
enum SGR {
  /// The parameters of every sequence.
  static func codes(in text: String) -> Set<String> {
    var result: Set<String> = []
    for part in text.split(separator: "\u{1b}[").dropFirst() {
      guard let end = part.firstIndex(of: "m") else { continue }
      result.insert(String(part[..<end]))
    }
    return result
  }

  /// The text alone.
  static func removed(from text: String) -> String {
    var parts = text.split(separator: "\u{1b}[", omittingEmptySubsequences: false)[...]
    let first = parts.popFirst() ?? ""
    return parts.reduce(into: String(first)) { result, part in
      result += part.firstIndex(of: "m").map { part[part.index(after: $0)...] } ?? part
    }
  }

  /// Whether any of them sets a colour: 30 to 38, 40 to 48 and the bright 90 to 107.
  static func hasColor(_ text: String) -> Bool {
    codes(in: text).contains { code in
      code.split(separator: ";").compactMap { Int($0) }.contains {
        (30...38).contains($0) || (40...48).contains($0) || (90...107).contains($0)
      }
    }
  }
}

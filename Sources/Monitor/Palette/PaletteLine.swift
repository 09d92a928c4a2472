/// A line of the palette, taken apart: the command's name, and what stands behind it.
struct PaletteLine: Sendable, Equatable {
  let name: String
  /// Without blanks around it; nil: there is not even a blank behind the name.
  let argument: String?
  /// All up to the argument's last word, and that word: what is being typed.
  let start: String
  let last: String

  /// Blanks and colons before the name do not count.
  init(_ text: String) {
    let text = text.drop { $0 == " " || $0 == ":" }
    let name = text.prefix { $0 != " " }
    self.name = String(name)
    let behind = text.dropFirst(name.count)
    argument = behind.isEmpty ? nil : Self.trimmed(behind)
    let last = behind.reversed().prefix { $0 != " " }.count
    start = String(text.dropLast(last))
    self.last = String(text.suffix(last))
  }

  /// `text` without blanks around it and colons before it: what is remembered.
  static func plain(_ text: String) -> String { trimmed(text.drop { $0 == " " || $0 == ":" }) }

  private static func trimmed(_ text: Substring) -> String {
    var text = text.drop { $0 == " " }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}

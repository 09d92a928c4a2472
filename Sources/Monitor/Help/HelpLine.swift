import Themes

/// One line of the help screen, and what it is found by.
struct HelpLine: Sendable {
  let spans: [Span]
  /// The names of its keys, or its word.
  var keys: [String] = []
  /// What else it is found by: the words of the action, which are not on the screen.
  var words = ""
  /// The head of those below it.
  var isTitle = false

  /// What it says.
  var text: String { spans.map(\.text).joined() }

  static func title(_ text: String) -> HelpLine {
    HelpLine(spans: [Span(text, .title)], isTitle: true)
  }

  /// A word or a sign, and what it means.
  static func word(
    _ word: String, _ meaning: String, role: Role = .barKey, columns: Int = 15
  ) -> HelpLine {
    HelpLine(
      spans: [Span("  \(word)".leftAligned(columns), role), Span(meaning)], keys: [word])
  }

  /// A line of the key table.
  static func binding(_ binding: KeyBinding) -> HelpLine {
    let keys = binding.keys.map(\.name)
    return HelpLine(
      spans: [
        Span("  " + keys.joined(separator: " ").leftAligned(12), .barKey), Span(" " + binding.help),
      ],
      keys: keys, words: binding.action.name)
  }

  /// A line that some view made.
  static func plain(_ spans: [Span]) -> HelpLine {
    HelpLine(spans: spans, isTitle: spans.first?.role == .title)
  }
}

/// What is looked for in the help. The case of letters does not count.
struct HelpSearch: Sendable, Equatable {
  private let wanted: [String]

  /// `text`: words with blanks between, all of which must be there; a single character is a key.
  init(_ text: String) { wanted = text.lowercased().split(separator: " ").map(String.init) }

  /// The lines of `lines` that have it, under their titles, and how many they are.
  func matches(in lines: [HelpLine]) -> (lines: [HelpLine], count: Int) {
    if wanted.isEmpty { return (lines, lines.count) }
    if wanted.count == 1, wanted[0].unicodeScalars.count == 1 {
      let keyed = kept(lines) { line in line.keys.contains { $0.lowercased() == wanted[0] } }
      if keyed.count > 0 { return keyed }
    }
    return kept(lines) { line in
      let text = (line.text + " " + line.words + " " + line.words.map { $0 == "-" ? " " : $0 })
        .lowercased()
      return wanted.allSatisfy { text.contains($0) }
    }
  }

  private func kept(
    _ lines: [HelpLine], _ isWanted: (HelpLine) -> Bool
  ) -> (lines: [HelpLine], count: Int) {
    var (result, count): ([HelpLine], Int) = ([], 0)
    var title: HelpLine?
    for line in lines {
      if line.isTitle {
        title = line
      } else if isWanted(line) {
        if let title { result.append(title) }
        title = nil
        result.append(line)
        count += 1
      }
    }
    return (result, count)
  }
}

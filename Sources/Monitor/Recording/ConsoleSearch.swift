import Console

/// What the operator looks for in the console.
struct ConsoleSearch: Sendable, Equatable {
  /// Scalars that a text may have.
  static let limit = 200

  /// What is being typed; nil: nothing is.
  var prompt: String?
  /// What was looked for last.
  private(set) var text = ""
  /// Where it was found.
  private(set) var match: TerminalMatch?

  /// Adds a character to what is being typed.
  mutating func type(_ scalar: Unicode.Scalar) {
    guard let prompt, prompt.unicodeScalars.count < Self.limit else { return }
    self.prompt = prompt + String(Character(scalar))
  }

  /// Takes the last character away.
  mutating func erase() {
    guard var scalars = prompt?.unicodeScalars, !scalars.isEmpty else { return }
    scalars.removeLast()
    prompt = String(scalars)
  }

  /// Ends the typing: from now on that is looked for, or still the last one where nothing was typed.
  mutating func accept() {
    if let prompt, !prompt.isEmpty { text = prompt }
    prompt = nil
    match = nil
  }

  /// Looks for the next place; from `end` where none was found before. False where there is none.
  mutating func find(
    _ direction: TerminalEmulator.SearchDirection, in console: TerminalEmulator, from end: Int
  ) -> Bool {
    let start = match.map { ($0.line, $0.column) } ?? (end, 0)
    guard let found = console.find(text, direction, from: start) else { return false }
    match = found
    return true
  }

  /// The columns of line `number` that belong to the match, of a screen of so many columns.
  func columns(ofLine number: Int, width: Int) -> Range<Int>? {
    guard let match, number >= match.line, width > 0 else { return nil }
    let start = number == match.line ? match.column : 0
    let before = number == match.line ? 0 : (number - match.line) * width - match.column
    let count = match.cells - before
    return count > 0 ? start..<min(width, start + count) : nil
  }
}

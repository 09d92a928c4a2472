/// The `:` prompt: what is typed, which completion is marked, and the lines before it. It is kept while it is
/// closed, for its history.
struct PaletteState: Sendable, Equatable {
  /// Scalars that a line may have.
  static let limit = 256
  /// Lines that are remembered.
  static let historyLimit = 50

  /// What was typed; nil: the prompt is closed.
  private(set) var typed: String?
  /// The line of the completion that is marked.
  private(set) var marked: String?
  /// Why the last Enter did nothing.
  var mistake: String?
  /// The lines that were performed, oldest first.
  private(set) var history: [String] = []
  /// The place in the history that is shown, while it is walked.
  private var place: Int?

  var isOpen: Bool { typed != nil }
  /// What the prompt shows and Enter does.
  var line: String { marked ?? typed ?? "" }

  mutating func open() { set("") }

  mutating func close() {
    typed = nil
    marked = nil
    mistake = nil
    place = nil
  }

  /// Puts `text` into the prompt, as if typed.
  mutating func set(_ text: String) {
    typed = String(String.UnicodeScalarView(text.unicodeScalars.prefix(Self.limit)))
    marked = nil
    mistake = nil
    place = nil
  }

  mutating func type(_ scalar: Unicode.Scalar) {
    guard isOpen, CellWidth.of(scalar) > 0 else { return }
    set(line + String(Character(scalar)))
  }

  mutating func erase() {
    var scalars = line.unicodeScalars
    if !scalars.isEmpty { scalars.removeLast() }
    set(String(scalars))
  }

  /// Marks the completion `step` further; before the first and after the last of them there is what was
  /// typed.
  mutating func choose(_ step: Int, of completions: [PaletteCompletion]) {
    guard isOpen, !completions.isEmpty else { return }
    mistake = nil
    let now = completions.firstIndex { $0.line == marked } ?? -1
    let count = completions.count + 1
    let next = (now + 1 + step % count + count) % count
    marked = next == 0 ? nil : completions[next - 1].line
  }

  /// Marks that completion.
  mutating func mark(_ completion: PaletteCompletion) {
    if isOpen { marked = completion.line }
  }

  /// Fills in what all completions begin with; where that is no more than there is, marks the next of them.
  mutating func complete(from completions: [PaletteCompletion]) {
    guard let typed else { return }
    let common = Self.commonStart(completions.filter(\.isStart).map(\.line))
    if marked == nil, common.unicodeScalars.count > typed.unicodeScalars.count {
      set(common)
    } else {
      choose(1, of: completions)
    }
  }

  private static func commonStart(_ lines: [String]) -> String {
    guard var common = lines.first.map({ Array($0.unicodeScalars) }) else { return "" }
    for line in lines.dropFirst() {
      let same = zip(common, line.unicodeScalars).prefix { $0 == $1 }.count
      common.removeLast(common.count - same)
    }
    return String(String.UnicodeScalarView(common))
  }

  // MARK: History

  /// Whether Up and Down walk the history: they do from an empty prompt on.
  var walksHistory: Bool { marked == nil && (place != nil || typed?.isEmpty == true) }

  /// Shows the line `step` further in the history; after the newest there is the empty prompt.
  mutating func recall(_ step: Int) {
    let next = (place ?? history.count) + step
    guard next >= 0, next <= history.count else { return }
    set(next == history.count ? "" : history[next])
    place = next == history.count ? nil : next
  }

  /// Puts a line that was performed at the end of the history.
  mutating func remember(_ line: String) {
    history.removeAll { $0 == line }
    history.append(line)
    if history.count > Self.historyLimit { history.removeFirst(history.count - Self.historyLimit) }
  }
}

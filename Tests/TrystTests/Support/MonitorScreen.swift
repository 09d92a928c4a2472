/// A screen of the monitor as a person reads it.
struct MonitorScreen: Sendable, Equatable {
  let lines: [String]

  init(_ text: String) {
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  var text: String { lines.joined(separator: "\n") }
  func contains(_ text: String) -> Bool { lines.contains { $0.contains(text) } }

  /// The first line.
  var header: String { lines.first ?? "" }
  /// The clock at its end.
  var clock: String { header.split(separator: " ").last.map(String.init) ?? "" }

  /// The number that stands right of `label`, or nil where there is none.
  func number(_ label: String) -> Int? {
    for line in lines {
      guard let place = line.firstRange(of: label) else { continue }
      let word = line[place.upperBound...].drop { $0 == " " || $0 == "*" }.prefix { $0 != " " }
      if let number = Int(word) { return number }
    }
    return nil
  }

  /// The operator's share that stands right of a card's total, or 0.
  func operatorShare(_ label: String) -> Int {
    for line in lines {
      guard let place = line.firstRange(of: label) else { continue }
      let words = line[place.upperBound...].split(separator: " ")
      if words.count > 2, words[2] == "op" { return Int(words[1]) ?? 0 }
    }
    return 0
  }

  /// A row of the table of vcpus.
  struct Row: Sendable, Equatable {
    let isSelected: Bool
    let letter: String
    let state: String
    let exitRate: String
    let spurious: Int
    /// What the guest's own handlers counted.
    let saw: Int
  }

  /// The row of `vcpu`, or nil where the table does not show it whole.
  func row(_ vcpu: Int) -> Row? {
    for line in lines.drop(while: { !$0.contains(" STATE ") }).dropFirst() {
      let isSelected = line.first == ">"
      let words = line.dropFirst().split(separator: " ").map(String.init)
      guard words.count >= 12, words[0] == "\(vcpu)" else { continue }
      guard let spurious = Int(words[9]), let saw = Int(words[11]) else { continue }
      return Row(
        isSelected: isSelected, letter: words[1], state: words[2], exitRate: words[4],
        spurious: spurious, saw: saw)
    }
    return nil
  }

  /// How often the guest of `vcpu` took an interrupt, or -1.
  func saw(_ vcpu: Int) -> Int { row(vcpu)?.saw ?? -1 }

  /// The lines inside the inject dialog, or nil where it is not open.
  var dialog: [String]? {
    guard let top = lines.firstIndex(where: { $0.contains("─ Inject ─") }) else { return nil }
    let title = Array(lines[top])
    guard let left = title.firstIndex(of: "┌"), let right = title.lastIndex(of: "┐") else {
      return nil
    }
    var result: [String] = []
    for line in lines[(top + 1)...] {
      let characters = Array(line)
      guard characters.count > right, characters[left] == "│" else { break }
      result.append(String(characters[(left + 1)..<right]))
    }
    return result
  }
}

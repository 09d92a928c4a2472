import Testing

/// The inject dialog, used as a person uses it: every key is followed by a look at the screen.
struct InjectHand {
  let terminal: Tmux

  /// Opens the dialog with `key`, fills in the form and presses Enter; returns what the dialog answers,
  /// without the number of the injection.
  func inject(
    _ kind: String, _ fields: [(name: String, value: String)] = [], key: String = "i"
  ) async throws -> String {
    if try await terminal.screen().dialog == nil { try await terminal.press(key) }
    try await fill(kind, fields)
    let before = number(of: answer(try await terminal.screen()))
    try await terminal.press("Enter")
    let screen = try await terminal.wait("the answer to \(kind)") {
      let answer = answer($0)
      // On a busy machine the vcpu may not get a processor for a while: that is said, and replaced.
      let isOnItsWay = answer.contains("has not come out of the guest yet")
      return answer.hasPrefix("refused") || number(of: answer) > before && !isOnItsWay
    }
    let text = answer(screen)
    return text.hasPrefix("#") ? String(text.drop { $0 != " " }.dropFirst()) : text
  }

  /// Waits until the dialog's answer holds `words`.
  func awaitAnswer(_ words: String) async throws {
    try await terminal.wait("the answer \"\(words)\"") { answer($0).contains(words) }
  }

  /// Closes the dialog.
  @discardableResult
  func close() async throws -> MonitorScreen {
    try await terminal.press("Escape")
    return try await terminal.wait("the dialog closed") { $0.dialog == nil }
  }

  // MARK: Filling in

  private func fill(_ kind: String, _ fields: [(name: String, value: String)]) async throws {
    try await focus("kind")
    try await turn("Right", until: "kind \(kind)") { value($0)?.hasPrefix("← \(kind) →") == true }
    for (name, value) in fields {
      try await focus(name)
      let shown = self.value(try await terminal.screen()) ?? ""
      if shown.contains("[") {
        try await turn("Right", until: value) { self.value($0)?.contains("[\(value)]") == true }
      } else {
        try await terminal.press("DC")
        try await terminal.wait("an empty \(name)") { self.value($0)?.hasPrefix("_") == true }
        if value.isEmpty { continue }
        try await terminal.type(value)
        try await terminal.wait("\(value) in \(name)") {
          self.value($0)?.hasPrefix("\(value)_") == true
        }
      }
    }
  }

  private func focus(_ name: String) async throws {
    try await turn("Tab", until: name) { self.name($0) == name }
  }

  /// Presses `key` until the screen is as `test` wants it; each press changes the line with the focus.
  private func turn(
    _ key: String, until what: String, _ test: (MonitorScreen) -> Bool
  ) async throws {
    var screen = try await terminal.wait("the dialog") { focused($0) != nil }
    for _ in 0..<12 {
      if test(screen) { return }
      let before = focused(screen)
      try await terminal.press(key)
      screen = try await terminal.wait("a change by \(key)") {
        focused($0) != nil && focused($0) != before
      }
    }
    throw TimedOut("\(key) never led to \(what)")
  }

  // MARK: Reading

  private func focused(_ screen: MonitorScreen) -> String? {
    screen.dialog?.first { $0.hasPrefix(">") }
  }
  private func name(_ screen: MonitorScreen) -> String? {
    focused(screen).map { $0.dropFirst().prefix(15).trimming(" ") }
  }
  private func value(_ screen: MonitorScreen) -> String? {
    focused(screen).map { $0.dropFirst(16).trimming(" ") }
  }

  /// The lines below the fields and the sentence about rendezvous, as one.
  private func answer(_ screen: MonitorScreen) -> String {
    guard let lines = screen.dialog else { return "" }
    let start = lines.firstIndex { $0.hasPrefix(" #") || $0.hasPrefix(" refused") }
    guard let start else { return "" }
    return lines[start...].map { $0.trimming(" ") }.joined(separator: " ").trimming(" ")
  }

  private func number(of answer: String) -> Int {
    answer.hasPrefix("#") ? Int(answer.dropFirst().prefix { $0 != " " }) ?? 0 : 0
  }
}

extension StringProtocol {
  /// Without `character` at both ends.
  func trimming(_ character: Character) -> String {
    String(drop { $0 == character }.reversed().drop { $0 == character }.reversed())
  }
}

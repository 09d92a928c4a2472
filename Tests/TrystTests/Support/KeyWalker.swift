import Monitor
import Testing

/// Goes a walk.
struct KeyWalker {
  let walk: KeyWalk
  let terminal: Tmux

  /// What the terminal shows at one moment.
  private struct Look: Equatable {
    /// With colours and attributes.
    let styled: String
    let screen: MonitorScreen

    init(_ styled: String) {
      self.styled = styled
      screen = MonitorScreen(SGR.removed(from: styled))
    }

    /// Whether the picture is frozen, as the header says.
    var isStill: Bool { screen.header.contains("FROZEN") || screen.header.contains(" back ") }
    func contains(_ text: String) -> Bool { screen.contains(text) }
  }

  func run() async throws {
    try await terminal.wait(for: "● RUN")
    // As much of a past as the keys need.
    if walk.picture != .live {
      try await terminal.wait("a second of it") { $0.clock > "00:00:01" }
    }
    try await press(walk.opening)
    try await terminal.wait(for: walk.ready)
    if walk.picture == .stopped {
      try await press([.function(9)])
      try await terminal.wait(for: "■ STOPPED")
    }
    if walk.picture != .live {
      try await press([.character(" ")])
      try await terminal.wait(for: "FROZEN")
    }
    try await press(walk.way)
    try await terminal.wait(for: walk.landmark)
    var look = try await settled()
    for step in walk.steps {
      if !step.first.isEmpty {
        try await press(step.first)
        if case .hides(let text) = step.effect {
          try await wait("\(text) before \(step.key.name)") { $0.contains(text) }
        }
        look = try await settled()
      }
      try await press(step, from: look)
      if step.effect.isEnd { return }
      if !step.last.isEmpty {
        try await press(step.last)
        if case .shows(let text) = step.effect {
          try await wait("no \(text) after the way back from \(step.key.name)") {
            !$0.contains(text)
          }
        }
      }
      look = try await settled()
    }
  }

  private func press(_ step: KeyWalk.Step, from before: Look) async throws {
    let what = "what \(step.key.name) does"
    if case .another = step.effect, !before.isStill {
      throw Missing("\(step.key.name) must change a picture that goes on:\n\(before.screen.text)")
    }
    try await press([step.key])
    switch step.effect {
    case .another: try await wait(what) { $0 != before }
    case .shows(let text):
      let isThere = before.contains(text)
      #expect(!isThere, "\(text) is there before \(step.key.name)")
      try await wait("\(what): \(text)") { $0.contains(text) }
    case .hides(let text):
      let isThere = before.contains(text)
      #expect(isThere, "no \(text) before \(step.key.name)")
      try await wait("\(what): no \(text)") { !$0.contains(text) }
    case .logs(let text, let filter, let lines):
      let clear: [Key] = [.character("\\"), .delete]
      try await press([.character("7")] + clear + KeyWalk.typed(filter) + [.enter])
      try await wait("\(what): \(lines) lines with \(text) in the log") { look in
        look.screen.lines.count { $0.contains(" 0:") && $0.contains(text) } == lines
      }
      try await press(clear + [.enter] + walk.opening.prefix(1))
      if walk.context != .log { try await wait("the view again") { !$0.contains("[7 Log]") } }
    case .leaves: expect(try await terminal.awaitEnd(), is: step.key.leavingStatus)
    }
  }

  /// One key after the other. What follows Esc at once would be Alt with that key.
  private func press(_ keys: [Key]) async throws {
    for burst in keys.split(after: .escape) {
      try await terminal.press(burst.map(\.tmuxName))
      if burst.last == .escape { _ = try await settled() }
    }
  }

  private func wait(_ what: String, _ test: (Look) -> Bool) async throws {
    try await awaiting(what, seconds: 15) {
      test(Look(try await terminal.styledText())) ? true : nil
    }
  }

  /// A picture that only keys change, once it has taken the keys so far: it stays as it is for longer than the
  /// program waits for what may follow an Esc. One that goes on is taken as it is.
  private func settled() async throws -> Look {
    var look = Look(try await terminal.styledText())
    var since = ContinuousClock.now
    return try await awaiting("a picture that stays") {
      let next = Look(try await terminal.styledText())
      if next != look { (look, since) = (next, ContinuousClock.now) }
      let isSettled = !look.isStill || ContinuousClock.now - since > .milliseconds(60)
      return isSettled ? look : nil
    }
  }
}

extension KeyWalk.Effect {
  /// Whether nothing comes after it.
  fileprivate var isEnd: Bool { if case .leaves = self { true } else { false } }
}

extension [Key] {
  /// Parts that each end with `key`, but for the last.
  fileprivate func split(after key: Key) -> [[Key]] {
    reduce(into: []) { parts, next in
      if let last = parts.last?.last, last != key {
        parts[parts.count - 1].append(next)
      } else {
        parts.append([next])
      }
    }
  }
}

import Glibc
import Monitor
import Testing

/// Every key of the key table, pressed in a real terminal on the real machine.
@Suite(.serialized, .needsKVM, .timeLimit(.minutes(4))) struct BindingTests {
  /// A storm on six vcpus for some minutes: beside the other tests it would starve them, so it is asked for.
  private static let isAskedFor = getenv("TRYST_WALK") != nil

  @Test(
    "each key does in the terminal what the table says",
    .enabled(if: isAskedFor, "minutes of full load: TRYST_WALK=1 swift test --filter BindingTests"),
    arguments: KeyWalk.all)
  func walk(_ walk: KeyWalk) async throws {
    try await Tmux.withTryst(walk.options, columns: walk.columns, rows: walk.rows) { terminal in
      try await terminal.wait(for: "● RUN")
      // As much of a past as the keys need.
      try await terminal.wait("a second of it") { $0.clock > "00:00:01" }
      for key in walk.way { try await terminal.press(key.tmuxName) }
      if let text = walk.freezesAt {
        try await terminal.wait(for: text)
        try await terminal.press("Space")
      }
      try await terminal.wait(for: walk.landmark)
      for step in walk.steps {
        for key in step.first { try await terminal.press(key.tmuxName) }
        if !step.first.isEmpty { try await terminal.settle() }
        try await press(step, walk, terminal)
        for key in step.last { try await terminal.press(key.tmuxName) }
        if case .shows(let text) = step.effect, !step.last.isEmpty {
          try await terminal.wait("no \(text) after the way back") { !$0.contains(text) }
        } else if !step.last.isEmpty {
          try await terminal.settle()
        }
      }
    }
  }

  private func press(_ step: KeyWalk.Step, _ walk: KeyWalk, _ terminal: Tmux) async throws {
    let before = try await terminal.styledText()
    let screen = try await terminal.screen()
    try await terminal.press(step.key.tmuxName)
    let what = "what \(step.key.name) does"
    switch step.effect {
    case .another:
      try await awaiting(what, seconds: 15) {
        try await terminal.styledText() != before ? true : nil
      }
    case .shows(let text):
      #expect(!screen.contains(text), "\(text) is there before \(step.key.name)")
      try await terminal.wait("\(what): \(text)") { $0.contains(text) }
    case .hides(let text):
      #expect(screen.contains(text), "no \(text) before \(step.key.name)")
      try await terminal.wait("\(what): no \(text)") { !$0.contains(text) }
    case .logs(let text, let filter, let lines):
      for name in ["7", "\\", "DC"] { try await terminal.press(name) }
      try await terminal.type(filter)
      try await terminal.press("Enter")
      try await terminal.wait("\(what): \(lines) lines with \(text) in the log") { screen in
        screen.lines.count { $0.contains(" 0:") && $0.contains(text) } == lines
      }
      for name in ["\\", "DC", "Enter"] { try await terminal.press(name) }
      for key in walk.way.prefix(1) { try await terminal.press(key.tmuxName) }
      if walk.context != .log {
        try await terminal.wait("the view again") { !$0.contains("[7 Log]") }
      }
    case .leaves: expect(try await terminal.awaitEnd(), is: step.key.leavingStatus)
    }
  }

  @Test("no key of the table is left out") func isWhole() {
    var missing: [String] = []
    for context in InputContext.allCases {
      let walked = Set(KeyWalk.all.filter { $0.context == context }.flatMap(\.steps).map(\.key))
      for binding in KeyBinding.all where binding.contexts.contains(context) {
        for key in binding.keys {
          if !walked.contains(key) { missing.append("\(context): \(key.name)") }
        }
      }
    }
    #expect(missing.isEmpty, "without a step: \(missing.joined(separator: ", "))")
  }
}

import Glibc
import Monitor
import Testing

/// Every key of the key table, pressed in a real terminal on the real machine.
@Suite(.needsKVM, .ownThread, .timeLimit(.minutes(5))) struct BindingTests {
  /// A minute or two of both processors: beside the other tests it would starve them, so it is asked for.
  private static let isAskedFor = getenv("TRYST_WALK") != nil
  /// A walk waits more than it works.
  private static let turnstile = Turnstile(places: 4)

  @Test(
    "each key does in the terminal what the table says",
    .enabled(
      if: isAskedFor, "a minute of both processors: TRYST_WALK=1 swift test --filter BindingTests"),
    arguments: KeyWalk.all)
  func walk(_ walk: KeyWalk) async throws {
    try await Self.turnstile.pass {
      try await Tmux.withTryst(walk.options, columns: walk.columns, rows: walk.rows) { terminal in
        try await KeyWalker(walk: walk, terminal: terminal).run()
      }
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

import Rendezvous

/// One row of the verdict table: what is explored, and what is known to come of it.
public struct CheckedCase: Sendable, Hashable {
  /// The design.
  public var policy: CheckedPolicy
  /// Who does what.
  public var scenario: Scenario
  /// How stores become visible.
  public var memory: MemoryModel
  /// A mistake that is made on purpose, or nil.
  public var mutation: ProtocolMutation?
  /// What can go wrong, neither more nor less; nil: not known.
  public var expected: Violations?
  /// Which exits do not help, of those that section 9 counts; nil: not known.
  public var expectedKinds: SpuriousKinds?

  /// A case with what is known of it.
  public init(
    _ policy: CheckedPolicy, _ scenario: Scenario, _ memory: MemoryModel = .sequential,
    mutation: ProtocolMutation? = nil
  ) {
    self.policy = policy
    self.scenario = scenario
    self.memory = memory
    self.mutation = mutation
    expected = mutation?.expected ?? Self.expectation(policy, scenario, memory)
    if let index = Scenario.section9.firstIndex(where: { $0.name == scenario.name }),
      mutation == nil, memory.keepsVerdicts
    {
      expectedKinds = policy.expectedKinds?[index]
    }
  }

  private static func expectation(
    _ policy: CheckedPolicy, _ scenario: Scenario, _ memory: MemoryModel
  ) -> Violations? {
    let isSafe = policy.expected.allSatisfy { $0.isEmpty }
    if let index = Scenario.section9.firstIndex(where: { $0.name == scenario.name }) {
      if memory.keepsVerdicts { return policy.expected[index] }
      // The lost kick. What else is wrong with a design may come before it or not.
      return isSafe ? .hang : nil
    }
    guard isSafe, memory == .sequential else { return nil }
    if scenario.locker != nil {
      if policy.policy.waiting == .nobody { return nil }
      switch (policy.policy.lockAll, scenario.name) {
      case (.plain, Scenario.lockAll.name), (.plain, Scenario.lockAllLocker.name): return .hang
      case (.helping, Scenario.lockAllLocker.name): return .helperAssertion
      default: return []
      }
    }
    // What takes a rendezvous back between a look and the exit makes the assertion fail after all.
    if policy.policy.assertion == .kept && !scenario.suspends { return .assertion }
    return []
  }

  /// Explores it.
  public func verdict(limit: Int = 20_000_000) -> Verdict {
    let start = ContinuousClock.now
    let exploration = Exploration(
      ProtocolModel(
        policy: policy.policy, scenario: scenario, memory: memory, mutation: mutation),
      limit: limit)
    return Verdict(self, exploration, .now - start)
  }
}

extension MemoryModel {
  /// Whether a design is as good under it as under sequential consistency.
  var keepsVerdicts: Bool { !buffersState }
}

extension ProtocolMutation {
  /// What it does in its scenario.
  var expected: Violations {
    switch self {
    case .equality, .deafSuspend: .hang
    case .resetKeepsRequest: .survivesReset
    case .wakesWhileHeld: .actionInGuest
    }
  }
  /// The case that shows it.
  var checkedCase: CheckedCase {
    switch self {
    case .equality: CheckedCase(CheckedPolicy(.landed), .deactivate, mutation: self)
    case .deafSuspend: CheckedCase(CheckedPolicy(.landed), .suspend, mutation: self)
    case .resetKeepsRequest: CheckedCase(CheckedPolicy(.landed), .reset, mutation: self)
    case .wakesWhileHeld: CheckedCase(CheckedPolicy(.tryst), .backToBack, mutation: self)
    }
  }
}

/// What came of a case.
public struct Verdict: Sendable {
  /// The case.
  public let checked: CheckedCase
  /// Reachable states, each once.
  public let stateCount: Int
  /// Steps between them.
  public let transitionCount: Int
  /// What can go wrong.
  public let violations: Violations
  /// Which exits do not help.
  public let kinds: SpuriousKinds
  /// A shortest way to each violation.
  public let counterexamples: [Counterexample]
  /// How long it took.
  public let duration: Duration

  init(_ checked: CheckedCase, _ exploration: Exploration, _ duration: Duration) {
    self.checked = checked
    stateCount = exploration.stateCount
    transitionCount = exploration.transitionCount
    violations = exploration.violations
    kinds = exploration.kinds
    counterexamples = exploration.counterexamples
    self.duration = duration
  }

  /// Whether it is what is known; true where nothing is, if the search came to an end.
  public var isAsExpected: Bool {
    if let kinds = checked.expectedKinds, kinds != self.kinds.intersection(.section9) {
      return false
    }
    return checked.expected.map { $0 == violations } ?? !violations.contains(.unfinished)
  }
}

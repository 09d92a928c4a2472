public import Rendezvous

/// A policy as the checker takes it: what the coordinator reads of it, under a name of its own, with what
/// is known about it.
public struct CheckedPolicy: Sendable, Hashable {
  /// The policy.
  public var policy: RendezvousPolicy
  /// The name on the command line: the preset's, or the variant's.
  public var name: String
  /// What the table of rendezvous.md section 9 calls it, or "".
  public var reviewName = ""
  /// What can go wrong in each scenario of section 9, in their order.
  var expected: [Violations] = [[], [], []]
  /// Which exits do not help, as section 9 counts them, in the same order; nil: not known.
  var expectedKinds: [SpuriousKinds]?

  /// Checks `policy`.
  public init(_ policy: RendezvousPolicy) {
    self.policy = policy
    name = policy.preset
  }

  private init(
    _ policy: RendezvousPolicy, _ reviewName: String, _ expected: Violations,
    _ kinds: SpuriousKinds
  ) {
    self.init(policy)
    self.reviewName = reviewName
    self.expected = Array(repeating: expected, count: 3)
    expectedKinds = Array(repeating: kinds, count: 3)
  }

  private func named(
    _ name: String, _ change: (inout RendezvousPolicy) -> Void = { _ in }
  ) -> CheckedPolicy {
    var variant = self
    variant.name = name
    change(&variant.policy)
    return variant
  }

  private func inBackToBackAlone(
    _ violations: Violations, _ kinds: SpuriousKinds
  ) -> CheckedPolicy {
    var variant = self
    variant.expected = [[], violations, []]
    variant.expectedKinds = [[], kinds, []]
    return variant
  }

  private func inTwoInitiatorsAlone(_ kinds: SpuriousKinds) -> CheckedPolicy {
    var variant = self
    variant.expectedKinds = [[], [], kinds]
    return variant
  }

  /// The presets, the variants of section 9 that are none, and what is known of them.
  public static let all: [CheckedPolicy] = [
    CheckedPolicy(.strict, "P0", .assertion, [.functionNull, .nonmember]),
    CheckedPolicy(.mutex, "V1", .blockingLock, []),
    CheckedPolicy(.atomic, "V2", .assertion, [.functionNull, .over]),
    // Section 9 counts no spurious exit for V2w: so it is where the function is stored first. The preset
    // stores the request first, so a member that is left in it may see its bit early; same violation.
    CheckedPolicy(.firstWordSet, "V2w", .membership, []).named("first-word-set-function-first") {
      $0.publishOrder = .functionThenRequest
    },
    CheckedPolicy(.firstWordSet, "", .membership, [])
      .inTwoInitiatorsAlone([.functionNull, .over]),
    CheckedPolicy(.barrier, "V3", [], []),
    CheckedPolicy(.baseline, "V4", [], [.functionNull, .nonmember]),
    CheckedPolicy(.empty, "V5", .assertion, [.functionNull, .nonmember, .over]),
    CheckedPolicy(.empty, "V5r", [], [.functionNull, .nonmember, .over]).named("empty-relaxed") {
      $0.assertion = .relaxed
    },
    CheckedPolicy(.double, "V6a", [], []).named("double-kept") { $0.assertion = .kept }
      .inBackToBackAlone(.assertion, .functionNull),
    CheckedPolicy(.doubleFunctionFirst, "V6b", [], []),
    CheckedPolicy(.double, "V6", [], []).inBackToBackAlone([], .functionNull),
    CheckedPolicy(.landed, "V7", [], [.functionNull, .over]),
    CheckedPolicy(.noClear, "V7n", .livelock, [.functionNull, .over]),
    CheckedPolicy(.noClear, "V7na", .assertion, [.functionNull, .over]).named("no-clear-kept") {
      $0.assertion = .kept
    },
    CheckedPolicy(.firstWord, "W0", .hang, []).inTwoInitiatorsAlone([.functionNull, .over]),
    CheckedPolicy(.unlatchedKick, "M1", .hang, [.functionNull, .over]),
    CheckedPolicy(.deafHalt, "M2", .hang, [.functionNull, .over]),
    CheckedPolicy(.landed, "M3", [], [.functionNull, .over]).named("landed-own-halt") {
      $0.haltTest = .member
    },
    CheckedPolicy(.illumos, "", [], []),
    CheckedPolicy(.tryst, "", [], []),
  ]

  /// The landed design with each way of locking all vcpus; its own is the guarded one.
  public static let locking: [CheckedPolicy] = [
    CheckedPolicy(.landed, "", [], [.functionNull, .over]).named("landed-lock-plain") {
      $0.lockAll = .plain
    },
    CheckedPolicy(.landed, "", [], [.functionNull, .over]).named("landed-lock-helping") {
      $0.lockAll = .helping
    },
  ]

  /// The one called `name`, or called so by section 9; nil where there is none.
  public static func named(_ name: String) -> CheckedPolicy? {
    (all + locking).first { $0.name == name }
      ?? all.first { !$0.reviewName.isEmpty && $0.reviewName == name }
  }
}

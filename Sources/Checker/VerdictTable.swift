import Rendezvous

/// The cases that `tryst prove` looks at.
public enum VerdictTable {
  /// Section 9 of rendezvous.md with every design; locking all vcpus; suspend, reset and deactivation; store
  /// buffers; and mistakes that must be found.
  public static let cases: [CheckedCase] =
    section9 + locking + control + memory + ProtocolMutation.allCases.map(\.checkedCase)

  /// Every design in the three scenarios of section 9.
  public static let section9 = cases(of: CheckedPolicy.all, in: Scenario.section9)

  /// The three ways to lock all vcpus.
  public static let locking = cases(
    of: CheckedPolicy.locking + [known(.landed)], in: Scenario.locking)

  /// Who is suspended, what is reset, who leaves.
  public static let control =
    cases(of: [known(.baseline), known(.landed), known(.tryst)], in: Scenario.control)
    + cases(of: [known(.barrier), known(.illumos)], in: [.reset, .deactivate])

  /// What the barriers are for.
  public static let memory =
    cases(of: [known(.baseline), known(.landed), known(.tryst)], under: [.totalStoreOrder])
    + cases(of: [known(.landed)], under: [.plainRequest])
    + cases(of: [known(.landed), known(.tryst)], in: [.single], under: [.plainState])

  /// Each of `policies` in each of `scenarios` under each of `memories`.
  public static func cases(
    of policies: [CheckedPolicy], in scenarios: [Scenario] = Scenario.section9,
    under memories: [MemoryModel] = [.sequential]
  ) -> [CheckedCase] {
    var cases: [CheckedCase] = []
    for memory in memories {
      for policy in policies {
        for scenario in scenarios { cases.append(CheckedCase(policy, scenario, memory)) }
      }
    }
    return cases
  }

  private static func known(_ preset: RendezvousPolicy) -> CheckedPolicy {
    CheckedPolicy.named(preset.preset) ?? CheckedPolicy(preset)
  }
}

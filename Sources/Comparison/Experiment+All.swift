import Commands
import Rendezvous

extension Experiment {
  /// All of them, in order.
  public static let all: [Experiment] = [e1, e2, e3, e4, e5, e6]

  /// Subset rendezvous while bystanders exit: the question that the review began with.
  static let e1: Experiment = {
    var experiment = Experiment(
      "E1", "one AP after the other is INITed while the rest do port I/O", .initStorm, vcpus: 4,
      [.baseline, .strict, .landed, .tryst],
      [
        Expectation("baseline", .bystander, .some),
        Expectation("baseline", .stallNanoseconds, .some),
        Expectation("strict", .assertionWouldFire, .some),
        Expectation("landed", .completed, .some), Expectation("landed", .spurious, .none),
        Expectation("landed", .stallNanoseconds, .none),
        Expectation("tryst", .completed, .some), Expectation("tryst", .spurious, .none),
      ])
    // Without it bhyve's panic takes minutes: the rendezvous must end between a look and the exit.
    experiment.faults[spinNanoseconds: .afterCheck] = 50_000
    return experiment
  }()

  /// Everybody is a member, so no check helps: the storms of freebsd-src pull request 1838.
  static let e2 = Experiment(
    "E2", "redirection entries that stay edge-triggered are rewritten, all vcpus meet",
    .edgeStorm, vcpus: 4, [.baseline, .landed, .illumos, .tryst],
    [
      Expectation("baseline", .completed, .some), Expectation("baseline", .bystander, .none),
      Expectation("landed", .completed, .some), Expectation("landed", .bystander, .none),
      Expectation("illumos", .requested, .none), Expectation("illumos", .work, .some),
      Expectation("tryst", .requested, .none), Expectation("tryst", .work, .some),
    ])

  /// Function of one rendezvous, bit of the next.
  static let e3: Experiment = {
    var experiment = Experiment(
      "E3", "two vcpus INIT an AP each, back to back, and looks have two reads", .pairInit,
      vcpus: 4, [.double, .doubleFunctionFirst, .tryst],
      [
        Expectation("double", .completed, .some),
        Expectation("double", .assertionWouldFire, .some),
        Expectation("double", .bystander, .none),
        Expectation("double-function-first", .completed, .some),
        Expectation("double-function-first", .assertionWouldFire, .none),
        Expectation("double-function-first", .bystander, .none),
        Expectation("tryst", .completed, .some),
        Expectation("tryst", .assertionWouldFire, .none),
      ])
    experiment.faults[spinNanoseconds: .betweenCheckReads] = 100_000
    experiment.faults[spinNanoseconds: .afterRequestStore] = 300_000
    var longer = experiment.faults
    longer[spinNanoseconds: .betweenCheckReads] = 3_000_000
    longer[spinNanoseconds: .afterRequestStore] = 12_000_000
    experiment.faultsOnOneCPU = longer
    return experiment
  }()

  /// Sets of more than one word, whose second and third word are asked for.
  static let e4: Experiment = {
    var experiment = Experiment(
      "E4", "the operator makes vcpus beyond the first 64 meet", .idle, vcpus: 130,
      [.landed, .tryst, .firstWordSet, .firstWord],
      [
        Expectation("landed", .completed, .some), Expectation("landed", .missingMembers, .none),
        Expectation("tryst", .completed, .some), Expectation("tryst", .missingMembers, .none),
        Expectation("first-word-set", .missingMembers, .some),
        Expectation("first-word", .hangs, .some),
      ])
    experiment.load = [
      RepeatedInjection(
        .rendezvous(targets: CPUSet([63, 64, 127, 128])), count: 100_000,
        periodNanoseconds: 5_000_000),
      // None of the first word: nobody who asks for that comes.
      RepeatedInjection(
        .rendezvous(targets: CPUSet([64, 127, 128])), count: 100_000, periodNanoseconds: 5_000_000),
      // So that some of them are in the guest.
      RepeatedInjection(
        .fixed(vector: 0x40, targets: CPUSet([64, 127])), count: 100_000,
        periodNanoseconds: 1_000_000),
    ]
    return experiment
  }()

  /// HLT still asks for any rendezvous where the entry asks for its own bit.
  static let e5 = Experiment(
    "E5", "one AP is INITed again and again while the rest sleep with timers", .haltedCrowd,
    vcpus: 4, [.baseline, .landed, .tryst],
    [
      Expectation("landed", .haltSpins, .some), Expectation("landed", .spurious, .none),
      Expectation("tryst", .completed, .some), Expectation("tryst", .haltSpins, .none),
      Expectation("tryst", .spurious, .none),
    ])

  /// Who wants all vcpus holds some already when a rendezvous asks for them.
  static let e6: Experiment = {
    let designs: [(String, RendezvousPolicy.LockAll)] = [
      ("lock-all-guarded", .helpingGuarded), ("lock-all-helping", .helping),
      ("lock-all-plain", .plain),
    ]
    let policies = designs.map { name, design in
      var policy = RendezvousPolicy.landed
      policy.preset = name
      policy.lockAll = design
      return policy
    }
    var experiment = Experiment(
      "E6", "the operator holds all vcpus again and again while two vcpus INIT APs", .pairInit,
      vcpus: 4, policies,
      [
        Expectation("lock-all-guarded", .completed, .some),
        Expectation("lock-all-guarded", .hangs, .none),
        Expectation("lock-all-guarded", .lockAllAssertionFailures, .none),
        Expectation("lock-all-helping", .hangs, .none),
        Expectation("lock-all-helping", .lockAllAssertionFailures, .some),
        Expectation("lock-all-plain", .hangs, .some),
      ])
    experiment.load = [
      RepeatedInjection(.lockAll, count: 100_000, periodNanoseconds: 3_000_000)
    ]
    return experiment
  }()
}

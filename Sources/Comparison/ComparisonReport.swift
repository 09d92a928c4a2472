import Commands
import Rendezvous
public import Telemetry

/// The comparison as JSON. The shape is a contract (schema 1): keys are only ever added; every name of a time has
/// its unit; what was not measured is not there.
public enum ComparisonReport {
  /// All of it.
  public static func value(_ state: ComparisonState) -> ReportValue {
    let plan = state.plan
    return .object([
      .init("schema", .number(1)), .init("tryst", .text(Version.current)),
      .init(
        "host",
        .object([
          .init("kvm", .text(state.hostKVM)),
          .init("cpus", .number(UInt64(clamping: state.hostCPUs))),
        ])),
      .init(
        "method",
        .object([
          .init("interleaved", .flag(true)),
          .init("rounds", .number(UInt64(clamping: plan.rounds))),
          .init("sliceNanoseconds", .number(plan.sliceNanoseconds)),
          .init("seed", .number(plan.seed)), .init("ratios", .text("median of the rounds")),
        ])),
      .init("complete", .flag(state.isFinished && !state.isCut && state.problem == nil)),
      .init("problem", .text(state.problem ?? "")),
      .init("asExpected", .flag(state.isAsExpected)),
      .init("trials", .list(plan.trials.indices.map { trial(state, $0) })),
    ])
  }

  private static func trial(_ state: ComparisonState, _ index: Int) -> ReportValue {
    let trial = state.plan.trials[index]
    var members: [ReportValue.Member] = [
      .init("experiment", .text(trial.experiment?.name ?? "")),
      .init("title", .text(trial.experiment?.title ?? "")),
      .init("scenario", .text(trial.scenario.name)),
      .init("vcpus", .number(UInt64(clamping: trial.vcpus))),
      .init("operator", .list(trial.load.map { .text($0.text) })),
      .init("delays", delays(trial.faults)),
      .init("rows", .list(state.rows[index].map { row($0, trial) })),
    ]
    if let experiment = trial.experiment {
      let findings = experiment.findings(state.rows[index])
      members.append(.init("seen", .flag(findings.allSatisfy(\.isSeen))))
      members.append(.init("expectations", .list(findings.map(finding))))
    }
    return .object(members)
  }

  /// Nanoseconds at each point where threads are held up.
  private static func delays(_ faults: RendezvousFaults) -> ReportValue {
    .object(
      FaultPoint.allCases.filter { faults[spinNanoseconds: $0] > 0 }.map {
        .init("\($0)Nanoseconds", .number(faults[spinNanoseconds: $0]))
      })
  }

  private static func finding(_ finding: Finding) -> ReportValue {
    let expectation = finding.expectation
    var members: [ReportValue.Member] = [
      .init("policy", .text(expectation.policy)),
      .init("what", .text(expectation.quantity.rawValue)),
      .init("expected", .text(expectation.bound.rawValue)),
    ]
    if let count = finding.count { members.append(.init("count", .number(count))) }
    return .object(members + [.init("seen", .flag(finding.isSeen))])
  }

  private static func row(_ row: ComparisonRow, _ trial: ComparisonTrial) -> ReportValue {
    var ratios: [ReportValue.Member] = []
    for column in ComparisonColumn.allCases where column != .assertionWouldFire {
      guard let value = column.value(row) else { continue }
      ratios.append(.init(name(column), .decimal(NumberWords.rounded(value))))
    }
    return .object([
      .init("policy", .text(row.policy.preset)),
      .init(
        "dimensions",
        .object(row.policy.dimensions.map { .init($0.name, .text($0.value)) })),
      .init("ownMachine", .flag(trial.needsOwnMachine(row.policy))),
      .init("slices", .number(UInt64(clamping: row.slices.count))),
      .init("counts", counts(row.total)), .init("ratios", .object(ratios)),
      .init("verdict", .text(ComparisonVerdict.words(row))),
    ])
  }

  private static func name(_ column: ComparisonColumn) -> String {
    switch column {
    case .member, .early, .bystander, .void, .spurious, .haltSpins, .signalled, .woken, .elided:
      "\(column.rawValue)PerThousand"
    case .stallMicroseconds, .lockWaitMicroseconds: "\(column.rawValue)PerRendezvous"
    default: column.rawValue
    }
  }

  private static func counts(_ counts: ComparisonCounts) -> ReportValue {
    .object([
      .init("nanoseconds", .number(counts.nanoseconds)),
      .init("requested", .number(counts.requested)), .init("completed", .number(counts.completed)),
      .init(
        "exits",
        .object(
          RendezvousExitClass.allCases.map { .init("\($0)", .number(counts.exits[$0])) })),
      .init("spurious", .number(counts.spurious)),
      .init("stallNanoseconds", .number(counts.stallNanoseconds)),
      .init("haltSpins", .number(counts.haltSpins)),
      .init("checkLockWaitNanoseconds", .number(counts.checkLockWaitNanoseconds)),
      .init("kicks", .object(Kick.allCases.map { .init("\($0)", .number(counts.kicks[$0])) })),
      .init("assertionWouldFire", .number(counts.assertionWouldFire)),
      .init("missingMembers", .number(counts.missingMembers)),
      .init("timeoutRescues", .number(counts.timeoutRescues)),
      .init("lockAllAssertionFailures", .number(counts.lockAllAssertionFailures)),
      .init("servedOnBehalf", .number(counts.servedOnBehalf)),
      .init("hangs", .number(counts.hangs)), .init("livelocks", .number(counts.livelocks)),
      .init("latenciesRecorded", .number(counts.latency.count)),
      .init("latencyMaxNanoseconds", .number(counts.latency.max)),
      .init("work", .number(counts.work)),
    ])
  }
}

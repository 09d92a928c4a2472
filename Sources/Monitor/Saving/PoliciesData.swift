import Rendezvous
import Telemetry

/// What `w` saves of the policies: what each cost while it was in force, and the totals behind the trend.
enum PoliciesData {
  static func members(_ model: MonitorModel) -> [ReportValue.Member] {
    let recording = model.shown
    let ledger = recording.policies
    return [
      .init("inForce", .object(dimensions(recording.snapshot.policy))),
      .init(
        "accounts",
        .list(
          ledger.accounts.map { account in
            .object(
              dimensions(account.policy)
                + [.init("inForceNanoseconds", .number(account.inForceNanoseconds))]
                + totals(account.totals))
          })),
      .init(
        "samples",
        .list(
          (0..<ledger.samples.count).map { index in
            let sample = ledger.samples[index]
            return .object(
              [
                .init("timeNanoseconds", .number(sample.timeNanoseconds)),
                .init("policy", .text(sample.policy)),
              ] + totals(sample.totals))
          })),
    ]
  }

  private static func dimensions(_ policy: RendezvousPolicy) -> [ReportValue.Member] {
    [.init("preset", .text(policy.preset))]
      + policy.dimensions.map { .init($0.name, .text($0.value)) }
  }

  private static func totals(_ totals: PolicyLedger.Totals) -> [ReportValue.Member] {
    [
      .init("rendezvous", .number(totals.rendezvous)), .init("early", .number(totals.early)),
      .init("bystanders", .number(totals.bystanders)), .init("void", .number(totals.void)),
      .init("stallNanoseconds", .number(totals.stallNanoseconds)),
      .init("haltSpins", .number(totals.haltSpins)), .init("kicks", .number(totals.kicks)),
      .init("assertionWouldFire", .number(totals.assertionWouldFire)),
    ]
  }
}

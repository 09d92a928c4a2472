import Commands
import Rendezvous

/// What a headless run prints: every total is the sum of the rows in the same report.
///
/// The shape is a contract (schema 1): keys are only ever added.
public struct Report: Sendable, Encodable {
  /// What it was made from.
  public let snapshot: Snapshot
  /// How long the guest ran, seconds.
  public let durationSeconds: Double

  /// A report of `snapshot`.
  public init(_ snapshot: Snapshot, durationSeconds: Double) {
    self.snapshot = snapshot
    self.durationSeconds = durationSeconds
  }

  /// The JSON text, keys in the order of the contract, one line without a newline.
  public var json: String { value.json }

  /// Encodes ``value``.
  public func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }

  /// The report as a tree.
  public var value: ReportValue {
    .object([
      .init("schema", .number(1)),
      .init("tryst", .text(Version.current)),
      .init(
        "host",
        .object([
          .init("kvm", .text(snapshot.hostKVM)),
          .init("cpus", .number(UInt64(clamping: snapshot.hostCPUs))),
        ])),
      .init(
        "guest",
        .object([
          .init("name", .text(snapshot.guestName)),
          .init("vcpus", .number(UInt64(snapshot.vcpus.count))),
          .init("resets", .number(snapshot.guestResets)),
          .init("ended", .text(snapshot.guestEnded ?? "")),
          .init("failed", .flag(snapshot.guestFailed)),
        ])),
      .init("scenario", .text(snapshot.scenario.name)),
      .init("policy", policy),
      .init("durationSeconds", .decimal(durationSeconds)),
      .init("rendezvous", rendezvous),
      .init("kicks", Self.object(snapshot.rendezvous.kicks) { "\($0)" }),
      .init("ipis", Self.object(snapshot.ipis, name: Self.name)),
      .init("interrupts", interrupts),
      .init("vcpus", .list(snapshot.vcpus.map(Self.row))),
      .init("droppedEvents", .number(snapshot.droppedEvents)),
    ])
  }

  private var policy: ReportValue {
    var members = [ReportValue.Member("preset", .text(snapshot.policy.preset))]
    for (name, value) in snapshot.policy.dimensions { members.append(.init(name, .text(value))) }
    return .object(members)
  }

  private var rendezvous: ReportValue {
    let totals = snapshot.rendezvous
    let latency = totals.latency
    return .object([
      .init("requested", .number(totals.requested)),
      .init("completed", .number(totals.completed)),
      .init("byCause", Self.object(totals.byCause, name: Self.name)),
      .init("exits", Self.object(snapshot.rendezvousExits) { "\($0)" }),
      .init("spurious", .number(snapshot.sum(\.spurious))),
      .init("bystanderStallNanoseconds", .number(snapshot.sum(\.stallNanoseconds))),
      .init("assertionWouldFire", .number(snapshot.sum(\.assertionWouldFire))),
      .init("haltSpins", .number(snapshot.sum(\.haltSpins))),
      .init("checkLockWaitNanoseconds", .number(snapshot.sum(\.checkLockWaitNanoseconds))),
      .init("missingMembers", .number(totals.missingMembers)),
      .init("timeoutRescues", .number(totals.timeoutRescues)),
      .init(
        "latencyNanoseconds",
        .object([
          .init("count", .number(latency.count)), .init("p50", .number(latency.p50)),
          .init("p90", .number(latency.p90)), .init("p99", .number(latency.p99)),
          .init("max", .number(latency.max)),
        ])),
    ])
  }

  private var interrupts: ReportValue {
    .object([
      .init("injected", .number(snapshot.sum(\.interruptsInjected))),
      .init("msi", .number(snapshot.messages)),
      .init("pins", .number(snapshot.pins)),
      .init("nmis", .number(snapshot.sum(\.nmisInjected))),
      .init("eois", .number(snapshot.sum(\.eois))),
    ])
  }

  private static func row(_ vcpu: VCPUSnapshot) -> ReportValue {
    var exits = [ReportValue.Member("total", .number(vcpu.exits.total))]
    for reason in ExitReason.allCases {
      exits.append(.init("\(reason)", .number(vcpu.exits[reason])))
    }
    var rendezvous = RendezvousExitClass.allCases.map {
      ReportValue.Member("\($0)", .number(vcpu.rendezvousExits[$0]))
    }
    rendezvous.append(.init("stallNanoseconds", .number(vcpu.stallNanoseconds)))
    return .object([
      .init("id", .number(UInt64(clamping: vcpu.id))),
      .init("state", .text(vcpu.state.name)),
      .init("rip", .text("0x" + String(vcpu.rip, radix: 16))),
      .init("exits", .object(exits)),
      .init("ipisSent", .number(vcpu.ipisSent.total)),
      .init("ipisReceived", .number(vcpu.ipisReceived)),
      .init("guestSaw", .number(vcpu.guestSaw)),
      .init("rendezvous", .object(rendezvous)),
      .init("haltedNanoseconds", .number(vcpu.haltedNanoseconds)),
      .init("guestNanoseconds", .number(vcpu.guestNanoseconds)),
      .init("interruptsInjected", .number(vcpu.interruptsInjected)),
      .init("eois", .number(vcpu.eois)),
      .init("initResets", .number(vcpu.initResets)),
      .init("startups", .number(vcpu.startups)),
      .init("unknownMSRs", .number(vcpu.unknownMSRs)),
      .init("repairs", .number(vcpu.repairs)),
      .init("singleSteps", .number(vcpu.singleSteps)),
    ])
  }

  private static func object<Key>(
    _ tally: Tally<Key>, name: (Key) -> String
  ) -> ReportValue {
    .object(Key.allCases.map { ReportValue.Member(name($0), .number(tally[$0])) })
  }

  static func name(_ cause: RendezvousCause) -> String {
    switch cause {
    case .initIPI: "init"
    case .redirectionEntry: "redirectionEntry"
    case .operatorRequest: "operator"
    }
  }

  static func name(_ kind: IPIKind) -> String {
    switch kind {
    case .fixed: "fixed"
    case .lowestPriority: "lowestPriority"
    case .nmi: "nmi"
    case .initIPI: "init"
    case .startup: "startup"
    case .selfIPI: "self"
    }
  }
}

import Rendezvous
import Telemetry

/// A column of the table.
public enum ComparisonColumn: String, Sendable, CaseIterable {
  case rendezvousPerSecond
  case member, early, bystander, void, spurious
  case stallMicroseconds
  case haltSpins
  case lockWaitMicroseconds
  case signalled, woken, elided
  case latencyP50Microseconds, latencyP99Microseconds
  case workPerSecond
  case assertionWouldFire

  /// Its head, eight columns at most.
  public var title: String {
    switch self {
    case .rendezvousPerSecond: "rdv/s"
    case .member: "member"
    case .early: "early"
    case .bystander: "bystand"
    case .void: "void"
    case .spurious: "spurious"
    case .stallMicroseconds: "stall us"
    case .haltSpins: "spins"
    case .lockWaitMicroseconds: "lock us"
    case .signalled: "signal"
    case .woken: "woken"
    case .elided: "elided"
    case .latencyP50Microseconds: "p50 us"
    case .latencyP99Microseconds: "p99 us"
    case .workPerSecond: "work/s"
    case .assertionWouldFire: "assert"
    }
  }

  /// What it means, for those who read the table alone.
  public static let legend =
    "member to spurious, spins and signal to elided: per 1,000 rendezvous; stall, lock: us per "
    + "rendezvous; p50, p99: latency of a rendezvous; work: rounds of the guest's own work; "
    + "assert: failures of bhyve's assertion, in all."

  /// Its number in `row`, in the unit that its name and ``legend`` say; nil where there is none, as without
  /// rendezvous there is nothing to divide by.
  public func value(_ row: ComparisonRow) -> Double? {
    switch self {
    case .rendezvousPerSecond: row.perSecond(\.completed)
    case .member: perThousand(row) { $0.exits[.member] }
    case .early: perThousand(row) { $0.exits[.early] }
    case .bystander: perThousand(row) { $0.exits[.bystander] }
    case .void: perThousand(row) { $0.exits[.void] }
    case .spurious: perThousand(row, \.spurious)
    case .stallMicroseconds: row.perRendezvous(\.stallNanoseconds).map { $0 / 1000 }
    case .haltSpins: perThousand(row, \.haltSpins)
    case .lockWaitMicroseconds: row.perRendezvous(\.checkLockWaitNanoseconds).map { $0 / 1000 }
    case .signalled: perThousand(row) { $0.kicks[.signalled] }
    case .woken: perThousand(row) { $0.kicks[.woken] }
    case .elided: perThousand(row) { $0.kicks[.elided] }
    case .latencyP50Microseconds: row.latency(\.latency.p50).map { $0 / 1000 }
    case .latencyP99Microseconds: row.latency(\.latency.p99).map { $0 / 1000 }
    case .workPerSecond: row.perSecond(\.work)
    case .assertionWouldFire: row.slices.isEmpty ? nil : Double(row.total.assertionWouldFire)
    }
  }

  private func perThousand(
    _ row: ComparisonRow, _ count: (ComparisonCounts) -> UInt64
  ) -> Double? { row.perRendezvous(count).map { $0 * 1000 } }

  /// Its number in `row` in six columns at most, or a dash.
  public func text(_ row: ComparisonRow) -> String {
    value(row).map(NumberWords.short) ?? "-"
  }
}

import Rendezvous
import Telemetry

/// The totals of one snapshot: what rates and sparklines are made from.
struct Sample: Sendable {
  /// Nanoseconds since the machine started.
  let timeNanoseconds: UInt64
  /// Exits of each vcpu, by its place in the snapshot.
  let vcpuExits: [UInt64]
  private let totals: [UInt64]

  init(_ snapshot: Snapshot) { self.init(snapshot, RowTotals(snapshot.vcpus)) }

  /// `rows` are the totals of the snapshot's rows.
  init(_ snapshot: Snapshot, _ rows: RowTotals) {
    timeNanoseconds = snapshot.timeNanoseconds
    vcpuExits = rows.vcpuExits
    totals = Metric.allCases.map { Self.total(of: $0, snapshot, rows) }
  }

  private static func total(
    of metric: Metric, _ snapshot: borrowing Snapshot, _ rows: borrowing RowTotals
  ) -> UInt64 {
    if let kind = metric.ipiKind { return rows.ipis[kind] &+ snapshot.operatorIPIs[kind] }
    switch metric {
    case .byINIT: return snapshot.rendezvous.byCause[.initIPI]
    case .byRedirection: return snapshot.rendezvous.byCause[.redirectionEntry]
    case .byOperator: return snapshot.rendezvous.byCause[.operatorRequest]
    case .message: return snapshot.messages
    case .pin: return snapshot.pins
    case .member: return rows.rendezvousExits[.member]
    case .early: return rows.rendezvousExits[.early]
    case .bystander: return rows.rendezvousExits[.bystander]
    case .void: return rows.rendezvousExits[.void]
    case .signalled: return snapshot.rendezvous.kicks[.signalled]
    case .woken: return snapshot.rendezvous.kicks[.woken]
    case .elided: return snapshot.rendezvous.kicks[.elided]
    case .rendezvous: return snapshot.rendezvous.requested
    case .spurious: return rows.rendezvousExits[.bystander] &+ rows.rendezvousExits[.void]
    case .ipis: return rows.ipis.total &+ snapshot.operatorIPIs.total
    case .exits: return rows.exits
    // Those with an IPI kind were answered above.
    case .initIPI, .fixed, .lowestPriority, .nmi, .startup, .selfIPI: return 0
    }
  }

  subscript(metric: Metric) -> UInt64 { totals[metric.rawValue] }

  /// The exits of the vcpu in place `index`, 0 where there was none.
  func exits(_ index: Int) -> UInt64 {
    vcpuExits.indices.contains(index) ? vcpuExits[index] : 0
  }

  /// How much `value` rose per second from `earlier` to this one; 0 where time or it stood still
  /// or ran backwards.
  borrowing func rate(
    since earlier: borrowing Sample, _ value: (borrowing Sample) -> UInt64
  ) -> Double {
    let (before, after) = (value(earlier), value(self))
    guard timeNanoseconds > earlier.timeNanoseconds && after > before else { return 0 }
    return Double(after - before) / Double(timeNanoseconds - earlier.timeNanoseconds) * 1e9
  }
}

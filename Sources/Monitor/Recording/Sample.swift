import Rendezvous
import Telemetry

/// The totals of one snapshot: what rates and sparklines are made from.
struct Sample: Sendable {
  /// Nanoseconds since the machine started.
  let timeNanoseconds: UInt64
  /// Exits of each vcpu, by its place in the snapshot.
  let vcpuExits: [UInt64]
  private let totals: [UInt64]

  init(_ snapshot: Snapshot) {
    timeNanoseconds = snapshot.timeNanoseconds
    vcpuExits = snapshot.vcpus.map(\.exits.total)
    let ipis = snapshot.ipis
    let rendezvousExits = snapshot.rendezvousExits
    let exits = vcpuExits.reduce(0, &+)
    totals = Metric.allCases.map { metric in
      if let kind = metric.ipiKind { return ipis[kind] &+ snapshot.operatorIPIs[kind] }
      switch metric {
      case .byINIT: return snapshot.rendezvous.byCause[.initIPI]
      case .byRedirection: return snapshot.rendezvous.byCause[.redirectionEntry]
      case .byOperator: return snapshot.rendezvous.byCause[.operatorRequest]
      case .message: return snapshot.messages
      case .pin: return snapshot.pins
      case .member: return rendezvousExits[.member]
      case .early: return rendezvousExits[.early]
      case .bystander: return rendezvousExits[.bystander]
      case .void: return rendezvousExits[.void]
      case .signalled: return snapshot.rendezvous.kicks[.signalled]
      case .woken: return snapshot.rendezvous.kicks[.woken]
      case .elided: return snapshot.rendezvous.kicks[.elided]
      case .rendezvous: return snapshot.rendezvous.requested
      case .spurious: return rendezvousExits[.bystander] &+ rendezvousExits[.void]
      case .ipis: return ipis.total &+ snapshot.operatorIPIs.total
      case .exits: return exits
      // Those with an IPI kind were answered above.
      case .initIPI, .fixed, .lowestPriority, .nmi, .startup, .selfIPI: return 0
      }
    }
  }

  subscript(metric: Metric) -> UInt64 { totals[metric.rawValue] }

  /// The exits of the vcpu in place `index`, 0 where there was none.
  func exits(_ index: Int) -> UInt64 {
    vcpuExits.indices.contains(index) ? vcpuExits[index] : 0
  }

  /// How much `value` rose per second from `earlier` to this one; 0 where time or it stood still
  /// or ran backwards.
  func rate(since earlier: Sample, _ value: (Sample) -> UInt64) -> Double {
    let (before, after) = (value(earlier), value(self))
    guard timeNanoseconds > earlier.timeNanoseconds && after > before else { return 0 }
    return Double(after - before) / Double(timeNanoseconds - earlier.timeNanoseconds) * 1e9
  }
}

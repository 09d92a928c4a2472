import Rendezvous
import Telemetry

/// What the vcpus' rows of a snapshot add up to, from one look at them: a thousand rows are more than a
/// processor's nearest cache holds, and each look reads them all.
struct RowTotals: Sendable {
  /// Exits of each vcpu, by its place.
  private(set) var vcpuExits: [UInt64] = []
  /// Exits of all.
  private(set) var exits: UInt64 = 0
  /// IPIs that vcpus sent.
  private(set) var ipis = Tally<IPIKind>()
  private(set) var rendezvousExits = Tally<RendezvousExitClass>()
  private(set) var stallNanoseconds: UInt64 = 0
  private(set) var haltSpins: UInt64 = 0
  private(set) var assertionWouldFire: UInt64 = 0

  init(_ rows: [VCPUSnapshot]) {
    vcpuExits.reserveCapacity(rows.count)
    for index in rows.indices { add(rows[index]) }
  }

  private mutating func add(_ row: borrowing VCPUSnapshot) {
    let all = row.exits.total
    vcpuExits.append(all)
    exits &+= all
    ipis.add(row.ipisSent)
    rendezvousExits.add(row.rendezvousExits)
    stallNanoseconds &+= row.stallNanoseconds
    haltSpins &+= row.haltSpins
    assertionWouldFire &+= row.assertionWouldFire
  }
}

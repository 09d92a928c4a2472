import Rendezvous
import Testing

@testable import Telemetry

@Suite struct TotalsTests {
  /// One vcpu, always idle.
  struct Idler: RendezvousHost {
    func notify(_ member: Int, of rendezvous: UInt64) -> Kick { .elided }
    func perform(_ action: Int, member: Int) {}
    func claimIdle(_ member: Int) -> Bool { true }
    func releaseIdle(_ member: Int) {}
  }

  @Test func coordinatorsCountersAreMapped() throws {
    let coordinator = RendezvousCoordinator(host: Idler(), memberCount: 1, policy: .landed)
    for cause in [RendezvousCause.initIPI, .initIPI, .operatorRequest] {
      _ = try coordinator.initiate(by: nil, targets: CPUSet([0]), cause: cause, action: 0)
    }
    let totals = coordinator.snapshot()
    let snapshot = RendezvousSnapshot(totals)
    #expect(snapshot.requested == 3)
    #expect(snapshot.completed == 3)
    #expect(snapshot.byCause[.initIPI] == 2)
    #expect(snapshot.byCause[.operatorRequest] == 1)
    #expect(snapshot.byCause.total == snapshot.requested)
    #expect(snapshot.kicks[.elided] == 3)
    #expect(snapshot.missingMembers == 0)
    #expect(snapshot.timeoutRescues == 0)
    #expect(snapshot.latency.count == 3)
    #expect(snapshot.latency.max == totals.latency.maximum)
    #expect(snapshot.latency.p50 <= snapshot.latency.p90)
    #expect(snapshot.latency.p99 <= snapshot.latency.max)
  }
}

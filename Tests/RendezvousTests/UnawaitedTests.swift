import Testing
import Threads

@testable import Rendezvous

/// Rendezvous that nobody waits for.
@Suite(.timeLimit(.minutes(1))) struct UnawaitedTests {
  private func post(_ coordinator: Coordinator, _ token: Int, _ targets: CPUSet) throws
    -> RendezvousInitiation
  {
    try coordinator.initiate(
      by: nil, targets: targets, cause: .initIPI, action: .init(token: token))
  }

  @Test func targetsApplyInOrderBeforeTheyEnter() throws {
    let coordinator = Coordinator.simulated(3, .illumos)
    let first = try post(coordinator, 1, CPUSet([1, 2]))
    let second = try post(coordinator, 2, CPUSet([1]))
    #expect(!first.isFinished && !second.isFinished)
    #expect(first.record.latencyNanoseconds == 0)
    #expect(coordinator.isPending(for: 1) && coordinator.isPending(for: 2))
    #expect(coordinator.progress?.id == 1)
    #expect(coordinator.missingMembers(of: 2) == CPUSet([1]))
    // Nobody is held up who has nothing to do with it.
    #expect(coordinator.exit(member: 0).stallNanoseconds == 0)
    let report = coordinator.exit(member: 1)
    #expect(report.classification == .member)
    #expect(report.actionsRun == 2)
    #expect(report.id == 2)
    #expect(!coordinator.isPending(for: 1) && coordinator.isPending(for: 2))
    #expect(coordinator.records.pop()?.id == 2)
    #expect(coordinator.progress?.id == 1)
    #expect(coordinator.serve(member: 2).actionsRun == 1)
    let last = try #require(coordinator.records.pop())
    #expect(last.id == 1 && last.slowest == 2 && last.latencyNanoseconds > 0)
    #expect(coordinator.progress == nil)
    #expect(!coordinator.request.isInProgress)
    #expect(coordinator.snapshot().completed == 2)
    #expect(coordinator.host.violationCount == 0)
  }

  @Test func placesAreBoundedAndGiveWay() throws {
    let coordinator = Coordinator.simulated(2, .illumos)
    let limit = UnawaitedRendezvous<SimulatedHost.Action>.limit
    for token in 0..<limit { _ = try post(coordinator, token, CPUSet([1])) }
    let late = try Initiator(coordinator, targets: CPUSet([1]), token: limit)
    waitUntil { coordinator.locked { $0.isPlaceWanted } }
    #expect(coordinator.snapshot().requested == UInt64(limit))
    #expect(coordinator.exit(member: 1).actionsRun == limit)
    #expect(late.finish() != nil)
    #expect(coordinator.exit(member: 1).actionsRun == 1)
    #expect(coordinator.snapshot().completed == UInt64(limit + 1))
    #expect(coordinator.host.violationCount == 0)
  }

  @Test func idleMembersAndTheInitiatorApplyAtOnce() throws {
    let coordinator = Coordinator.simulated(3, .illumos)
    coordinator.host.members[1].become(.idle)
    let done = try coordinator.initiate(
      by: 0, targets: .first(2), cause: .initIPI, action: .init(token: 1))
    #expect(done.isFinished)
    #expect(done.taken == 1)
    #expect(done.record.servedOnBehalf == 1)
    #expect(coordinator.records.pop() == done.record)
    #expect(!coordinator.request.isInProgress)
  }

  @Test func resetAbortDeactivationAndPolicyEndThem() throws {
    let coordinator = Coordinator.simulated(3, .illumos)
    _ = try post(coordinator, 1, CPUSet([1]))
    _ = try post(coordinator, 2, CPUSet([1]))
    #expect(coordinator.abort(id: 1))
    #expect(!coordinator.abort(id: 1))
    #expect(coordinator.isPending(for: 1))
    coordinator.reset()
    #expect(!coordinator.isPending(for: 1))
    #expect(coordinator.snapshot().aborted == 2)
    _ = try post(coordinator, 3, CPUSet([2]))
    coordinator.deactivate(2)
    #expect(coordinator.snapshot().completed == 1)
    _ = try post(coordinator, 4, CPUSet([1]))
    let changer = try TestThread("operator") { coordinator.setPolicy(.landed) }
    waitUntil { coordinator.locked { $0.policyWaiters == 1 } }
    #expect(coordinator.policy == .illumos)
    #expect(coordinator.exit(member: 1).actionsRun == 1)
    changer.join()
    #expect(coordinator.policy == .landed)
    #expect(coordinator.host.executed(1).isEmpty && coordinator.host.executed(2).isEmpty)
  }
}

import Synchronization
import Testing
import Threads

@testable import Rendezvous

/// Members that sleep are acted for, and nobody is woken for it.
@Suite(.timeLimit(.minutes(1))) struct OnBehalfTests {
  @Test func sleepersAreServedAndNothingIsPublished() throws {
    let coordinator = Coordinator.simulated(300, .tryst)
    for (index, member) in coordinator.host.members.enumerated() {
      member.become(index % 2 == 0 ? .halted : .stopped)
    }
    let before = coordinator.sequence.load()
    let done = try coordinator.initiate(
      by: nil, targets: .first(300), cause: .initIPI, origin: .interruptCommand(0x500),
      action: .init(token: 1))
    #expect(coordinator.host.executed(1) == .first(300))
    #expect(coordinator.host.served.load(ordering: .relaxed) == 300)
    #expect(coordinator.host.notified.load() == 0)
    #expect(done.record.servedOnBehalf == 300)
    #expect(done.record.origin == .interruptCommand(0x500))
    #expect(coordinator.snapshot().servedOnBehalf == 300)
    #expect(coordinator.snapshot().completed == 1)
    #expect(coordinator.sequence.load() == before)
    #expect(coordinator.host.members.allSatisfy { $0.isIn(.halted) || $0.isIn(.stopped) })
    #expect(coordinator.host.violationCount == 0)
  }

  @Test func onlyWhoIsAwakeIsAsked() throws {
    let coordinator = Coordinator.simulated(3, .tryst)
    coordinator.host.members[1].become(.halted)
    coordinator.host.members[2].become(.inGuest)
    let initiator = try Initiator(coordinator, targets: CPUSet([1, 2]), token: 1)
    coordinator.host.waitForNotifications(1)
    #expect(coordinator.host.executed(1) == CPUSet([1]))
    #expect(!coordinator.isPending(for: 1))
    #expect(coordinator.isPending(for: 2))
    // It wakes up in the middle of it, and has no part in it any more: it neither runs nor waits.
    coordinator.host.members[1].leave(.halted)
    let served = coordinator.exit(member: 1)
    #expect(!served.ranAction)
    #expect(served.stallNanoseconds == 0)
    coordinator.host.members[2].become(.frozen)
    #expect(coordinator.exit(member: 2).ranAction)
    let done = try #require(initiator.finish())
    #expect(done.record.servedOnBehalf == 1)
    #expect(done.record.kicksSignalled == 1)
    #expect(done.record.kicksElided == 1)
    #expect(done.record.bystanders == 0)
    #expect(coordinator.host.violationCount == 0)
  }

  @Test func sleepersAreWokenWhereTheirOwnThreadActs() throws {
    let coordinator = Coordinator.simulated(2, .landed)
    coordinator.host.members[1].become(.halted)
    let initiator = try Initiator(coordinator, targets: CPUSet([1]), token: 1)
    coordinator.host.waitForNotifications(1)
    #expect(coordinator.host.executed(1).isEmpty)
    coordinator.host.members[1].leave(.halted)
    #expect(coordinator.exit(member: 1).ranAction)
    #expect(initiator.finish()?.record.kicksWoken == 1)
  }
}

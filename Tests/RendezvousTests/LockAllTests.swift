import Testing
import Threads

@testable import Rendezvous

/// Who holds all vcpus, against a rendezvous (rendezvous.md section 1.8). Vcpu 1's thread locks all.
@Suite(.timeLimit(.minutes(1))) struct LockAllTests {
  private func policy(_ design: RendezvousPolicy.LockAll) -> RendezvousPolicy {
    var policy = RendezvousPolicy.landed
    policy.lockAll = design
    return policy
  }

  @Test func allAreHeldAndLetGo() throws {
    let coordinator = Coordinator.simulated(3, policy(.plain))
    for member in coordinator.host.members { member.become(.idle) }
    let locked = coordinator.lockAll(by: 1)
    #expect(locked.held == .first(3))
    #expect(coordinator.host.members.allSatisfy { $0.isIn(.held) })
    // A rendezvous that begins now is served when they are let go.
    let initiator = try Initiator(coordinator, targets: .first(3), token: 1)
    coordinator.host.waitForNotifications(3)
    coordinator.unlockAll(locked)
    #expect(initiator.finish() != nil)
    #expect(coordinator.host.executed(1) == .first(3))
    #expect(coordinator.host.members.allSatisfy { $0.isIn(.idle) })
  }

  @Test(arguments: RendezvousPolicy.LockAll.allCases)
  func helperRunsWhatItHolds(_ design: RendezvousPolicy.LockAll) throws {
    let coordinator = Coordinator.simulated(3, policy(design))
    let host = coordinator.host
    let locked = Guarded<LockedAll?>(nil)
    // Vcpu 1 initiates for vcpu 0 alone, which comes only when it is idle; vcpu 2 is idle from the start.
    // The locker is past vcpu 0, which it holds, and waits for vcpu 1.
    host.members[0].become(.idle)
    host.members[2].become(.idle)
    let locker = try TestThread("locker") {
      let result = coordinator.lockAll()
      locked.withLock { $0 = result }
    }
    waitUntil { host.idleRequests.load() > 0 }
    #expect(host.members[0].isIn(.held))
    let initiator = try Initiator(coordinator, by: 1, targets: CPUSet([0]), token: 1)
    if design == .plain {
      coordinator.host.waitForNotifications(1)
      // Nobody will ever act for vcpu 0: a deadlock, which a watchdog ends.
      #expect(coordinator.missingMembers(of: 1) == CPUSet([0]))
      #expect(coordinator.abort(id: 1))
    }
    let done = initiator.finish()
    #expect((done == nil) == (design == .plain))
    host.members[1].become(.idle)
    coordinator.assist()
    locker.join()
    let result = try #require(locked.withLock { $0 })
    #expect(result.held == .first(3))
    #expect(result.actionsRun == (design == .plain ? 0 : 1))
    // bhyve's assertion: vcpu 2 comes after vcpu 0's action has completed it.
    #expect(result.assertionFailures == (design == .helping ? 1 : 0))
    let counted = coordinator.snapshot().lockAllAssertionFailures
    #expect(counted == UInt64(result.assertionFailures))
    coordinator.unlockAll(result)
    #expect(host.violationCount == 0)
  }
}

import Testing
import Threads

@testable import Rendezvous

/// What a watchdog sees of a rendezvous that does not end, and how it ends it.
@Suite(.timeLimit(.minutes(1))) struct WatchdogTests {
  @Test(arguments: [RendezvousPolicy.landed, .baseline, .noClear])
  func abortReleasesEverybody(_ policy: RendezvousPolicy) throws {
    let coordinator = Coordinator.simulated(3, policy)
    #expect(coordinator.progress == nil)
    let initiator = try Initiator(coordinator, targets: CPUSet([1, 2]), token: 1)
    coordinator.host.waitForNotifications(2)
    let member = try TestThread("member") { _ = coordinator.exit(member: 1) }
    waitUntil { coordinator.locked { $0.done.contains(1) } }
    let progress = try #require(coordinator.progress)
    #expect(progress.id == 1)
    #expect(progress.startNanoseconds <= MonotonicClock.nanoseconds())
    #expect(coordinator.missingMembers(of: 1) == CPUSet([2]))
    #expect(!coordinator.abort(id: 2))
    #expect(coordinator.abort(id: 1))
    member.join()
    #expect(initiator.finish() == nil)
    #expect(coordinator.progress == nil)
    #expect(coordinator.missingMembers(of: 1) == nil)
    #expect(!coordinator.abort(id: 1))
    #expect(!coordinator.isPending(for: 2))
    #expect(coordinator.lastRendezvous?.id == 1)
    #expect(coordinator.snapshot().aborted == 1)
  }

  @Test func staleRequestIsCleared() throws {
    let coordinator = Coordinator.simulated(2, .noClear)
    coordinator.host.members[1].become(.idle)
    _ = try coordinator.initiate(
      by: nil, targets: CPUSet([1]), cause: .initIPI, action: .init(token: 1))
    #expect(coordinator.isPending(for: 1))
    #expect(coordinator.clearStaleRequest() == CPUSet([1]))
    #expect(!coordinator.isPending(for: 1))
    #expect(coordinator.clearStaleRequest().isEmpty)
  }

  @Test func failedAssertionTellsOfTheRendezvousBefore() throws {
    let coordinator = Coordinator.simulated(2, .strict)
    #expect(coordinator.exit(member: 0).last == nil)
    coordinator.host.members[1].become(.idle)
    let done = try coordinator.initiate(
      by: nil, targets: CPUSet([1]), cause: .initIPI, action: .init(token: 1))
    let report = coordinator.exit(member: 0)
    #expect(report.assertionFailed)
    #expect(!report.sawBit)
    #expect(report.last == done.record)
  }

  @Test func latchAndTriggerModesFollowThePolicy() {
    let request = Coordinator.simulated(1, .unlatchedKick).request
    #expect(!request.latchesKicks)
    #expect(request.triggerModeFilter == .everyChange)
    let other = Coordinator.simulated(1, .illumos).request
    #expect(other.latchesKicks)
    #expect(other.setsTriggerModesAtDelivery)
    #expect(other.triggerModeFilter == .atDelivery)
  }
}

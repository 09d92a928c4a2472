import Testing

@testable import Rendezvous
@testable import Threads

/// Each class of exit, arranged rather than hoped for: the test plays the vcpus.
@Suite(.timeLimit(.minutes(1))) struct ClassificationTests {
  @Test func bystanderIsStalledUntilTheEnd() throws {
    let coordinator = Coordinator.simulated(3, .baseline)
    let initiator = try Initiator(coordinator, targets: CPUSet([1]), token: 7, cause: .initIPI)
    coordinator.host.waitForNotifications(1)
    // Vcpu 2 has nothing to do with it, but the look says otherwise.
    #expect(coordinator.isPending(for: 2))
    let bystander = Guarded<RendezvousExitReport?>(nil)
    let thread = try TestThread("bystander") {
      let report = coordinator.exit(member: 2)
      bystander.withLock { $0 = report }
    }
    waitUntil { coordinator.locked { $0.bystanders == 1 } }
    let member = coordinator.exit(member: 1)
    thread.join()
    let done = try #require(initiator.finish())
    let stalled = try #require(bystander.withLock { $0 })
    #expect(member.classification == .member)
    #expect(member.ranAction)
    #expect(member.stallNanoseconds == 0)
    #expect(stalled.classification == .bystander)
    #expect(!stalled.ranAction)
    #expect(stalled.stallNanoseconds >= done.record.bystanderStallNanoseconds)
    #expect(done.record.bystanderStallNanoseconds > 0)
    #expect(done.record.bystanders == 1)
    #expect(done.record.id == 1)
    #expect(done.record.cause == .initIPI)
    #expect(done.record.targets == CPUSet([1]))
    #expect(done.record.slowest == 1)
    #expect(done.record.initiator == nil)
    #expect(done.record.latencyNanoseconds >= done.record.bystanderStallNanoseconds)
    #expect(coordinator.host.executed(7) == CPUSet([1]))
    #expect(done.taken == 0)
  }

  @Test func exitAfterTheEndIsVoidAndTheAssertionWouldFire() {
    let coordinator = Coordinator.simulated(2, .baseline)
    let report = coordinator.exit(member: 0)
    #expect(report.classification == .void)
    #expect(report.id == 0)
    #expect(report.assertionWouldFire)
    #expect(!report.assertionFailed)
    #expect(coordinator.snapshot().assertionFailures == 0)
  }

  @Test func keptAssertionIsARecordedEvent() {
    var policy = RendezvousPolicy.baseline
    policy.assertion = .kept
    let coordinator = Coordinator.simulated(2, policy)
    #expect(coordinator.exit(member: 0).assertionFailed)
    #expect(coordinator.snapshot().assertionFailures == 1)
  }

  @Test func exitBetweenTheTwoStoresIsEarly() throws {
    let coordinator = Coordinator.simulated(2, .landed)
    let report = Guarded<RendezvousExitReport?>(nil)
    let lock = coordinator.guarded.lock
    var member: TestThread?
    try coordinator.guarded.withLock { state in
      let id = state.begin(
        targets: CPUSet([1]), cause: .operatorRequest, initiator: nil, action: .init(token: 1),
        now: 0)
      coordinator.request.requested.store(state.request)
      member = try TestThread("member") {
        let result = coordinator.exit(member: 1)
        report.withLock { $0 = result }
      }
      // It has looked and now waits for the lock; only then is the function published.
      waitUntil { lock.state.load() == 2 }
      coordinator.request.function.store(id, ordering: .sequentiallyConsistent)
    }
    member?.join()
    let early = try #require(report.withLock { $0 })
    #expect(early.classification == .early)
    #expect(early.assertionWouldFire)
    #expect(early.ranAction)
    #expect(coordinator.host.executed(1) == CPUSet([1]))
  }

  @Test func requestThatIsNotClearedLivelocks() throws {
    var policy = RendezvousPolicy.landed
    policy.clearsRequest = false
    let coordinator = Coordinator.simulated(2, policy)
    let initiator = try Initiator(coordinator, targets: CPUSet([1]), token: 1)
    coordinator.host.waitForNotifications(1)
    #expect(coordinator.exit(member: 1).classification == .member)
    #expect(initiator.finish() != nil)
    // From here on vcpu 1 never gets into the guest again.
    for _ in 0..<5 {
      #expect(coordinator.isPending(for: 1))
      #expect(coordinator.exit(member: 1).classification == .void)
    }
    coordinator.setPolicy(.landed)
    #expect(!coordinator.isPending(for: 1))
  }

  @Test func memberWhoseActionWasRunForItIsStillAMember() throws {
    let coordinator = Coordinator.simulated(3, .landed)
    coordinator.host.members[1].become(.idle)
    let initiator = try Initiator(coordinator, targets: CPUSet([1, 2]), token: 3)
    coordinator.host.waitForNotifications(1)
    coordinator.host.members[1].leaveIdle()
    let late = Guarded<RendezvousExitReport?>(nil)
    let thread = try TestThread("late") {
      let report = coordinator.exit(member: 1)
      late.withLock { $0 = report }
    }
    #expect(coordinator.isPending(for: 1))
    // Waking both too early does no harm and shows that both wait.
    waitUntil { coordinator.sequence.wakeAll() == 1 }
    waitUntil { coordinator.completion.wakeAll() == 1 }
    #expect(coordinator.exit(member: 2).classification == .member)
    thread.join()
    let done = try #require(initiator.finish())
    let report = try #require(late.withLock { $0 })
    #expect(!report.ranAction)
    #expect(report.classification == .member)
    #expect(coordinator.host.executed(3) == CPUSet([1, 2]))
    #expect(coordinator.host.helpedCount == 1)
    #expect(done.record.kicksElided == 2)
  }
}

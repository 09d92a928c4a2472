import Testing
import Threads

@testable import Rendezvous

/// Members in every state, changes in mid-flight: the test plays the vcpus.
@Suite(.timeLimit(.minutes(1))) struct CoordinatorTests {
  @Test func nobodyAskedIsComplete() throws {
    let coordinator = Coordinator.simulated(2, .landed)
    let done = try coordinator.initiate(
      by: nil, targets: CPUSet([500]), cause: .operatorRequest, action: .init(token: 1))
    #expect(done.record.targets.isEmpty)
    #expect(done.record.slowest == nil)
    #expect(coordinator.host.executed(1).isEmpty)
    let totals = coordinator.snapshot()
    #expect(totals.requested == 1)
    #expect(totals.completed == 1)
    #expect(coordinator.records.pop() == done.record)
    #expect(coordinator.records.pop() == nil)
  }

  @Test func initiatorRunsItsOwnPart() throws {
    let coordinator = Coordinator.simulated(2, .landed)
    let done = try coordinator.initiate(
      by: 1, targets: CPUSet([1]), cause: .redirectionEntry, action: .init(token: 1))
    #expect(done.taken == 1)
    #expect(done.record.initiator == 1)
    #expect(coordinator.host.executed(1) == CPUSet([1]))
    #expect(coordinator.host.notified.load() == 0)
    let kicks = done.record.kicksElided + done.record.kicksSignalled + done.record.kicksWoken
    #expect(kicks == 0)
  }

  @Test(arguments: RendezvousPolicy.presets)
  func idleMembersAreActedForAndNotDisturbed(_ policy: RendezvousPolicy) throws {
    let coordinator = Coordinator.simulated(300, policy)
    for member in coordinator.host.members { member.become(.idle) }
    let done = try coordinator.initiate(
      by: nil, targets: .first(300), cause: .operatorRequest, action: .init(token: 1))
    #expect(coordinator.host.executed(1) == .first(300))
    #expect(coordinator.host.helpedCount == 300)
    #expect(coordinator.host.notified.load() == 0)
    #expect(done.record.kicksElided == 300)
    #expect(coordinator.host.members.allSatisfy { $0.isIn(.idle) })
  }

  @Test func memberThatGoesIdleInMidFlightIsActedFor() throws {
    let coordinator = Coordinator.simulated(2, .landed)
    let initiator = try Initiator(coordinator, targets: CPUSet([1]), token: 1)
    coordinator.host.waitForNotifications(1)
    coordinator.host.members[1].become(.idle)
    coordinator.assist()
    #expect(initiator.finish() != nil)
    #expect(coordinator.host.executed(1) == CPUSet([1]))
    coordinator.assist()
    #expect(coordinator.host.violationCount == 0)
  }

  @Test func memberThatGoesIdleSilentlyIsFoundByTheNextTimeOut() throws {
    let coordinator = Coordinator.simulated(2, .landed, waitLimitNanoseconds: 5_000_000)
    let initiator = try Initiator(coordinator, targets: CPUSet([1]), token: 1)
    coordinator.host.waitForNotifications(1)
    coordinator.host.members[1].become(.idle)
    #expect(initiator.finish() != nil)
    #expect(coordinator.host.executed(1) == CPUSet([1]))
    // Found, not rescued: until then nobody could have woken anybody.
    #expect(coordinator.snapshot().timeoutRescues == 0)
  }

  @Test func stoppedMemberIsWokenAndServesWithoutAnExit() throws {
    let coordinator = Coordinator.simulated(3, .landed)
    coordinator.host.members[1].become(.stopped)
    let initiator = try Initiator(coordinator, targets: CPUSet([1]), token: 1)
    coordinator.host.waitForNotifications(1)
    #expect(coordinator.host.members[1].wake.load() == 1)
    // One that is not asked for is not held up.
    #expect(!coordinator.serve(member: 2).ranAction)
    #expect(coordinator.serve(member: 1).ranAction)
    let done = try #require(initiator.finish())
    #expect(done.record.kicksWoken == 1)
    #expect(!coordinator.serve(member: 1).ranAction)
  }

  @Test func kicksAreCountedByKind() throws {
    let coordinator = Coordinator.simulated(5, .landed)
    coordinator.host.members[1].become(.inGuest)
    coordinator.host.members[2].become(.halted)
    coordinator.host.members[3].become(.idle)
    let initiator = try Initiator(coordinator, by: 0, targets: .first(5), token: 1)
    coordinator.host.waitForNotifications(3)
    let threads = try [1, 2, 4].map { member in
      try TestThread("member") {
        coordinator.host.members[member].become(.frozen)
        _ = coordinator.exit(member: member)
      }
    }
    for thread in threads { thread.join() }
    let done = try #require(initiator.finish())
    #expect(done.record.kicksSignalled == 1)
    #expect(done.record.kicksWoken == 1)
    #expect(done.record.kicksElided == 2)
    #expect(done.taken == 1)
    let totals = coordinator.snapshot()
    #expect(totals.kicked(.signalled) == 1)
    #expect(totals.kicked(.woken) == 1)
    #expect(totals.kicked(.elided) == 2)
    #expect(coordinator.host.executed(1) == .first(5))
  }

  @Test func deactivatedMemberIsNotWaitedFor() throws {
    let coordinator = Coordinator.simulated(3, .landed)
    let initiator = try Initiator(coordinator, targets: CPUSet([1, 2]), token: 1)
    coordinator.host.waitForNotifications(2)
    let first = try TestThread("first") { _ = coordinator.exit(member: 1) }
    waitUntil { coordinator.locked { $0.done.contains(1) } }
    coordinator.deactivate(2)
    first.join()
    let done = try #require(initiator.finish())
    #expect(done.record.targets == CPUSet([1, 2]))
    #expect(coordinator.host.executed(1) == CPUSet([1]))
    #expect(coordinator.snapshot().missingMembers == 0)
    #expect(!coordinator.isPending(for: 2))
    #expect(coordinator.active == CPUSet([0, 1]))
    coordinator.activate(2)
    #expect(coordinator.active == .first(3))
  }

  /// Where bhyve compares for equality, a member that goes after it has come blocks the rest for ever.
  @Test func memberThatIsDeactivatedAfterItsPartBlocksNobody() throws {
    let coordinator = Coordinator.simulated(3, .landed)
    let initiator = try Initiator(coordinator, targets: CPUSet([1, 2]), token: 1)
    coordinator.host.waitForNotifications(2)
    let first = try TestThread("first") { _ = coordinator.exit(member: 1) }
    waitUntil { coordinator.locked { $0.done.contains(1) } }
    coordinator.setActive(CPUSet([0, 2]))
    #expect(coordinator.exit(member: 2).classification == .member)
    first.join()
    #expect(initiator.finish() != nil)
  }

  @Test(arguments: RendezvousPolicy.presets.filter { $0.waiting == .everybody })
  func resetReleasesEverybodyAndLeavesNothing(_ policy: RendezvousPolicy) throws {
    let coordinator = Coordinator.simulated(3, policy)
    let initiator = try Initiator(coordinator, targets: CPUSet([1, 2]), token: 1)
    coordinator.host.waitForNotifications(2)
    let member = try TestThread("member") { _ = coordinator.exit(member: 1) }
    waitUntil { coordinator.locked { $0.done.contains(1) } }
    coordinator.reset {
      #expect(throws: RendezvousAborted.self) {
        try coordinator.initiate(
          by: nil, targets: CPUSet([0]), cause: .operatorRequest, action: .init(token: 2))
      }
    }
    member.join()
    #expect(initiator.finish() == nil)
    for vcpu in 0..<3 { #expect(!coordinator.isPending(for: vcpu)) }
    let isEmpty = coordinator.request.requested.isEmptyScan()
    #expect(isEmpty)
    let totals = coordinator.snapshot()
    #expect(totals.requested == 1)
    #expect(totals.completed == 0)
    #expect(totals.aborted == 1)
    #expect(coordinator.host.executed(2).isEmpty)
    // And afterwards everything works again.
    coordinator.host.members[2].become(.idle)
    let next = try coordinator.initiate(
      by: nil, targets: CPUSet([2]), cause: .operatorRequest, action: .init(token: 3))
    #expect(next.record.id == 2)
    coordinator.reset()
    #expect(coordinator.snapshot().aborted == 1)
  }

  @Test func policyChangesOnlyAtRest() throws {
    let coordinator = Coordinator.simulated(2, .baseline)
    let initiator = try Initiator(coordinator, targets: CPUSet([1]), token: 1)
    coordinator.host.waitForNotifications(1)
    let changer = try TestThread("operator") { coordinator.setPolicy(.landed) }
    waitUntil { coordinator.locked { $0.policyWaiters == 1 } }
    #expect(coordinator.policy == .baseline)
    // One that comes now has to wait for the new policy, or the change might never get its turn.
    coordinator.host.members[0].become(.idle)
    let held = try Initiator(coordinator, targets: CPUSet([0]), token: 2)
    #expect(coordinator.exit(member: 1).classification == .member)
    changer.join()
    #expect(initiator.finish() != nil)
    #expect(held.finish()?.record.id == 2)
    #expect(coordinator.policy == .landed)
    // What the baseline leaves in the set is gone.
    #expect(!coordinator.isPending(for: 1))
  }

  @Test func oneWordForTheSetLosesMembersAndIsFoundOut() throws {
    var policy = RendezvousPolicy.landed
    policy.setWidth = .firstWord
    let coordinator = Coordinator.simulated(130, policy)
    for member in coordinator.host.members { member.become(.idle) }
    for dest in [63, 64, 65, 128] {
      _ = try coordinator.initiate(
        by: nil, targets: CPUSet([dest]), cause: .operatorRequest, action: .init(token: dest))
      #expect(coordinator.host.executed(dest).isEmpty == (dest >= 64))
    }
    #expect(coordinator.snapshot().missingMembers == 3)
    _ = try coordinator.initiate(
      by: nil, targets: .first(130), cause: .operatorRequest, action: .init(token: 200))
    #expect(coordinator.host.executed(200) == .first(64))
    #expect(coordinator.snapshot().missingMembers == 3 + 66)
  }

  /// The mutation M2: a vcpu in our code is not told, then halts without asking.
  @Test func haltWithoutATestIsRescuedByTheTimeOutAlone() throws {
    var policy = RendezvousPolicy.landed
    policy.haltTest = .none
    let coordinator = Coordinator.simulated(2, policy, waitLimitNanoseconds: 20_000_000)
    let me = coordinator.host.members[1]
    let initiator = try Initiator(coordinator, targets: CPUSet([1]), token: 1)
    coordinator.host.waitForNotifications(1)
    let kicks = me.wake.load()
    let since = MonotonicClock.nanoseconds()
    me.become(.halted)
    #expect(coordinator.mayHalt(1) == .sleep)
    let limit = since + coordinator.waitLimitNanoseconds
    while me.wake.wait(whileEqualTo: kicks, untilNanoseconds: limit) != .timedOut {}
    #expect(coordinator.haltTimedOut(member: 1, sinceNanoseconds: since))
    me.become(.frozen)
    #expect(coordinator.exit(member: 1).ranAction)
    let done = try #require(initiator.finish())
    #expect(done.record.kicksElided == 1)
    #expect(coordinator.snapshot().timeoutRescues == 1)
    // A halt that is not in anybody's way is none.
    #expect(!coordinator.haltTimedOut(member: 1, sinceNanoseconds: MonotonicClock.nanoseconds()))
    #expect(coordinator.snapshot().timeoutRescues == 1)
  }

  /// What the counter is for, done by hand: an end that wakes nobody. Where the initiator does not
  /// sleep yet it needs no waking, so that is repeated until it does.
  @Test func lostWakeUpIsCounted() throws {
    let coordinator = Coordinator.simulated(2, .landed, waitLimitNanoseconds: 5_000_000)
    var token: UInt32 = 0
    while coordinator.snapshot().timeoutRescues == 0 {
      token += 1
      let initiator = try Initiator(coordinator, targets: CPUSet([1]), token: Int(token))
      coordinator.host.waitForNotifications(token)
      coordinator.guarded.withLock { state in
        _ = state.finish(now: state.startNanoseconds)
        coordinator.request.function.store(0, ordering: .sequentiallyConsistent)
      }
      #expect(initiator.finish() != nil)
    }
    #expect(coordinator.snapshot().timeoutRescues == 1)
  }

  @Test func changeOfPolicyHoldsBackWhoComesLater() throws {
    let coordinator = Coordinator.simulated(1, .baseline)
    coordinator.host.members[0].become(.idle)
    coordinator.locked { $0.policyWaiters += 1 }
    let initiator = try Initiator(coordinator, targets: CPUSet([0]), token: 1)
    // It sleeps instead of publishing.
    waitUntil { coordinator.sequence.wakeAll() == 1 }
    #expect(coordinator.snapshot().requested == 0)
    coordinator.locked { $0.policyWaiters -= 1 }
    coordinator.setPolicy(.landed)
    #expect(initiator.finish()?.record.id == 1)
  }

  @Test func recordsThatNobodyReadsAreDroppedAndCounted() throws {
    let coordinator = RendezvousCoordinator(
      host: SimulatedHost(count: 1), memberCount: 1, policy: .landed, recordCapacity: 2)
    coordinator.host.members[0].become(.idle)
    for token in 1...5 {
      _ = try coordinator.initiate(
        by: nil, targets: CPUSet([0]), cause: .initIPI, action: .init(token: token))
    }
    var records: [RendezvousRecord] = []
    coordinator.records.drain(into: &records)
    #expect(records.map(\.id) == [1, 2])
    #expect(coordinator.records.droppedCount == 3)
    #expect(coordinator.snapshot().requested(.initIPI) == 5)
    #expect(coordinator.snapshot().latency.count == 5)
  }
}
